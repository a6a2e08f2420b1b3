/* Digits and letters drawn with a pen, each time a little different. */
#ifndef NN_DRAW_H
#define NN_DRAW_H

#include <stdint.h>

#include "base/rng.h"

/* Draws the sign, white on black, size x size pixels; the same key and
   number give the same picture on every machine.  0, or -1: no such sign. */
int draw_sign(
    uint8_t *pixels, int size, char sign, struct rng_key key, uint64_t number);

#endif
