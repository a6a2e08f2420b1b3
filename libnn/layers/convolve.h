/* What the kinds of convolution share: how they append their operations. */
#ifndef NN_LAYERS_CONVOLVE_H
#define NN_LAYERS_CONVOLVE_H

#include "layers/window.h"

/* A convolution inside a layer. */
struct convolve {
	struct window window;
	int64_t groups;
};

/* y = x convolved with kernel [+ bias]: the new value. */
struct val *convolve(struct build *b, const struct convolve *c, struct val *x,
    struct val *kernel, struct val *bias, const struct shape *shape,
    const char *suffix);

/* The gradient of x, which a transposed convolution has as its y: then bias
   may be there. */
struct val *convolve_data(struct build *b, const struct convolve *c,
    struct val *dy, struct val *kernel, struct val *bias,
    const struct shape *shape, const char *suffix);

/* The gradient of the kernel into dkernel, and that of the bias into dbias
   when it is not NULL. */
void convolve_kernel(struct build *b, const struct convolve *c, struct val *x,
    struct val *dy, struct val *dkernel, struct val *dbias);

/* The kernel of a depthwise convolution (height width channels multiplier) as
   that of a convolution with a group for each channel (height width 1
   filters): the same numbers. */
struct val *convolve_view(struct build *b, struct val *kernel);

#endif
