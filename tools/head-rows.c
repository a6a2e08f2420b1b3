/* A head that keeps what it knows of its classes. */
#include <string.h>

#include "adapt.h"
#include "base/text.h"
#include "frozen.h"
#include "surgery.h"

enum { SAFE = 80, SHOWN = 8 };

/* Rows are known by the names of classes: those of a labelled classifier with
   an output for each. */
static int
check_named(const struct run *r, const char *option, struct err *err)
{
	const struct session *s = &r->s;

	if (s->target != TARGET_LABEL)
		return err_set(err, ERR_USAGE,
		    "--%s: the model's task is %s, its data are numbers "
		    "without names of classes; use --new-head",
		    option, s->model.graph.task);
	if (s->model.nlabels == 0)
		return err_set(err, ERR_USAGE,
		    "--%s: %s has no labels, nobody knows the names of its "
		    "classes; use --new-head",
		    option, s->name);
	if (s->y.dim[0] == 1)
		return err_set(err, ERR_USAGE,
		    "--%s: layer '%s' tells two classes apart with a single "
		    "output; use --new-head=dense:N:softmax for N classes",
		    option, session_output(s)->name);
	return 0;
}

/* Which layer has the rows: for surgery, with the reason against it. */
static int
class_layer(const struct run *r, const char *option, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct err why = { 0 };
	int i = adapt_class_layer(g, g->outputs[0], &why);

	if (i >= 0)
		return i;
	return err_set(err, why.code == ERR_MODEL ? ERR_USAGE : why.code,
	    "--%s: %s; use --new-head", option, why.text);
}

/* Output u is what output from[u] was, or new when that is -1; the labels are
   the data's. */
static int
change_rows(struct run *r, const char *option, int64_t n, const int64_t *from,
    struct err *err)
{
	struct graph *g = &r->s.model.graph;
	int node = class_layer(r, option, err);

	if (node < 0)
		return -1;
	if (adapt_units(g, node, n, from, run_seed(r), err) < 0)
		return err_in(err, "--%s", option);
	r->head_layer = node;
	for (int64_t i = 0; i < n; i++)
		r->head_fresh += from[i] < 0;
	r->s.y = (struct shape){ 1, { n } };
	r->s.model.nlabels = 0;
	return session_labels(&r->s, r->data, err);
}

/* "a b c ..." of names. */
static const char *
some_names(struct run *r, const char *const *names, int64_t n, struct err *err)
{
	char safe[SAFE];
	struct text t;

	text_begin(&t, &r->t->arena, err);
	for (int64_t i = 0; i < n && i < SHOWN; i++)
		text_addf(&t, "%s%s", i > 0 ? " " : "",
		    text_safe(safe, sizeof(safe), names[i], strlen(names[i])));
	if (n > SHOWN)
		text_add(&t, " ...");
	return text_end(&t);
}

int
head_extend(struct run *r, struct err *err)
{
	const int64_t old = r->s.model.nlabels;
	const char *const *names;
	const char *joined;
	int64_t n, *from;

	if (check_named(r, "extend-head", err) < 0)
		return -1;
	n = data_labels(r->data, &names);
	if (n == old)
		return err_set(err, ERR_USAGE,
		    "--extend-head: has no effect, the model knows every "
		    "class of the data");
	from = arena_array(&r->t->arena, (size_t)n, sizeof(*from), err);
	joined = some_names(r, names + old, n - old, err);
	if (from == NULL || joined == NULL)
		return -1;
	for (int64_t i = 0; i < n; i++)
		from[i] = i < old ? i : -1;
	if (change_rows(r, "extend-head", n, from, err) < 0)
		return -1;
	tool_note(r->t, "layer '%s': %lld classes stay, %lld join them: %s",
	    r->s.model.graph.nodes[r->head_layer].name, (long long)old,
	    (long long)(n - old), joined);
	return 0;
}

int
head_reuse(struct run *r, struct err *err)
{
	const char *const *names;
	int64_t n, *from, kept;

	if (check_named(r, "reuse-head", err) < 0)
		return -1;
	n = data_labels(r->data, &names);
	if (n == 0)
		return err_set(err, ERR_DATA,
		    "%s: the data have no labels to make a head for",
		    r->t->cli.operands[0]);
	from = arena_array(&r->t->arena, (size_t)n, sizeof(*from), err);
	if (from == NULL)
		return -1;
	kept = head_map_apply(r, names, n, from, err);
	if (kept < 0)
		return -1;
	if (change_rows(r, "reuse-head", n, from, err) < 0)
		return -1;
	tool_note(r->t,
	    "layer '%s': %lld of %lld classes go on with rows of the model, "
	    "%lld begin anew",
	    r->s.model.graph.nodes[r->head_layer].name, (long long)kept,
	    (long long)n, (long long)(n - kept));
	return 0;
}

int
head_check(const struct run *r, struct err *err)
{
	const struct node *node = &r->s.model.graph.nodes[r->head_layer];

	if (r->head_fresh == 0)
		return 0;
	for (int k = 0; k < node->nparams; k++)
		if (!tensor_is_frozen(node, k))
			return 0;
	return err_set(err, ERR_USAGE,
	    "--%s: layer '%s' is frozen, the new classes could not learn; "
	    "give --train=%s",
	    r->o->extend_head ? "extend-head" : "reuse-head", node->name,
	    node->name);
}
