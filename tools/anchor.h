/* --anchor: a penalty that holds what learns near the model it came from. */
#ifndef NN_ANCHOR_H
#define NN_ANCHOR_H

#include "run.h"

/* Checks --anchor=WORDS and spells them out, or NULL. */
const char *anchor_words(
    const char *words, struct arena *arena, struct err *err);

/* Gives the rules of the tensors that come from the model the plan's anchor, and
   those of a new head its own penalty. */
int anchor_rules(struct run *r, struct net_rule *rule, int n, struct err *err);

/* "L2SP:0.01 on 63 tensors" for people, or nothing. */
void anchor_show(const struct run *r, struct text *out);

#endif
