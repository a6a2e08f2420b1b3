/* Who computes: the reference always, a module when the work is worth
   loading it.  Nothing here is decided by timing. */
#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "chunk.h"
#include "net.h"

/* Loading oneDNN costs 3 to 20 ms.  A training step of this many operations
   pays for it within an epoch, a batch to predict only when it is large. */
static const double worth_a_step = 2e6;
static const double worth_a_batch = 5e8;

/* A second thread pays from about a millisecond of one core on: below, waking
   it and moving lines between the cores' caches costs more than it does. */
static const double worth_threads = 1e8;

#ifdef REAL_DOUBLE
static int
load(const char *dir, int must, const struct backend **backend, struct err *err)
{
	(void)dir;
	(void)backend;
	if (!must)
		return 0;
	return err_set(
	    err, ERR_USAGE, "backend dnn: computes in f32 only; use ref");
}
#else
static int
load(const char *dir, int must, const struct backend **backend, struct err *err)
{
	char path[PATH_MAX];
	void *module;
	int n = snprintf(
	    path, sizeof(path), "%s/nn-dnnl.so", dir != NULL ? dir : ".");

	if (dir == NULL || n < 0 || n >= (int)sizeof(path) ||
	    access(path, R_OK) < 0) {
		if (!must)
			return 0;
		return err_set(err, ERR_USAGE,
		    "backend dnn: its module nn-dnnl.so is not installed; "
		    "use ref");
	}
	/* It stays for ever: threads of its pool may outlive any net. */
	module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (module == NULL)
		return err_set(err, ERR_IO, "backend dnn: %s", dlerror());
	*backend = dlsym(module, "backend_dnnl");
	if (*backend == NULL)
		return err_set(err, ERR_IO,
		    "backend dnn: %s is not a backend module", path);
	return 0;
}
#endif

/* Products of bf16 are never done by another in secret. */
static int
check_compute(
    enum compute compute, const struct backend *backend, struct err *err)
{
	if (compute == COMPUTE_F32 || backend == NULL)
		return 0;
	if (backend->can == NULL)
		return err_set(err, ERR_USAGE,
		    "bf16: backend %s computes in f32 only; use f32",
		    backend->name);
	return backend->can(compute, err);
}

int
backend_compute(const char *name, enum compute *compute, struct err *err)
{
	*compute = COMPUTE_F32;
	if (name == NULL || strcmp(name, "f32") == 0)
		return 0;
	if (strcmp(name, "bf16") != 0)
		return err_set(err, ERR_USAGE,
		    "'%s' cannot be computed in; there are f32 and bf16", name);
	*compute = COMPUTE_BF16;
	return 0;
}

int
backend_choose(const struct net_conf *conf, enum compute compute,
    double step_flops, double batch_flops, const struct backend **backend,
    struct err *err)
{
	const char *name = conf->backend != NULL ? conf->backend : "auto";
	int must = compute != COMPUTE_F32 || strcmp(name, "dnn") == 0;

	*backend = NULL;
	if (strcmp(name, "ref") == 0)
		return check_compute(compute, &backend_ref, err);
	if (strcmp(name, "auto") != 0 && strcmp(name, "dnn") != 0)
		return err_set(err, ERR_USAGE,
		    "'%s' is not a backend; there are auto, ref and dnn", name);
	if (!must && step_flops < worth_a_step && batch_flops < worth_a_batch)
		return 0;
	if (load(conf->module_dir, must, backend, err) < 0)
		return -1;
	return check_compute(compute, *backend, err);
}

int
backend_plan_op(
    const struct net *net, void *handle, struct op *op, struct err *err)
{
	int refused = 1;

	if (net->backend != NULL) {
		op->backend = net->backend->name;
		refused = net->backend->plan(handle, op, err);
	}
	if (refused == 1) {
		op->backend = backend_ref.name;
		refused = backend_ref.plan(net->ref_handle, op, err);
		assert(refused <= 0);
	}
	if (refused < 0)
		return err_in(err, "%s: %s",
		    op->layer == NULL ? "net" : op->layer->node->name,
		    op_name(op->what));
	return 0;
}

int
backend_arrange(struct net *net, struct program *p, struct err *err)
{
	int i;

	p->threads = program_flops(p) < worth_threads ? 1 : net->threads;
	for (i = 0; i < p->nops; i++) {
		p->ops[i]->threads = p->threads;
		p->ops[i]->compute = net->compute;
	}
	if (net->backend != NULL && net->backend->blocks != NULL &&
	    program_arrange(p, net->backend, net->backend_handle, err) < 0)
		return -1;
	return chunk_program(net, p, err);
}

int
backend_plan(struct net *net, struct program *p, struct err *err)
{
	int i;

	for (i = 0; i < p->nops; i++)
		if (p->ops[i]->what != OP_CHUNKS &&
		    backend_plan_op(net, net->backend_handle, p->ops[i], err) <
			0)
			return -1;
	return chunk_plan(net, p, err);
}
