/* The door to oneDNN's C API, which 2.x and 3.x have different ones of.

   Behind it, api2.c or api3.c.  In front of it nobody names memory or
   operation descriptors, attributes or queries of the library: only what both
   versions have alike (engines, streams, primitives, memory, statuses,
   algorithms, numbers of arguments). */
#ifndef NN_DNN_API_H
#define NN_DNN_API_H

#include <dnnl.h>

#include "base/arena.h"
#include "base/err.h"

enum { API_RANK = 5 };

struct layout; /* how numbers lie in memory; lives as long as its api */

struct api {
	struct arena *arena;
	dnnl_engine_t engine;
	dnnl_stream_t stream;
	struct layout *layouts; /* all of them, newest first */
};

int api_open(struct api *api, struct arena *arena, struct err *err);
void api_close(struct api *api);

/* Sets err to ERR_BUG, what could not be done and the library's reason. */
int api_refuse(struct err *err, const char *what, dnnl_status_t status);

enum number { NUMBER_F32, NUMBER_BF16 };

/* Dims as the library orders them: N C H W of pictures, [G] O I H W of
   kernels.  NULL on error. */
const struct layout *layout_strided(struct api *api, enum number number,
    int rank, const int64_t *dim, const int64_t *stride, struct err *err);
/* N C/16 H W 16. */
const struct layout *layout_blocked(
    struct api *api, enum number number, const int64_t dim[4], struct err *err);
/* Whatever the primitive likes best; see struct made. */
const struct layout *layout_any(struct api *api, enum number number, int rank,
    const int64_t *dim, struct err *err);
int layout_equal(const struct layout *a, const struct layout *b);
size_t layout_size(const struct layout *l); /* bytes */

/* For the prim_* functions; data may be DNNL_MEMORY_NONE. */
dnnl_status_t api_memory(
    dnnl_memory_t *memory, struct api *api, const struct layout *l, void *data);

enum make {
	MAKE_MATMUL,      /* dst = src weights [+ bias] */
	MAKE_ELTWISE,     /* dst = alg(src, alpha, beta) */
	MAKE_CONV,        /* dst = src, weights [+ bias] */
	MAKE_CONV_DATA,   /* src = gradient: dst is dy */
	MAKE_CONV_KERNEL, /* weights [, bias] = gradients: src x, dst is dy */
	MAKE_REORDER,     /* dst = src */
};

/* A primitive wanted.  Layouts have the role of the forward direction, also
   where they are gradients; NULL: has none. */
struct want {
	enum make make;
	const struct layout *src, *weights, *bias, *dst;
	const struct want *forward; /* of CONV_DATA and CONV_KERNEL */
	dnnl_alg_kind_t alg;        /* of ELTWISE and CONV* */
	float alpha, beta;          /* of ELTWISE */
	/* CONV*: height, width; dilation 1 is none. */
	int64_t stride[2], dilation[2], before[2], after[2];

	/* What stands behind the result: dst = relu(result [+ dst] [+ the
	   argument API_ARG_ADD]).  The negative side has a slope. */
	int accumulate;
	const struct layout *add;
	int relu;
	float slope;
};

#define API_ARG_ADD (DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1)

/* What came of it: the layouts of its arguments, in the same roles; scratch
   is NULL when none is needed, else given by the user.  The primitive is the
   caller's to destroy. */
struct made {
	dnnl_primitive_t primitive;
	const struct layout *src, *weights, *bias, *dst, *scratch;
	const char *name; /* of the implementation */
};

/* 0; 1: the library has no such primitive, without error; -1. */
int api_make(struct made *made, struct api *api, const struct want *want,
    struct err *err);

#endif
