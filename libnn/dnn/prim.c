/* A planned oneDNN primitive whose arguments are values of a program. */
#include "dnn/prim.h"

/* Some 20 us of one core: waiting threads take up a share within 2. */
static const double worth_threads = 2e6;

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
	return flops < worth_threads ? 1 : dnn->now;
}

/* Makes the slab at least so large; what was in it is lost. */
static int
grow(void **slab, size_t *has, size_t size, struct err *err)
{
	void *bigger;

	if (size <= *has)
		return 0;
	bigger = slab_new(size, err);
	if (bigger == NULL)
		return -1;
	slab_free(*slab, *has);
	*slab = bigger;
	*has = size;
	return 0;
}

struct val *
dnn_passing(struct dnn *dnn, int slot, size_t size, struct err *err)
{
	struct passing *p = &dnn->passing[slot];
	void *data = p->val.data;

	if (grow(&data, &p->size, size, err) < 0)
		return NULL;
	p->val.data = data;
	return &p->val;
}

int
dnn_scratch(struct dnn *dnn, size_t size, struct err *err)
{
	return grow(&dnn->scratch, &dnn->scratch_size, size, err);
}

uint64_t
prim_kernel_version(struct val *kernel, const struct step *step)
{
	enum slab_name slab = val_root(kernel)->slab;

	return slab == SLAB_PARAM || slab == SLAB_DERIVED
	    ? val_version(kernel, step)
	    : 0;
}

int
prim_open(
    struct prim *p, struct dnn *dnn, const struct want *want, struct err *err)
{
	const struct layout *scratch;
	int left;

	p->dnn = dnn;
	use_threads(p->threads);
	left = api_make(&p->made, &dnn->api, want, err);
	scratch = p->made.scratch;
	if (left != 0 || scratch == NULL)
		return left;
	if (dnn_scratch(dnn, layout_size(scratch), err) < 0)
		return -1;
	return prim_arg(p, DNNL_ARG_SCRATCHPAD, NULL, scratch, err);
}

int
prim_arg(struct prim *p, int what, struct val *v, const struct layout *l,
    struct err *err)
{
	dnnl_exec_arg_t *arg = &p->arg[p->n];
	dnnl_status_t status;

	if (p->n == PRIM_ARGS)
		return err_set(err, ERR_BUG, "oneDNN: too many arguments");
	status = api_memory(&arg->memory, &p->dnn->api, l, DNNL_MEMORY_NONE);
	if (status != dnnl_success)
		return api_refuse(err, "describing memory", status);
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
	return dnnl_primitive_execute(p->made.primitive, p->dnn->api.stream,
		   p->n, p->arg) == dnnl_success
	    ? 0
	    : -1;
}

void
prim_close(struct prim *p)
{
	int i;

	for (i = 0; i < p->n; i++) {
		dnnl_memory_destroy(p->arg[i].memory);
		p->bound[i] = NULL;
	}
	if (p->made.primitive != NULL)
		dnnl_primitive_destroy(p->made.primitive);
	p->n = 0;
	p->made.primitive = NULL;
}

const struct layout *
prim_matrix(struct dnn *dnn, int64_t rows, int64_t cols, int turned,
    enum number number, struct err *err)
{
	int64_t dim[] = { rows, cols };
	int64_t stride[] = { turned ? 1 : cols, turned ? rows : 1 };

	return layout_strided(&dnn->api, number, 2, dim, stride, err);
}
