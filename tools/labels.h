/* Names of classes as a list in words: "0,1,2"; ",," is a comma in a name. */
#ifndef NN_LABELS_H
#define NN_LABELS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/* Names are single and not empty: else ERR_USAGE. */
int labels_parse(const char *list, const char ***labels, int64_t *n,
    struct arena *arena, struct err *err);

void labels_print(const char *const *labels, int64_t n, struct text *out);

#endif
