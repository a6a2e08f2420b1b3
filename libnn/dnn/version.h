/* What each version of oneDNN does in its own way, in api2.c or api3.c, for what
   api.c makes of it. */
#ifndef NN_DNN_VERSION_H
#define NN_DNN_VERSION_H

#include <string.h>

#include "dnn/api.h"

static inline dnnl_data_type_t
type_of(enum number number)
{
	return number == NUMBER_BF16 ? dnnl_bf16 : dnnl_f32;
}

/* As long as the library takes them to be. */
struct dims {
	dnnl_dims_t at;
};

static inline struct dims
dims_of(int n, const int64_t *from)
{
	struct dims d = { { 0 } };

	memcpy(d.at, from, (size_t)n * sizeof(*from));
	return d;
}

/* Gives the layouts back. */
void layouts_free(struct api *api);

/* NULL on error. */
const struct layout *layout_tagged(struct api *api, enum number number,
    int rank, const int64_t *dim, dnnl_format_tag_t tag, struct err *err);

/* The layout of one argument; NULL in *l when there is none. */
int layout_ask(const struct layout **l, struct api *api,
    const_dnnl_primitive_desc_t pd, dnnl_query_t what, int index,
    struct err *err);

/* What stands behind the result. */
dnnl_status_t want_post_ops(dnnl_post_ops_t post, const struct want *w);

dnnl_status_t want_describe(dnnl_primitive_desc_t *pd, struct api *api,
    const struct want *want, const_dnnl_primitive_attr_t attr);

#endif
