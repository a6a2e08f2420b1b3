/* nn-eval --fit-temperature: the number that the outputs before the last
   activation are divided by, so that probabilities are shares. */
#include <string.h>

#include "eval.h"

static const char KIND[] = "temperature";

int
eval_temper_check(const struct eval *e, struct err *err)
{
	const struct node *out = session_output(&e->s);
	int softmax = strcmp(out->kind, "softmax") == 0;

	if (!softmax && strcmp(out->kind, "sigmoid") != 0)
		return err_set(err, ERR_USAGE,
		    "--fit-temperature: layer '%s' is of kind %s; a "
		    "temperature goes before a softmax or a sigmoid",
		    out->name, out->kind);
	if (!softmax && e->s.y.dim[0] > 1)
		return err_set(err, ERR_USAGE,
		    "--fit-temperature: layer '%s' is a sigmoid of %lld "
		    "outputs, whose probabilities do not add up to 1; one "
		    "output or a softmax has a temperature",
		    out->name, (long long)e->s.y.dim[0]);
	if (training_unfinished(&e->s.training))
		return err_set(err, ERR_MODEL,
		    "%s: is an unfinished run; nn-train --resume finishes it, "
		    "then it can have a temperature",
		    e->s.name);
	return 0;
}

/* The layer whose outputs are logits already divided, or NULL. */
static struct node *
present(struct eval *e)
{
	struct graph *g = &e->s.model.graph;
	struct node *before = &g->nodes[session_output(&e->s)->inputs[0]];

	return strcmp(before->kind, KIND) == 0 ? before : NULL;
}

static double
divisor(const struct node *node)
{
	for (int i = 0; i < node->settings.n; i++)
		if (strcmp(node->settings.at[i].name, "by") == 0)
			return node->settings.at[i].r;
	return 1;
}

/* A layer more in front of the last, or the one that is there. */
static int
set_divisor(struct eval *e, double by, struct err *err)
{
	struct graph *g = &e->s.model.graph;
	struct node *node = present(e);
	struct setting *s;
	int at;

	if (node == NULL) {
		at = graph_insert(g, g->outputs[0], KIND, err);
		if (at < 0)
			return -1;
		node = &g->nodes[at];
	}
	if ((s = arena_array(&e->t->arena, 1, sizeof(*s), err)) == NULL)
		return -1;
	*s = (struct setting){ .name = "by", .type = ATTR_REAL, .r = by };
	node->settings = (struct settings){ .n = 1, .at = s };
	return nn_resolve(g, 0, ERR_MODEL, err);
}

int
eval_temper_fit(struct eval *e, struct err *err)
{
	const struct node *old = present(e);
	struct temper fit = scores_temper(&e->scores);

	if (fit.at_end)
		tool_warn(e->t,
		    "the best temperature is beyond %g, where the search "
		    "ends: the model is right or wrong too often to tell; fit "
		    "it on more samples, which it has not trained on",
		    fit.temperature);
	scores_cool(&e->scores, fit.temperature);
	e->temperature = fit.temperature * (old != NULL ? divisor(old) : 1);
	e->before = e->metric;
	if (eval_begin_classes(e, err) < 0)
		return -1;
	metric_add(
	    &e->metric, e->scores.output, e->scores.label, NULL, e->scores.n);
	metric_set_loss(&e->metric, fit.after);
	return set_divisor(e, e->temperature, err);
}

static int
record_fit(struct eval *e, struct json *record, struct err *err)
{
	struct tool *t = e->t;

	if (lineage_arithmetic(
		t, record, net_backend(e->net), net_threads(e->net), err) < 0 ||
	    lineage_metric(t, record, "temperature", e->temperature, err) < 0 ||
	    lineage_metric(t, record, "loss", metric_loss(&e->metric), err) < 0)
		return -1;
	return lineage_metric(t, record, "ece", metric_ece(&e->metric), err);
}

/* A temperature changes the model, and so does becoming one with its base. */
int
eval_record(struct eval *e, struct err *err)
{
	struct json *record = lineage_record(e->t, &e->s.model, err);
	uint8_t digest[SHA256_BYTES];

	if (record == NULL || data_digest(e->data, digest, err) < 0 ||
	    lineage_data(e->t, record, digest, e->t->cli.noperands, err) < 0 ||
	    (e->s.adapter != NULL &&
		lineage_base(e->t, record, &e->s.base, err) < 0) ||
	    (e->o->fit && record_fit(e, record, err) < 0))
		return -1;
	return lineage_add(e->t, &e->s.model, record, err);
}
