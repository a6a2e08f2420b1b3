/* What a random change to pictures is: one file with one constant, one line
   in augments.def, one in Makefile.inc.

   A change either places the picture (a map of coordinates) or paints it (new
   numbers where they are).  All that place become one map, so that a sample
   is resampled once; then those that paint follow, each group in the order
   given.  They see the finished sample: the fill and the units come from the
   range in which the preprocessing chain leaves the numbers. */
#ifndef NN_AUGMENT_H
#define NN_AUGMENT_H

#include "base/attr.h"
#include "base/rng.h"
#include "data.h"
#include "step.h"

enum { AUGMENT_TERMS_MAX = 16 };

/* Where the number at x, y of the new picture lies in the old one:
   x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y + m[5]. */
struct placing {
	double m[6];
	int edge; /* outside is what the nearest pixel is, not dark */
};

/* What the random numbers of one sample are drawn by. */
struct augment_draw {
	struct rng_key key;
	uint32_t epoch;
	uint64_t sample;
};

/* A sample under way: H W C, its numbers within range (when clip says so, as
   for pictures of bytes, they stay there). */
struct canvas {
	float *at;
	int64_t height, width, channels;
	const struct affine *range;
	int clip;
};

struct augment_kind {
	const char *name;
	const char *alias; /* another spelling, or NULL */
	const char *help;
	const struct attr *attrs; /* settings, places; NULL: none */
	size_t conf_size;
	const char *prefix; /* may stand before a place: "pad" of "pad4" */

	/* Members of conf that are no settings; more than the table can say.
	   May be NULL. */
	int (*ready)(void *conf, enum err_code code, struct err *err);

	/* Has it an effect on such pictures (H W C)?  May be NULL. */
	int (*fits)(
	    const void *conf, const struct shape *picture, struct err *err);

	/* One of these: p begins as the identity; the first block of random
	   numbers is word. */
	void (*place)(const void *conf, const uint32_t word[4],
	    const struct shape *picture, struct placing *p);
	void (*paint)(const void *conf, const struct augment_draw *draw,
	    const struct canvas *c);
};

extern const struct augment_kind *const augment_kinds[]; /* ends with NULL */

struct augment_term {
	const struct augment_kind *kind;
	void *conf;
};

struct augment {
	int n;
	struct augment_term term[AUGMENT_TERMS_MAX];
};

/* The changes with the keys of their random numbers; the same for all
   threads. */
struct augmenter {
	const struct augment *what;
	struct rng_key key[AUGMENT_TERMS_MAX];
};

void augmenter_begin(
    struct augmenter *a, const struct augment *what, uint64_t seed);

/* Are such samples pictures that every change has an effect on? */
int augment_fits(
    const struct augment *a, const struct shape *picture, struct err *err);

/* Changes a sample in place: a function of its numbers, the keys, epoch and
   sample alone. */
int augment_run(const struct augmenter *a, uint32_t epoch, uint64_t sample,
    const struct canvas *c, struct step_work *work, struct err *err);

/* warp.c: moves the picture as p says, in place: whole pixels are copied,
   anything else is interpolated between four neighbours. */
int canvas_place(const struct canvas *c, const struct placing *p,
    struct step_work *work, struct err *err);

/* What several changes share (augments.c). */
extern const char *const augment_fills[];
int augment_fill_edge(const char *fill);

/* A word as a number in -1 .. 1, and as a whole one in -n .. n. */
double augment_unit(uint32_t word);
int64_t augment_whole(uint32_t word, int64_t n);

/* Every number u, in units of its channel's range, to
   factor u + (1 - factor) pivot. */
void canvas_spread(const struct canvas *c, double factor, double pivot);

/* Back into the range, when they are to stay there. */
void canvas_clip(const struct canvas *c);

/* Brightness of the whole picture, 0 dark .. 1 bright. */
double canvas_mean(const struct canvas *c);

#endif
