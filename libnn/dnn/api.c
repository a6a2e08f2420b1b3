/* What is the same in every version of the library. */
#include "dnn/api.h"

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
