/* nn-merge --average: the mean of the weights of models that have the same
   layers. */
#include <string.h>

#include "base/text.h"
#include "blend.h"
#include "measure.h"
#include "merge.h"

enum { NUMBER_BYTES = 64 };

/* The next of the numbers in the list, which goes on behind it. */
static int
next_weight(const char **list, double *weight, struct err *err)
{
	size_t n = strcspn(*list, ",");
	char word[NUMBER_BYTES] = "", shown[NUMBER_BYTES];

	if (n < sizeof(word))
		memcpy(word, *list, n);
	if (text_to_real(word, weight) < 0 || !(*weight > 0) || *weight > 1e30)
		return err_set(err, ERR_USAGE,
		    "--average: '%s' is no weight; give positive numbers, and "
		    "leave out models that shall not count",
		    text_safe(shown, sizeof(shown), *list, n));
	*list += n + ((*list)[n] == ',');
	return 0;
}

static int
take_weights(struct merge *m, int n, struct err *err)
{
	const char *list = m->o->average;
	int given = *list != '\0';

	for (const char *s = list; *s != '\0'; s++)
		given += *s == ',';
	if (given > 0 && given != n)
		return err_set(err, ERR_USAGE,
		    "--average: %d weight%s for %d models; give one for each",
		    given, given == 1 ? "" : "s", n);
	m->weight =
	    arena_array(&m->t->arena, (size_t)n, sizeof(*m->weight), err);
	if (m->weight == NULL)
		return -1;
	for (int i = 0; i < n; i++) {
		m->weight[i] = 1;
		if (given > 0 && next_weight(&list, &m->weight[i], err) < 0)
			return -1;
	}
	blend_weights(m->weight, n);
	return 0;
}

static int
check(struct merge *m, struct err *err)
{
	if (take_weights(m, m->t->cli.noperands, err) < 0)
		return -1;
	return recalibrate_check(m, err);
}

static int
prepare(struct merge *m, struct err *err)
{
	if (members_same_ends(m, err) < 0 || members_same_layers(m, err) < 0 ||
	    members_result(m, err) < 0 ||
	    graph_copy(&m->result.model.graph, &m->member[0].model.graph,
		&m->t->arena, err) < 0)
		return -1;
	return recalibrate_open(m, err);
}

static void
show(const struct merge *m, struct text *out)
{
	text_addf(out, "mean of %d models\n%-10s  model\n", m->n, "weight");
	for (int i = 0; i < m->n; i++)
		text_addf(
		    out, "%-10.6g  %s\n", m->weight[i], m->member[i].name);
	recalibrate_show(m, out);
}

static void
tell(const struct merge *m)
{
	if (m->data == NULL && measure_norms(&m->result.model.graph) > 0)
		tool_note(m->t,
		    "the statistics of batch norms are averaged as well, which "
		    "suits averaged weights roughly; --recalibrate=DATA "
		    "measures them anew");
}

static int
make(struct merge *m, struct err *err)
{
	const struct graph **from =
	    arena_array(&m->t->arena, (size_t)m->n, sizeof(*from), err);

	if (from == NULL)
		return -1;
	for (int i = 0; i < m->n; i++)
		from[i] = &m->member[i].model.graph;
	if (blend_graphs(&m->result.model.graph, from, m->weight, m->n, err) <
	    0)
		return -1;
	tell(m);
	return recalibrate_make(m, err);
}

const struct merge_mode merge_average = {
	.option = "average",
	.least = 2,
	.most = MEMBERS_MAX,
	.check = check,
	.open = prepare,
	.show = show,
	.make = make,
};
