/* The door to oneDNN 3.x: descriptors of memory are handles, and a primitive is
   described in one call. */
#include "dnn/version.h"

struct layout {
	dnnl_memory_desc_t md;
	struct layout *next;
};

void
layouts_free(struct api *api)
{
	for (; api->layouts != NULL; api->layouts = api->layouts->next)
		dnnl_memory_desc_destroy(api->layouts->md);
}

/* What was described is the api's to destroy. */
static const struct layout *
layout_end(
    struct api *api, struct layout *l, dnnl_status_t status, struct err *err)
{
	if (status != dnnl_success) {
		api_refuse(err, "describing memory", status);
		return NULL;
	}
	l->next = api->layouts;
	api->layouts = l;
	return l;
}

const struct layout *
layout_strided(struct api *api, enum number number, int rank,
    const int64_t *dim, const int64_t *stride, struct err *err)
{
	struct layout *l = arena_alloc(api->arena, sizeof(*l), err);
	struct dims d = dims_of(rank, dim), s = dims_of(rank, stride);

	if (l == NULL)
		return NULL;
	return layout_end(api, l,
	    dnnl_memory_desc_create_with_strides(
		&l->md, rank, d.at, type_of(number), s.at),
	    err);
}

const struct layout *
layout_tagged(struct api *api, enum number number, int rank, const int64_t *dim,
    dnnl_format_tag_t tag, struct err *err)
{
	struct layout *l = arena_alloc(api->arena, sizeof(*l), err);
	struct dims d = dims_of(rank, dim);

	if (l == NULL)
		return NULL;
	return layout_end(api, l,
	    dnnl_memory_desc_create_with_tag(
		&l->md, rank, d.at, type_of(number), tag),
	    err);
}

int
layout_equal(const struct layout *a, const struct layout *b)
{
	return dnnl_memory_desc_equal(a->md, b->md);
}

size_t
layout_size(const struct layout *l)
{
	return dnnl_memory_desc_get_size(l->md);
}

dnnl_status_t
api_memory(
    dnnl_memory_t *memory, struct api *api, const struct layout *l, void *data)
{
	return dnnl_memory_create(memory, l->md, api->engine, data);
}

static const_dnnl_memory_desc_t
md(const struct layout *l)
{
	return l == NULL ? NULL : l->md;
}

/* The direction is w->make, but for the hint that backward ones want. */
static dnnl_status_t
describe_conv(dnnl_primitive_desc_t *pd, struct api *api, const struct want *w,
    enum make direction, const_dnnl_primitive_desc_t hint,
    const_dnnl_primitive_attr_t attr)
{
	struct dims stride = dims_of(2, w->stride);
	struct dims before = dims_of(2, w->before),
		    after = dims_of(2, w->after);
	dnnl_dims_t dilates = { w->dilation[0] - 1, w->dilation[1] - 1 };

	if (direction == MAKE_CONV)
		return dnnl_convolution_forward_primitive_desc_create(pd,
		    api->engine, dnnl_forward_training, w->alg, md(w->src),
		    md(w->weights), md(w->bias), md(w->dst), stride.at, dilates,
		    before.at, after.at, attr);
	if (direction == MAKE_CONV_DATA)
		return dnnl_convolution_backward_data_primitive_desc_create(pd,
		    api->engine, w->alg, md(w->src), md(w->weights), md(w->dst),
		    stride.at, dilates, before.at, after.at, hint, attr);
	return dnnl_convolution_backward_weights_primitive_desc_create(pd,
	    api->engine, w->alg, md(w->src), md(w->weights), md(w->bias),
	    md(w->dst), stride.at, dilates, before.at, after.at, hint, attr);
}

static dnnl_status_t
describe(dnnl_primitive_desc_t *pd, struct api *api, const struct want *w,
    const_dnnl_primitive_attr_t attr)
{
	switch (w->make) {
	case MAKE_MATMUL:
		return dnnl_matmul_primitive_desc_create(pd, api->engine,
		    md(w->src), md(w->weights), md(w->bias), md(w->dst), attr);
	case MAKE_ELTWISE:
		return dnnl_eltwise_forward_primitive_desc_create(pd,
		    api->engine, dnnl_forward_inference, w->alg, md(w->src),
		    md(w->dst), w->alpha, w->beta, attr);
	case MAKE_REORDER:
		return dnnl_reorder_primitive_desc_create(
		    pd, md(w->src), api->engine, md(w->dst), api->engine, attr);
	default:
		return describe_conv(pd, api, w, w->make, NULL, attr);
	}
}

dnnl_status_t
want_post_ops(dnnl_post_ops_t post, const struct want *w)
{
	dnnl_status_t status = dnnl_success;

	if (w->add != NULL)
		status = dnnl_post_ops_append_binary(
		    post, dnnl_binary_add, md(w->add));
	if (status == dnnl_success && w->accumulate)
		status =
		    dnnl_post_ops_append_sum(post, 1, 0, dnnl_data_type_undef);
	if (status == dnnl_success && w->relu)
		status = dnnl_post_ops_append_eltwise(
		    post, dnnl_eltwise_relu, w->slope, 0);
	return status;
}

dnnl_status_t
want_describe(dnnl_primitive_desc_t *pd, struct api *api,
    const struct want *want, const_dnnl_primitive_attr_t attr)
{
	dnnl_primitive_desc_t hint = NULL;
	dnnl_status_t status;

	if (want->make != MAKE_CONV_DATA && want->make != MAKE_CONV_KERNEL)
		return describe(pd, api, want, attr);
	status =
	    describe_conv(&hint, api, want->forward, MAKE_CONV, NULL, NULL);
	if (status == dnnl_success)
		status = describe_conv(pd, api, want, want->make, hint, attr);
	if (hint != NULL)
		dnnl_primitive_desc_destroy(hint);
	return status;
}

/* One argument's layout; NULL in *l when there is none. */
int
layout_ask(const struct layout **l, struct api *api,
    const_dnnl_primitive_desc_t pd, dnnl_query_t what, int index,
    struct err *err)
{
	const_dnnl_memory_desc_t found =
	    dnnl_primitive_desc_query_md(pd, what, index);
	struct layout *copy;

	*l = NULL;
	if (found == NULL || dnnl_memory_desc_get_size(found) == 0)
		return 0;
	copy = arena_alloc(api->arena, sizeof(*copy), err);
	if (copy == NULL)
		return -1;
	*l = layout_end(
	    api, copy, dnnl_memory_desc_clone(&copy->md, found), err);
	return *l == NULL ? -1 : 0;
}
