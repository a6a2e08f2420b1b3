/* What nn-finetune does to a graph between reading it and training it, one kind
   of surgery a file. */
#ifndef NN_SURGERY_H
#define NN_SURGERY_H

#include "run.h"

/* --input-channels, --input-size (input.c): what they say; with the model read,
   the layers that read the input and the preprocessing for it. */
int input_check(struct run *r, struct err *err);
int input_change(struct run *r, struct err *err);

/* --new-head (head.c): the layers tagged as the head give way to new ones for
   the classes of the data. */
int head_new(struct run *r, struct err *err);

/* --extend-head (head-rows.c): the classes that the model does not know get
   rows of their own behind the old ones, which stay. */
int head_extend(struct run *r, struct err *err);

/* --reuse-head (head-rows.c): a head for the data's classes, whose rows are
   those of the old one that the map (head-map.c) names. */
int head_reuse(struct run *r, struct err *err);

/* What MAP says, before a model is read; then: fills from[] for the n classes
   of the data (-1: begins anew).  The number of those that go on, -1 on
   error. */
int head_map_read(struct run *r, struct err *err);
int64_t head_map_apply(struct run *r, const char *const *names, int64_t n,
    int64_t *from, struct err *err);

/* --lora, --merge (lora.c): what they say; adapters beside the layers selected,
   and the rest frozen; is there anything to merge? */
int lora_check(struct run *r, struct err *err);
int lora_grow(struct run *r, struct err *err);
int lora_merge_check(const struct run *r, struct err *err);

/* After all selections: rows that are new have to learn. */
int head_check(const struct run *r, struct err *err);

/* --freeze, --train or --freeze-through (freeze.c), by name without dashes. */
int freeze_by(
    struct run *r, const char *option, const char *list, struct err *err);

#endif
