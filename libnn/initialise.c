/* First numbers for the parameters that have none. */
#include <string.h>

#include "base/operand.h"
#include "init.h"
#include "nn.h"
#include "program.h"

/* An initialiser with its settings. */
struct first {
	const struct init *init;
	void *conf;
};

static int
first_open(
    struct first *f, const char *text, struct arena *arena, struct err *err)
{
	static const struct attr none[] = { { 0 } };
	const struct attr *table;
	struct operand o = { 0 };
	struct settings s = { 0 };
	int used = 0;

	if (operand_parse(&o, text, arena, err) < 0)
		return -1;
	f->init = init_find(o.name);
	if (f->init == NULL)
		return err_set(err, ERR_USAGE,
		    "'%s' is not an initialiser known here", o.name);
	table = f->init->attrs != NULL ? f->init->attrs : none;
	if (operand_settings(&o, table, &s, &used, arena, err) < 0)
		return -1;
	if (used < o.nplaces)
		return err_set(err, ERR_USAGE, "%s: '%s' is one value too many",
		    o.name, o.place[used]);
	f->conf = arena_alloc(arena, f->init->conf_size + 1, err);
	if (f->conf == NULL)
		return -1;
	return attr_fill(table, f->conf, &s, arena, ERR_USAGE, err);
}

/* How many numbers meet in one, as Keras counts: kernels are (..., in, out)
   and what stands in front is the window. */
static void
fans(const struct shape *s, double *in, double *out)
{
	double window = 1;
	int i;

	*in = *out = s->rank == 0 ? 1 : (double)s->dim[0];
	if (s->rank < 2)
		return;
	for (i = 0; i < s->rank - 2; i++)
		window *= (double)s->dim[i];
	*in = window * (double)s->dim[s->rank - 2];
	*out = window * (double)s->dim[s->rank - 1];
}

static int
is_kernel(const char *param)
{
	size_t n = strlen(param);

	return n >= 6 && strcmp(param + n - 6, "kernel") == 0;
}

static struct param *
find_param(struct node *node, const char *name)
{
	int i;

	for (i = 0; i < node->nparams; i++)
		if (strcmp(node->params[i].name, name) == 0)
			return &node->params[i];
	return NULL;
}

static int
fill(struct graph *g, const struct node *node, struct param *p,
    const char *text, uint64_t seed, struct arena *scratch, struct err *err)
{
	struct first f = { 0 };
	double in, out;
	const char *purpose =
	    arena_printf(scratch, err, "init/%s/%s", node->name, p->name);
	size_t n;

	if (purpose == NULL || first_open(&f, text, scratch, err) < 0 ||
	    tensor_bytes(&p->value, &n, err) < 0)
		return -1;
	p->value.data = arena_slab(g->arena, n, err);
	if (p->value.data == NULL)
		return -1;
	fans(&p->value.shape, &in, &out);
	f.init->fill(f.conf, p->value.data, &p->value.shape, in, out,
	    rng_key(seed, purpose));
	return 0;
}

static int
fill_layer(struct graph *g, struct layer *l, struct node *node, uint64_t seed,
    const char *override, struct arena *scratch, struct err *err)
{
	const char *text;
	struct param *p;
	int i;

	for (i = 0; i < NODE_PARAMS_MAX && l->kind->param[i] != NULL; i++) {
		p = find_param(node, l->kind->param[i]);
		if (p == NULL || p->value.data != NULL)
			continue;
		text = l->param_init[i] != NULL ? l->param_init[i] : "zeros";
		if (override != NULL && is_kernel(p->name))
			text = override;
		if (fill(g, node, p, text, seed, scratch, err) < 0)
			return err_in(err, "layer '%s': %s", node->name,
			    l->kind->param[i]);
	}
	return 0;
}

int
nn_init(struct graph *g, uint64_t seed, const char *override, struct err *err)
{
	struct arena scratch = { 0 };
	struct first check = { 0 };
	struct layer *layers;
	int i, status = -1;

	layers = arena_array(&scratch, (size_t)g->nnodes, sizeof(*layers), err);
	if (layers != NULL)
		status = layers_open(g, 1, layers, &scratch, ERR_MODEL, err);
	if (status == 0 && override != NULL)
		status = first_open(&check, override, &scratch, err);
	for (i = 0; i < g->nnodes && status == 0; i++)
		status = fill_layer(
		    g, &layers[i], &g->nodes[i], seed, override, &scratch, err);
	arena_free(&scratch);
	return status;
}
