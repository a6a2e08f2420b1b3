/* What reading /weights, /optimizer and /alternate has in common. */
#ifndef NN_TENSORS_H
#define NN_TENSORS_H

#include "model.h"

struct visit {
	struct graph *g;
	struct fmt_named *named;
	int n, above; /* entries; objects above the path of the layer */
	int tail;     /* objects below it */
	const struct h5_object *group; /* of the layer that was last found */
	const char *layer;
	int found;
	struct arena *arena;
	struct err *err;
};

/* The layer that an object is about: its index, or -1. */
int tensor_layer(const struct h5_object *o, struct visit *v);

/* A dataset as a tensor, whose numbers stay where they are. */
int tensor_get(const struct h5_object *d, struct tensor *t, struct err *err);

/* The object so many links above o, which lies that deep. */
const struct h5_object *object_above(const struct h5_object *o, int n);

#endif
