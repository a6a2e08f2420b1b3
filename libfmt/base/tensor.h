/* A shape, and numbers in that shape; every product is checked. */
#ifndef NN_BASE_TENSOR_H
#define NN_BASE_TENSOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SHAPE_MAX = 8 };

struct shape {
	int rank; /* 0 = a scalar, one element */
	int64_t dim[SHAPE_MAX];
};

/* bf16 is the upper half of an f32: 8 bits of exponent, 7 of mantissa. */
enum dtype {
	DTYPE_F32,
	DTYPE_F64,
	DTYPE_I64,
	DTYPE_I32,
	DTYPE_U8,
	DTYPE_I8,
	DTYPE_F16,
	DTYPE_BF16,
	DTYPE_N
};

/* Numbers in host memory, row-major, little-endian, borrowed. */
struct tensor {
	enum dtype dtype;
	struct shape shape;
	void *data;
};

/* "f32", "bf16", "i64" and so on, and how many bytes an element takes. */
const char *dtype_name(enum dtype dtype);
size_t dtype_size(enum dtype dtype);
int dtype_from_name(const char *name, enum dtype *dtype); /* 0 or -1 */

/* How many elements; -1 when a dim is negative or the product overflows. */
int64_t shape_count(const struct shape *shape);
int shape_equal(const struct shape *a, const struct shape *b);

/* "28x28x1" (rank 0: "scalar") into out, and back: 0 or -1. */
enum { SHAPE_TEXT = SHAPE_MAX * 21 };
char *shape_print(char out[SHAPE_TEXT], const struct shape *shape);
int shape_parse(struct shape *shape, const char *s);

/* The shape with n in front, and the shape without its first dim. */
struct shape shape_batch(int64_t n, const struct shape *sample);
struct shape shape_sample(const struct shape *batch);

/* Bytes of the whole tensor; checked: 0, or -1 with ERR_MODEL. */
int tensor_bytes(const struct tensor *t, size_t *bytes, struct err *err);

#endif
