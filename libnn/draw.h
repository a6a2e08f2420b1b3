/* What initialisers draw: numbers in tensors, by counters.

   Element i of a tensor is a function of (key, i) alone. */
#ifndef NN_DRAW_H
#define NN_DRAW_H

#include <stdint.h>

#include "base/rng.h"
#include "base/tensor.h"

enum draw { DRAW_UNIFORM, DRAW_NORMAL, DRAW_TRUNCATED };
enum fan { FAN_IN, FAN_OUT, FAN_AVG };

/* Uniform: low..high.  Normal: mean and deviation.  Truncated: a normal drawn
   again while it lies more than two deviations off. */
void draw_uniform(
    float *w, int64_t n, double low, double high, struct rng_key key);
void draw_normal(
    float *w, int64_t n, double mean, double deviation, struct rng_key key);
void draw_truncated(
    float *w, int64_t n, double mean, double deviation, struct rng_key key);

/* Keras's VarianceScaling: numbers whose variance is scale / fan. */
struct draw_scaling {
	double scale;
	enum fan fan;
	enum draw draw;
};
void draw_scaled(float *w, const struct shape *shape, double fan_in,
    double fan_out, struct draw_scaling how, struct rng_key key);

#endif
