/* How the pixels along one side of a picture become those of another length.

   area: the inputs under the output's square, by how much they are covered.
   bilinear: the two nearest centres.  triangle: every input nearer than two
   outputs' centres are to each other, the nearer the more.  auto: area where
   the axis shrinks, bilinear where it grows. */
#ifndef NN_STEPS_AXIS_H
#define NN_STEPS_AXIS_H

#include <stdint.h>

extern const char *const axis_methods[]; /* ends with NULL */

/* Output o is the sum of weight[o * most + k] times input first[o] + k;
   weights behind the last input are zero. */
struct axis {
	int64_t in, out;
	const char *method;
	int64_t most;   /* inputs of an output, at most */
	int32_t *first; /* room for out */
	float *weight;  /* room for out * most */
};

/* in, out and method are given: sets most. */
void axis_begin(struct axis *a);

/* Fills first and weight; there is room for most numbers. */
void axis_fill(struct axis *a, double *room);

#endif
