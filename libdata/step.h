/* What a step of preprocessing is: one file with one constant, one line in
   steps.def, one in Makefile.inc.

   A step is either pointwise (y = factor * x + addend, per channel), and then
   neighbours become one pass over the numbers, or a picture pass. */
#ifndef NN_STEP_H
#define NN_STEP_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/tensor.h"

enum { CHANNELS_MAX = 64 };

/* Pointwise arithmetic so far, and the range that numbers then lie in. */
struct affine {
	int channels; /* 1: the same for all */
	double factor[CHANNELS_MAX], addend[CHANNELS_MAX];
	double low[CHANNELS_MAX], high[CHANNELS_MAX];
};

/* Numbers on their way: H W C. */
struct picture {
	const float *at;
	int64_t height, width, channels;
	const struct affine *range; /* low and high, per channel or for all */
};

/* Scratch memory that grows.  What run leaves in it stays while samples of the
   same shape come; ready says that it is there. */
struct step_work {
	void *at;
	size_t size;
	int ready;
};
void *step_scratch(struct step_work *work, size_t bytes, struct err *err);

struct step_kind {
	const char *name;
	const char *help;
	const struct attr *attrs; /* settings, places; NULL: none */
	size_t conf_size;

	/* More than the table can say.  May be NULL. */
	int (*check)(const void *conf, enum err_code code, struct err *err);

	/* Pointwise steps: appends itself; channels is the picture's. */
	int (*affine)(const void *conf, int64_t channels, struct affine *a,
	    struct err *err);

	/* Others: H W C of what run makes out of such a picture; returns 1
	   when it would change nothing. */
	int (*shape)(const void *conf, const struct shape *in,
	    struct shape *out, struct err *err);
	int scales; /* proportions of what run makes are not kept by
	               cutting or padding */
	int (*run)(const void *conf, const struct picture *in,
	    const struct shape *out_shape, float *out, struct step_work *work,
	    struct err *err);
};

extern const struct step_kind *const step_kinds[]; /* ends with NULL */

/* Multiplies the pointwise arithmetic by factor and adds. */
void affine_then(struct affine *a, int channel, double factor, double addend);

/* Makes a.channels n copies of what was the same for all. */
int affine_spread(struct affine *a, int n, struct err *err);

/* "0.49+0.48+0.45": how many numbers (at most CHANNELS_MAX), -1 when it is
   not such a list. */
int number_list(const char *text, double out[CHANNELS_MAX]);

#endif
