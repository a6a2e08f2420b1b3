/* Classes drawn evenly.

   An epoch has n draws as the data have n samples; each of the k classes gets
   n / k of them, and the n % k that are left go to the classes in turn, on from
   where the epoch before stopped.  All that a class was ever given is one long
   row: round after round through its samples, each round in an order of its
   own.  An epoch takes the next piece of that row, and where it begins is
   known without the epochs before. */
#include "sampler.h"

#include <stdio.h>

#include "base/rng.h"

/* The samples of one class. */
struct drawer {
	struct rng_key key;
	uint32_t n;
	const uint32_t *sample;
};

struct sampler {
	struct rng_key shuffle;
	uint32_t n;       /* draws an epoch */
	int64_t nclasses; /* that have samples */
	struct drawer *class;
	uint32_t *order; /* room for all */
	uint64_t *picked, *draw;
};

/* Opens the classes that have samples; sample has room for all. */
static void
open_classes(struct sampler *s, const struct dataset *d, uint64_t seed,
    const int64_t *have, uint32_t **end, uint32_t *sample)
{
	char purpose[40];
	int64_t i;

	for (i = 0; i < d->o->nlabels; i++) {
		if (have[i] == 0)
			continue;
		snprintf(
		    purpose, sizeof(purpose), "sampler/%lld", (long long)i);
		s->class[s->nclasses++] =
		    (struct drawer){ rng_key(seed, purpose), (uint32_t)have[i],
			    sample };
		end[i] = sample;
		sample += have[i];
	}
	for (i = 0; i < d->n; i++)
		*end[d->items[i].label]++ = (uint32_t)i;
}

struct sampler *
sampler_new(const struct dataset *d, uint64_t seed, struct arena *arena,
    struct err *err)
{
	size_t n = (size_t)d->n, k = (size_t)d->o->nlabels;
	struct sampler *s = arena_alloc(arena, sizeof(*s), err);
	int64_t *have = arena_array(arena, k, sizeof(*have), err);
	uint32_t **end = arena_array(arena, k, sizeof(*end), err);
	uint32_t *sample = arena_slab(arena, n * sizeof(*sample), err);

	if (s == NULL || have == NULL || end == NULL || sample == NULL)
		return NULL;
	s->shuffle = rng_key(seed, "shuffle");
	s->n = (uint32_t)d->n;
	s->class = arena_array(arena, k, sizeof(s->class[0]), err);
	s->order = arena_slab(arena, n * sizeof(s->order[0]), err);
	s->picked = arena_slab(arena, n * sizeof(s->picked[0]), err);
	s->draw = arena_slab(arena, n * sizeof(s->draw[0]), err);
	if (err->code != ERR_NONE)
		return NULL;
	data_tally(d, have);
	open_classes(s, d, seed, have, end, sample);
	return s;
}

/* Draws that class k was given before this epoch: its even share, and what
   it had of the rest, which the classes take in turn. */
static uint64_t
given_before(const struct sampler *s, int64_t k, uint32_t epoch)
{
	uint64_t classes = (uint64_t)s->nclasses, at = (uint64_t)k;
	uint64_t even = s->n / classes, rest = s->n % classes * epoch;

	return even * epoch + (rest + classes - 1 - at) / classes;
}

/* Places from .. to - 1 of the long row of a class. */
static uint64_t *
pick(struct sampler *s, const struct drawer *c, uint64_t from, uint64_t to,
    uint64_t *out)
{
	uint64_t first = from / c->n, round, at;

	for (at = from; at < to; at++) {
		round = at / c->n;
		if (at == from || at % c->n == 0)
			rng_permute(c->key, (uint32_t)round, s->order, c->n);
		*out++ = (round - first) << DRAW_SAMPLE_BITS |
		    c->sample[s->order[at % c->n]];
	}
	return out;
}

const uint64_t *
sampler_draw(struct sampler *s, uint32_t epoch)
{
	uint64_t *end = s->picked;
	int64_t k;
	uint32_t i;

	for (k = 0; k < s->nclasses; k++)
		end = pick(s, &s->class[k], given_before(s, k, epoch),
		    given_before(s, k, epoch + 1), end);
	rng_permute(s->shuffle, epoch, s->order, s->n);
	for (i = 0; i < s->n; i++)
		s->draw[i] = s->picked[s->order[i]];
	return s->draw;
}
