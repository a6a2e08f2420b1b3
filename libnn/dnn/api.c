/* The door to oneDNN: what is the same in every version of the library. */
#include <string.h>

#include "dnn/version.h"

int
api_refuse(struct err *err, const char *what, dnnl_status_t status)
{
	static const char *const reason[] = {
		[dnnl_out_of_memory] = "out of memory",
		[dnnl_invalid_arguments] = "invalid arguments",
		[dnnl_unimplemented] = "not implemented",
		[dnnl_runtime_error] = "run-time error",
		[dnnl_not_required] = "not required",
	};
	size_t n = sizeof(reason) / sizeof(reason[0]);
	const char *text = (size_t)status < n ? reason[status] : NULL;

	return err_set(err, status == dnnl_out_of_memory ? ERR_IO : ERR_BUG,
	    "oneDNN: %s: %s", what, text == NULL ? "failed" : text);
}

int
api_open(struct api *api, struct arena *arena, struct err *err)
{
	dnnl_status_t status;

	api->arena = arena;
	status = dnnl_engine_create(&api->engine, dnnl_cpu, 0);
	if (status == dnnl_success)
		status = dnnl_stream_create(
		    &api->stream, api->engine, dnnl_stream_in_order);
	return status == dnnl_success ? 0 : api_refuse(err, "starting", status);
}

void
api_close(struct api *api)
{
	layouts_free(api);
	if (api->stream != NULL)
		dnnl_stream_destroy(api->stream);
	if (api->engine != NULL)
		dnnl_engine_destroy(api->engine);
}

const struct layout *
layout_blocked(
    struct api *api, enum number number, const int64_t dim[4], struct err *err)
{
	return layout_tagged(api, number, 4, dim, dnnl_nChw16c, err);
}

const struct layout *
layout_any(struct api *api, enum number number, int rank, const int64_t *dim,
    struct err *err)
{
	return layout_tagged(api, number, rank, dim, dnnl_format_tag_any, err);
}

static dnnl_status_t
attributes(dnnl_primitive_attr_t *attr, const struct want *w)
{
	dnnl_post_ops_t post = NULL;
	dnnl_status_t status = dnnl_primitive_attr_create(attr);

	if (status == dnnl_success)
		status = dnnl_primitive_attr_set_scratchpad_mode(
		    *attr, dnnl_scratchpad_mode_user);
	if (status == dnnl_success)
		status = dnnl_post_ops_create(&post);
	if (status == dnnl_success)
		status = want_post_ops(post, w);
	if (status == dnnl_success)
		status = dnnl_primitive_attr_set_post_ops(*attr, post);
	if (post != NULL)
		dnnl_post_ops_destroy(post);
	return status;
}

/* Which query has the role of src, weights and dst, by want->make. */
static const struct role {
	dnnl_query_t src, weights, dst;
} roles[] = {
	[MAKE_MATMUL] = { dnnl_query_src_md, dnnl_query_weights_md,
	    dnnl_query_dst_md },
	[MAKE_ELTWISE] = { dnnl_query_src_md, dnnl_query_weights_md,
	    dnnl_query_dst_md },
	[MAKE_CONV] = { dnnl_query_src_md, dnnl_query_weights_md,
	    dnnl_query_dst_md },
	[MAKE_CONV_DATA] = { dnnl_query_diff_src_md, dnnl_query_weights_md,
	    dnnl_query_diff_dst_md },
	[MAKE_CONV_KERNEL] = { dnnl_query_src_md, dnnl_query_diff_weights_md,
	    dnnl_query_diff_dst_md },
	[MAKE_REORDER] = { dnnl_query_src_md, dnnl_query_weights_md,
	    dnnl_query_dst_md },
};

static int
ask_all(struct made *made, struct api *api, const struct want *want,
    const_dnnl_primitive_desc_t pd, struct err *err)
{
	const struct role *role = &roles[want->make];
	const char *name = NULL;

	if (layout_ask(&made->src, api, pd, role->src, 0, err) < 0 ||
	    layout_ask(&made->weights, api, pd, role->weights, 0, err) < 0 ||
	    layout_ask(&made->bias, api, pd, role->weights, 1, err) < 0 ||
	    layout_ask(&made->dst, api, pd, role->dst, 0, err) < 0 ||
	    layout_ask(
		&made->scratch, api, pd, dnnl_query_scratchpad_md, 0, err) < 0)
		return -1;
	if (dnnl_primitive_desc_query(
		pd, dnnl_query_impl_info_str, 0, (void *)&name) != dnnl_success)
		name = "";
	made->name = arena_text(api->arena, name, err);
	return made->name == NULL ? -1 : 0;
}

int
api_make(struct made *made, struct api *api, const struct want *want,
    struct err *err)
{
	dnnl_primitive_attr_t attr = NULL;
	dnnl_primitive_desc_t pd = NULL;
	dnnl_status_t status = attributes(&attr, want);
	int left = 0;

	memset(made, 0, sizeof(*made));
	if (status == dnnl_success)
		status = want_describe(&pd, api, want, attr);
	if (status == dnnl_success)
		status = dnnl_primitive_create(&made->primitive, pd);
	if (status == dnnl_success)
		left = ask_all(made, api, want, pd, err);
	if (pd != NULL)
		dnnl_primitive_desc_destroy(pd);
	if (attr != NULL)
		dnnl_primitive_attr_destroy(attr);
	if (status == dnnl_unimplemented)
		return 1;
	return status == dnnl_success
	    ? left
	    : api_refuse(err, "planning an operation", status);
}
