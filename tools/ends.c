/* Preprocessing and names of classes given to a model. */
#include "ends.h"
#include "nn.h"

struct pre *
ends_pre(struct tool *t, const char *words, struct fmt_model *m)
{
	const struct graph *g = &m->graph;
	struct shape sample;
	struct pre *pre;

	m->preprocessing = pre_parse(words, &t->arena, &t->err);
	if (!m->preprocessing ||
	    nn_shape(g, g->inputs[0], &sample, &t->err) < 0)
		return NULL;
	pre =
	    pre_open(m->preprocessing, &sample, &t->arena, ERR_USAGE, &t->err);
	return pre && pre_check(pre, ERR_USAGE, &t->err) == 0 ? pre : NULL;
}

int
ends_labels(struct tool *t, const char *operand, struct fmt_model *m)
{
	struct data_want want = { .target = TARGET_LABEL };
	struct dataset *d = data_open(&operand, 1, &want, &t->err);
	const char *const *labels;
	const char **copy;
	int64_t n;

	if (!d)
		return -1;
	n = data_labels(d, &labels);
	copy =
	    arena_array(&t->arena, (size_t)(n ? n : 1), sizeof(*copy), &t->err);
	for (int64_t i = 0; copy && i < n; i++)
		copy[i] = arena_text(&t->arena, labels[i], &t->err);
	data_free(d);
	if (t->err.code)
		return -1;
	if (n == 0)
		return err_set(&t->err, ERR_DATA,
		    "%s: names no classes; give --labels", operand);
	m->labels = copy;
	m->nlabels = n;
	return 0;
}
