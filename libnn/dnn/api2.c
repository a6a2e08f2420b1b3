/* The door to oneDNN 2.x: descriptors are plain structs, every operation is
   described before its primitive is. */
#include "dnn/version.h"

struct layout {
	dnnl_memory_desc_t md;
};

void
layouts_free(struct api *api)
{
	api->layouts = NULL; /* they live in the arena, and hold nothing */
}

static const struct layout *
layout_end(struct layout *l, dnnl_status_t status, struct err *err)
{
	if (status == dnnl_success)
		return l;
	api_refuse(err, "describing memory", status);
	return NULL;
}

const struct layout *
layout_strided(struct api *api, enum number number, int rank,
    const int64_t *dim, const int64_t *stride, struct err *err)
{
	struct layout *l = arena_alloc(api->arena, sizeof(*l), err);
	struct dims d = dims_of(rank, dim), s = dims_of(rank, stride);

	if (l == NULL)
		return NULL;
	return layout_end(l,
	    dnnl_memory_desc_init_by_strides(
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
	return layout_end(l,
	    dnnl_memory_desc_init_by_tag(
		&l->md, rank, d.at, type_of(number), tag),
	    err);
}

int
layout_equal(const struct layout *a, const struct layout *b)
{
	return dnnl_memory_desc_equal(&a->md, &b->md);
}

size_t
layout_size(const struct layout *l)
{
	return dnnl_memory_desc_get_size(&l->md);
}

dnnl_status_t
api_memory(
    dnnl_memory_t *memory, struct api *api, const struct layout *l, void *data)
{
	return dnnl_memory_create(memory, &l->md, api->engine, data);
}

/* An operation's description, of whichever kind. */
union desc {
	dnnl_matmul_desc_t matmul;
	dnnl_eltwise_desc_t eltwise;
	dnnl_convolution_desc_t conv;
};

static const dnnl_memory_desc_t *
md(const struct layout *l)
{
	return l == NULL ? NULL : &l->md;
}

/* The direction is w->make, but for the hint that backward ones want. */
static dnnl_status_t
describe_conv(
    dnnl_convolution_desc_t *desc, const struct want *w, enum make direction)
{
	struct dims stride = dims_of(2, w->stride);
	struct dims before = dims_of(2, w->before),
		    after = dims_of(2, w->after);
	dnnl_dims_t dilates = { w->dilation[0] - 1, w->dilation[1] - 1 };

	if (direction == MAKE_CONV)
		return dnnl_dilated_convolution_forward_desc_init(desc,
		    dnnl_forward_training, w->alg, md(w->src), md(w->weights),
		    md(w->bias), md(w->dst), stride.at, dilates, before.at,
		    after.at);
	if (direction == MAKE_CONV_DATA)
		return dnnl_dilated_convolution_backward_data_desc_init(desc,
		    w->alg, md(w->src), md(w->weights), md(w->dst), stride.at,
		    dilates, before.at, after.at);
	return dnnl_dilated_convolution_backward_weights_desc_init(desc, w->alg,
	    md(w->src), md(w->weights), md(w->bias), md(w->dst), stride.at,
	    dilates, before.at, after.at);
}

static dnnl_status_t
describe(union desc *desc, const struct want *w)
{
	switch (w->make) {
	case MAKE_MATMUL:
		return dnnl_matmul_desc_init(&desc->matmul, md(w->src),
		    md(w->weights), md(w->bias), md(w->dst));
	case MAKE_ELTWISE:
		return dnnl_eltwise_forward_desc_init(&desc->eltwise,
		    dnnl_forward_inference, w->alg, md(w->src), w->alpha,
		    w->beta);
	default:
		return describe_conv(&desc->conv, w, w->make);
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
		status = dnnl_post_ops_append_sum(post, 1);
	if (status == dnnl_success && w->relu)
		status = dnnl_post_ops_append_eltwise(
		    post, 1, dnnl_eltwise_relu, w->slope, 0);
	return status;
}

static dnnl_status_t
hint_open(dnnl_primitive_desc_t *hint, struct api *api, const struct want *want)
{
	union desc desc;
	dnnl_status_t status;

	*hint = NULL;
	if (want->make != MAKE_CONV_DATA && want->make != MAKE_CONV_KERNEL)
		return dnnl_success;
	status = describe_conv(&desc.conv, want->forward, MAKE_CONV);
	return status != dnnl_success
	    ? status
	    : dnnl_primitive_desc_create(hint, &desc, NULL, api->engine, NULL);
}

dnnl_status_t
want_describe(dnnl_primitive_desc_t *pd, struct api *api,
    const struct want *want, const_dnnl_primitive_attr_t attr)
{
	dnnl_primitive_desc_t hint = NULL;
	union desc desc;
	dnnl_status_t status;

	if (want->make == MAKE_REORDER)
		return dnnl_reorder_primitive_desc_create(pd, md(want->src),
		    api->engine, md(want->dst), api->engine, attr);
	status = describe(&desc, want);
	if (status == dnnl_success)
		status = hint_open(&hint, api, want);
	if (status == dnnl_success)
		status = dnnl_primitive_desc_create(
		    pd, &desc, attr, api->engine, hint);
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
	const dnnl_memory_desc_t *found =
	    dnnl_primitive_desc_query_md(pd, what, index);
	struct layout *copy;

	*l = NULL;
	if (found == NULL || dnnl_memory_desc_get_size(found) == 0)
		return 0;
	copy = arena_alloc(api->arena, sizeof(*copy), err);
	if (copy == NULL)
		return -1;
	copy->md = *found;
	*l = copy;
	return 0;
}
