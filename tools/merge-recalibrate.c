/* nn-merge --recalibrate: statistics of batch norms that suit the new weights,
   measured on data. */
#include <string.h>

#include "base/text.h"
#include "measure.h"
#include "merge.h"

enum { BATCH = 256 };

static const char **
operands(const struct merge *m, struct err *err)
{
	const struct cli_list *l = &m->o->recalibrate;
	const char **list =
	    arena_array(&m->t->arena, (size_t)l->n + 1, sizeof(*list), err);

	for (int i = 0; list != NULL && i < l->n; i++)
		list[i] = l->at[i].value;
	return list;
}

/* The words of --augment, as a plan holds them. */
static int
take_augment(struct merge *m, const char *words, struct err *err)
{
	struct arena *arena = &m->t->arena;

	if ((m->augment = augment_parse(words, arena, ERR_USAGE, err)) ==
		NULL ||
	    (m->augment_words = augment_print(m->augment, arena, err)) == NULL)
		return err_in(err, "--augment");
	if (strcmp(m->augment_words, "none") == 0)
		m->augment = NULL;
	return 0;
}

int
recalibrate_check(struct merge *m, struct err *err)
{
	const char **data = operands(m, err);

	if (data == NULL || m->o->recalibrate.n == 0)
		return data == NULL ? -1 : 0;
	if (data_check(data, m->o->recalibrate.n, err) < 0)
		return err_in(err, "--recalibrate");
	return m->o->augment != NULL ? take_augment(m, m->o->augment, err) : 0;
}

/* Statistics of pictures as they are do not suit a net that has only seen them
   changed. */
static int
augment_as_trained(struct merge *m, struct err *err)
{
	const struct training *k = &m->member[0].training;

	if (m->o->augment != NULL || !k->has_plan || k->plan.augment == NULL ||
	    m->result.x.rank != 3)
		return 0;
	tool_note(m->t,
	    "--augment=%s, as %s was trained; none takes the "
	    "pictures as they are",
	    k->plan.augment, m->member[0].name);
	return take_augment(m, k->plan.augment, err);
}

/* Labels are of no use here: data without them will do. */
int
recalibrate_open(struct merge *m, struct err *err)
{
	struct session *s = &m->result;
	const char **data = operands(m, err);

	if (m->o->recalibrate.n == 0)
		return 0;
	if (measure_norms(&s->model.graph) == 0)
		return err_set(err, ERR_USAGE,
		    "--recalibrate: has no effect, no layer of %s normalises "
		    "over the batch",
		    s->name);
	s->target = TARGET_NONE;
	s->again = 1;
	if (data == NULL || augment_as_trained(m, err) < 0 ||
	    session_pre(s, NULL, err) < 0 ||
	    session_data(
		s, data, m->o->recalibrate.n, CLASSES_MODEL, &m->data, err) < 0)
		return -1;
	if (data_count(m->data) < 1)
		return err_set(err, ERR_DATA,
		    "--recalibrate: %s: how many samples there are is to be "
		    "known before; give files",
		    data[0]);
	return 0;
}

void
recalibrate_show(const struct merge *m, struct text *out)
{
	int norms = measure_norms(&m->result.model.graph);

	if (m->data == NULL)
		return;
	text_addf(out,
	    "statistics of %d batch norm%s, measured anew on %lld "
	    "samples%s%s\n",
	    norms, norms == 1 ? "" : "s", (long long)data_count(m->data),
	    m->augment != NULL ? ", augmented: " : "",
	    m->augment != NULL ? m->augment_words : "");
}

static int
record(struct merge *m, struct err *err)
{
	uint8_t digest[SHA256_BYTES];

	if (data_digest(m->data, digest, err) < 0 ||
	    lineage_data(m->t, m->record, digest, m->o->recalibrate.n, err) <
		0 ||
	    lineage_option(m->t, m->record, "recalibrate", "DATA", err) < 0)
		return -1;
	if (m->augment == NULL || m->o->augment != NULL)
		return 0;
	return lineage_option(
	    m->t, m->record, "augment", m->augment_words, err);
}

/* In no order of classes, which would make batches of one class. */
int
recalibrate_make(struct merge *m, struct err *err)
{
	struct tool *t = m->t;
	const struct feed_conf order = {
		.batch = BATCH,
		.shuffle = 1,
		.threads = t->threads,
		.augment = m->augment,
	};
	const struct net_conf conf = {
		.backend = m->o->backend,
		.module_dir = t->module_dir,
		.threads = t->threads,
	};

	if (m->data == NULL)
		return 0;
	tool_yield_processors();
	if (record(m, err) < 0)
		return -1;
	return measure_data(t, &m->result.model.graph, m->data, &order, 0,
	    &conf, m->record, err);
}
