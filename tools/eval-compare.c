/* nn-eval --compare: another model on the same samples, batch by batch. */
#include <string.h>

#include "eval.h"

static int
has_labels(const struct fmt_model *m, const char *name)
{
	for (int64_t i = 0; i < m->nlabels; i++)
		if (strcmp(m->labels[i], name) == 0)
			return 1;
	return 0;
}

/* The first label that one has and the other lacks, or NULL. */
static const char *
lacking(const struct fmt_model *one, const struct fmt_model *other)
{
	for (int64_t i = 0; i < one->nlabels; i++)
		if (!has_labels(other, one->labels[i]))
			return one->labels[i];
	return NULL;
}

static int
check_labels(struct eval *e, struct err *err)
{
	const struct session *s = &e->s, *o = &e->other.s;
	const char *missing = lacking(&s->model, &o->model);

	if (session_classes(s) != session_classes(o))
		return err_set(err, ERR_MODEL,
		    "--compare: %s: tells %lld classes apart, %s %lld; only "
		    "models of the same labels can be compared",
		    o->name, (long long)session_classes(o), s->name,
		    (long long)session_classes(s));
	if (o->model.nlabels > 0 && missing != NULL)
		return err_set(err, ERR_MODEL,
		    "--compare: %s: has no label '%s', which %s has; only "
		    "models of the same labels can be compared",
		    o->name, missing, s->name);
	return 0;
}

/* Its classes as ours: the same names may stand in another order. */
static int
map_labels(struct eval *e, struct err *err)
{
	const struct fmt_model *m = &e->s.model, *o = &e->other.s.model;
	int32_t *map = arena_array(
	    &e->t->arena, (size_t)o->nlabels + 1, sizeof(*map), err);

	if (map == NULL)
		return -1;
	for (int64_t i = 0; i < o->nlabels; i++)
		for (int64_t k = 0; k < m->nlabels; k++)
			if (strcmp(o->labels[i], m->labels[k]) == 0)
				map[i] = (int32_t)k;
	if (o->nlabels > 0)
		e->other.versus.map = map;
	return 0;
}

/* The same samples through the same chain are read once. */
static int
same_chain(const struct eval *e, int *same, struct err *err)
{
	const struct session *s = &e->s, *o = &e->other.s;
	char *a = pre_print(s->model.preprocessing, &e->t->arena, err);
	char *b = pre_print(o->model.preprocessing, &e->t->arena, err);

	if (a == NULL || b == NULL)
		return -1;
	*same = shape_equal(&s->x, &o->x) && strcmp(a, b) == 0;
	return 0;
}

static int
open_data(struct eval *e, const struct feed_conf *feed, struct err *err)
{
	struct other *o = &e->other;
	int same;

	if (same_chain(e, &same, err) < 0)
		return -1;
	if (same)
		return 0;
	if (session_pre(&o->s, NULL, err) < 0)
		return -1;
	o->data = data_through(e->data, o->s.pre, err);
	if (o->data == NULL ||
	    (o->feed = data_feed(o->data, feed, err)) == NULL)
		return -1;
	return 0;
}

int
eval_compare_read(struct eval *e, struct err *err)
{
	struct session *o = &e->other.s;

	*o = (struct session){ .t = e->t, .name = e->o->compare };
	if (session_read_from(o, e->o->compare, err) < 0)
		return -1;
	if (o->target != TARGET_LABEL)
		return err_set(err, ERR_MODEL,
		    "--compare: %s: its task is not to classify", o->name);
	if (training_unfinished(&o->training))
		tool_warn(e->t, "%s: is an unfinished run", o->name);
	return 0;
}

int
eval_compare_open(struct eval *e, const struct feed_conf *feed,
    const struct net_conf *conf, struct err *err)
{
	struct other *o = &e->other;
	struct net_conf plain = *conf;

	plain.loss = (struct choice){ 0 };
	o->versus.width = e->s.y.dim[0];
	o->versus.other_width = o->s.y.dim[0];
	if (check_labels(e, err) < 0 || map_labels(e, err) < 0 ||
	    open_data(e, feed, err) < 0)
		return -1;
	o->net = net_build(&o->s.model.graph, &plain, err);
	return o->net == NULL ? -1 : session_unchanged(&o->s, err);
}

int
eval_compare_begin(struct eval *e, struct err *err)
{
	struct feed *f = e->other.feed;

	return f != NULL ? f->begin(f, 0, 0, err) : 0;
}

int
eval_compare_add(
    struct eval *e, const struct batch *b, const float *y, struct err *err)
{
	struct other *o = &e->other;
	struct tensor out[GRAPH_ENDS_MAX];
	struct batch own = *b;

	if (o->feed != NULL && o->feed->next(o->feed, &own, err) < 0)
		return -1;
	if (own.n != b->n ||
	    memcmp(own.id, b->id, (size_t)b->n * sizeof(*b->id)) != 0)
		return err_set(err, ERR_BUG, "two models got other samples");
	if (net_predict(o->net, &own, out, NULL, err) < 0)
		return err_in(err, "%s", o->s.name);
	versus_add(&o->versus, b->label, y, out[0].data, b->n);
	return 0;
}

void
eval_compare_close(struct eval *e)
{
	struct other *o = &e->other;

	data_feed_free(o->feed);
	net_free(o->net);
	data_free(o->data);
	if (e->o->compare != NULL)
		session_close(&o->s);
}
