/* --report-dir of a run: pictures of what it did. */
#ifndef NN_RUN_REPORT_H
#define NN_RUN_REPORT_H

#include "run.h"

/* Before any model is read: can they be written? */
int run_report_check(struct run *r, struct err *err);

/* At the end, of the result; the net may have its weights afterwards. */
int run_report(struct run *r, struct err *err);

#endif
