/* Decoded pictures kept in memory, so that an epoch need not decode again. */
#ifndef NN_KEEP_H
#define NN_KEEP_H

#include "source.h"

/* Memory that all sources of a dataset may keep together. */
extern const size_t keep_bytes_max;

/* Room for all samples of the source when they are pictures as large as its
   first one and *left bytes hold them, which become fewer; otherwise nothing
   is kept.  Fails for want of memory alone. */
int keep_open(struct source *s, size_t *left, struct err *err);

/* Reads sample i as the source's read does, or takes what was kept.  For
   different samples by several threads at the same time. */
int keep_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err);

/* Are all samples kept? */
int keep_is_whole(const struct source *s);

#endif
