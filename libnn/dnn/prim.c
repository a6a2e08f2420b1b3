/* A planned oneDNN primitive whose arguments are values of a program. */
#include "dnn/prim.h"

/* Half a millisecond of one core. */
static const double worth_threads = 5e7;

int
dnn_refuse(struct err *err, const char *what, dnnl_status_t status)
{
	static const char *const reason[] = {
		[dnnl_out_of_memory] = "out of memory",
		[dnnl_invalid_arguments] = "invalid arguments",
		[dnnl_unimplemented] = "not implemented",
		[dnnl_iterator_ends] = "no implementation left",
		[dnnl_runtime_error] = "run-time error",
		[dnnl_not_required] = "not required",
	};
	size_t n = sizeof(reason) / sizeof(reason[0]);
	const char *text = (size_t)status < n ? reason[status] : NULL;

	return err_set(err, status == dnnl_out_of_memory ? ERR_IO : ERR_BUG,
	    "oneDNN: %s: %s", what, text == NULL ? "failed" : text);
}

/* The library's pool of threads, if it is built on OpenMP at all. */
extern void omp_set_num_threads(int n) __attribute__((weak));
extern void omp_set_dynamic(int on) __attribute__((weak));
extern int omp_get_thread_limit(void) __attribute__((weak));
extern int omp_get_max_active_levels(void) __attribute__((weak));

/* Primitives are cut into shares when they are created, and must be run by as
   many threads. */
static void
use_threads(int n)
{
	if (omp_set_num_threads != NULL)
		omp_set_num_threads(n);
}

int
dnn_threads_allowed(int wanted)
{
	int limit;

	if (omp_set_num_threads == NULL || omp_set_dynamic == NULL ||
	    omp_get_thread_limit == NULL || omp_get_max_active_levels == NULL)
		return wanted;
	omp_set_dynamic(0);
	limit = omp_get_max_active_levels() < 1 ? 1 : omp_get_thread_limit();
	return limit < 1 ? 1 : wanted < limit ? wanted : limit;
}

int
dnn_threads(const struct dnn *dnn, double flops)
{
	return flops < worth_threads ? 1 : dnn->threads;
}

/* Makes the common scratchpad at least as large as md. */
static int
scratch_grow(struct dnn *dnn, const dnnl_memory_desc_t *md, struct err *err)
{
	size_t size = dnnl_memory_desc_get_size(md);
	void *bigger;

	if (size <= dnn->scratch_size)
		return 0;
	bigger = slab_new(size, err);
	if (bigger == NULL)
		return -1;
	slab_free(dnn->scratch, dnn->scratch_size);
	dnn->scratch = bigger;
	dnn->scratch_size = size;
	return 0;
}

static int
prim_scratch(struct prim *p, const_dnnl_primitive_desc_t desc, struct err *err)
{
	const dnnl_memory_desc_t *md =
	    dnnl_primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0);

	if (md == NULL || dnnl_memory_desc_get_size(md) == 0)
		return 0;
	if (scratch_grow(p->dnn, md, err) < 0)
		return -1;
	return prim_arg(p, DNNL_ARG_SCRATCHPAD, NULL, md, err);
}

int
prim_open(struct prim *p, struct dnn *dnn, const_dnnl_op_desc_t desc,
    dnnl_primitive_attr_t attr, struct err *err)
{
	dnnl_primitive_desc_t pd = NULL;
	dnnl_status_t status;
	int failed;

	p->dnn = dnn;
	use_threads(p->threads);
	status = dnnl_primitive_desc_create(&pd, desc, attr, dnn->engine, NULL);
	if (status == dnnl_unimplemented)
		return 1;
	if (status != dnnl_success)
		return dnn_refuse(err, "planning", status);
	status = dnnl_primitive_create(&p->primitive, pd);
	failed = status != dnnl_success
	    ? dnn_refuse(err, "creating a primitive", status)
	    : prim_scratch(p, pd, err);
	dnnl_primitive_desc_destroy(pd);
	return failed;
}

int
prim_arg(struct prim *p, int what, struct val *v, const dnnl_memory_desc_t *md,
    struct err *err)
{
	dnnl_exec_arg_t *arg = &p->arg[p->n];
	dnnl_status_t status;

	if (p->n == PRIM_ARGS)
		return err_set(err, ERR_BUG, "oneDNN: too many arguments");
	status = dnnl_memory_create(
	    &arg->memory, md, p->dnn->engine, DNNL_MEMORY_NONE);
	if (status != dnnl_success)
		return dnn_refuse(err, "describing memory", status);
	arg->arg = what;
	p->val[p->n++] = v;
	return 0;
}

int
prim_run(struct prim *p)
{
	int i;

	use_threads(p->threads);
	for (i = 0; i < p->n; i++) {
		void *at =
		    p->val[i] == NULL ? p->dnn->scratch : p->val[i]->data;

		if (at == p->bound[i])
			continue;
		if (dnnl_memory_set_data_handle(p->arg[i].memory, at) !=
		    dnnl_success)
			return -1;
		p->bound[i] = at;
	}
	return dnnl_primitive_execute(
		   p->primitive, p->dnn->stream, p->n, p->arg) == dnnl_success
	    ? 0
	    : -1;
}

void
prim_close(struct prim *p)
{
	int i;

	for (i = 0; i < p->n; i++)
		dnnl_memory_destroy(p->arg[i].memory);
	if (p->primitive != NULL)
		dnnl_primitive_destroy(p->primitive);
	p->n = 0;
	p->primitive = NULL;
}

int
prim_matrix(dnnl_memory_desc_t *md, int64_t rows, int64_t cols, int turned,
    struct err *err)
{
	dnnl_dims_t dims = { rows, cols };
	dnnl_dims_t strides = { turned ? 1 : cols, turned ? rows : 1 };
	dnnl_status_t status =
	    dnnl_memory_desc_init_by_strides(md, 2, dims, dnnl_f32, strides);

	return status == dnnl_success ? 0 : dnn_refuse(err, "matrix", status);
}

int
dnn_attr(dnnl_primitive_attr_t *attr, int accumulate, struct err *err)
{
	dnnl_post_ops_t post = NULL;
	dnnl_status_t status = dnnl_primitive_attr_create(attr);

	if (status == dnnl_success)
		status = dnnl_primitive_attr_set_scratchpad_mode(
		    *attr, dnnl_scratchpad_mode_user);
	if (status == dnnl_success && accumulate)
		status = dnnl_post_ops_create(&post);
	if (status == dnnl_success && accumulate)
		status = dnnl_post_ops_append_sum(post, 1);
	if (status == dnnl_success && accumulate)
		status = dnnl_primitive_attr_set_post_ops(*attr, post);
	if (post != NULL)
		dnnl_post_ops_destroy(post);
	return status == dnnl_success
	    ? 0
	    : dnn_refuse(err, "attributes of an operation", status);
}
