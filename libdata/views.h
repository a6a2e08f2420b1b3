/* A picture seen several ways when it is to be labelled: as it is, mirrored,
   moved; from the words of --tta ("hflip,shift:2").  Nothing is drawn. */
#ifndef NN_VIEWS_H
#define NN_VIEWS_H

#include "data.h"

struct views;

/* Every combination of what the words name; ERR_USAGE. */
struct views *views_parse(
    const char *list, struct arena *arena, struct err *err);
int views_count(const struct views *v); /* the picture itself is number 0 */

/* Memory for so many samples that are pictures, H W or H W C. */
int views_begin(struct views *v, const struct shape *sample, int batch,
    struct arena *arena, struct err *err);

/* The samples of a batch seen the k-th way; good until the next call. */
int views_make(struct views *v, int k, const struct batch *in,
    struct batch *out, struct err *err);

void views_free(struct views *v);

#endif
