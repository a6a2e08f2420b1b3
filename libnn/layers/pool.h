/* What the kinds of pools share: one operation forward, one back. */
#ifndef NN_LAYERS_POOL_H
#define NN_LAYERS_POOL_H

#include "layers/window.h"

/* A pool over windows: size, stride and padding. */
struct pool {
	struct shape size, stride;
	const char *pad;
	int count_pad;        /* avg_pool2d alone */
	struct window window; /* from pool_shape */
};

/* The rows of these settings, but count_pad. */
#define POOL_ATTRS \
	{ ATTR(SHAPE, struct pool, size), 1, WINDOW_MAX, "2x2", \
		"height and width of the window", 1 }, \
	    { ATTR(SHAPE, struct pool, stride), 0, WINDOW_MAX, "0", \
		    "steps between windows, down and across (0: the size)", \
		    2 }, \
	{ \
		ATTR(WORD, struct pool, pad), 0, 0, "valid", WINDOW_PAD_HELP \
	}

int pool_shape(struct layer *l, struct err *err);

/* One window over the whole picture. */
struct global_pool {
	int keepdims;
	struct window window;
};

extern const struct attr global_pool_attrs[];
int global_pool_shape(struct layer *l, struct err *err);

/* y by MAXPOOL or AVGPOOL, dx by its gradient; y may be seen without the two
   dims of 1. */
int pool_max(struct layer *l, struct build *b, const struct window *w);
int pool_max_back(struct layer *l, struct build *b, const struct window *w);
int pool_avg(
    struct layer *l, struct build *b, const struct window *w, int count_pad);
int pool_avg_back(
    struct layer *l, struct build *b, const struct window *w, int count_pad);

#endif
