/* Classes drawn evenly: which samples an epoch has when every class has the
   same share of it. */
#ifndef NN_SAMPLER_H
#define NN_SAMPLER_H

#include "set.h"

/* A draw is the number of a sample, and above it in which round through its
   class it was drawn, counted in the epoch: what tells two draws of one sample
   apart. */
enum { DRAW_SAMPLE_BITS = 32 };

struct sampler;

/* For samples that have labels.  Lives in the arena. */
struct sampler *sampler_new(const struct dataset *d, uint64_t seed,
    struct arena *arena, struct err *err);

/* The draws of an epoch, as many as there are samples, in the order in which
   they come: a function of seed and epoch alone.  Borrowed until the next
   call. */
const uint64_t *sampler_draw(struct sampler *s, uint32_t epoch);

#endif
