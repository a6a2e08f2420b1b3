/* nn-merge: one model out of several. */
#include <string.h>

#include "catalog.h"
#include "describe.h"
#include "merge.h"

static const char *const ensemble_words[] = { "probabilities", NULL };
static const char *const backend_words[] = { "auto", "ref", "dnn", NULL };

#define AT(MEMBER) offsetof(struct merge_options, MEMBER)

static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "How" },
	{ CLI_TEXT, "average", 0, AT(average), "W1,W2,...",
	    "the mean of the weights of models with the same layers, each "
	    "model counting as much as its number says (default: all alike)",
	    .optional = "", .excludes = "ensemble", .result = 1 },
	{ CLI_WORD, "ensemble", 0, AT(ensemble), "WORD",
	    "the models side by side in one, which answers with the mean of "
	    "their probabilities",
	    .optional = "probabilities", .words = ensemble_words, .result = 1 },
	{ CLI_TEXT, "adapter", 0, AT(common.adapter), "FILE",
	    "a model and what became of it, which nn-finetune --adapter-only "
	    "wrote: one whole model with the adapters in its weights",
	    .excludes = "average ensemble" },
	{ CLI_LIST, "recalibrate", 0, AT(recalibrate), "DATA",
	    "measure the statistics of batch norms anew on the data; may be "
	    "given often",
	    .needs = "average" },
	{ CLI_TEXT, "augment", 0, AT(augment), "LIST",
	    "change pictures at random while measuring, as nn-train does; "
	    "none: take them as they are (default: as the first model was "
	    "trained)",
	    .needs = "recalibrate", .result = 1,
	    .offers = "augmentation none" },

	{ CLI_GROUP, .help = "Running" },
	{ CLI_WORD, "backend", 0, AT(backend), "NAME",
	    "who does the arithmetic: auto, ref (plain C), dnn (oneDNN)",
	    .init = "auto", .words = backend_words, .needs = "recalibrate",
	    .result = 1 },
	{ CLI_COMMON, "threads" },
	{ CLI_COMMON, "spool" },

	{ CLI_GROUP, .help = "Result" },
	{ CLI_COMMON, "output" },
	{ CLI_COMMON, "force" },
	{ CLI_COMMON, "dry-run" },
	{ CLI_COMMON, "no-provenance" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "verbose" },
	{ CLI_END },
};

#undef AT

static const struct merge_mode *const modes[] = { &merge_average,
	&merge_ensemble, &merge_adapter, NULL };

/* Weights of models that have nothing in common have no mean worth anything,
   so nothing is done unasked. */
static int
find_mode(struct merge *m, struct err *err)
{
	struct tool *t = m->t;

	for (int i = 0; modes[i] != NULL; i++)
		if (cli_given(&t->cli, modes[i]->option))
			m->mode = modes[i];
	if (m->mode != NULL)
		return 0;
	t->show_usage = 1;
	return err_set(err, ERR_USAGE,
	    "say how: --average for the mean of the weights of models with "
	    "the same layers, --ensemble for models side by side that answer "
	    "together, --adapter for a model and what became of it");
}

static int
check_operands(struct merge *m, struct err *err)
{
	struct tool *t = m->t;
	int n = t->cli.noperands;
	const char **all;

	if (n < m->mode->least)
		return err_set(err, ERR_USAGE,
		    "--%s: wants %d model%s or more, but %d %s given",
		    m->mode->option, m->mode->least,
		    m->mode->least == 1 ? "" : "s", n, n == 1 ? "was" : "were");
	if (n > m->mode->most)
		return err_set(err, ERR_USAGE,
		    "--%s: takes at most %d model%s, but %d were given",
		    m->mode->option, m->mode->most,
		    m->mode->most == 1 ? "" : "s", n);
	all = arena_array(&t->arena, (size_t)(n + m->o->recalibrate.n + 1),
	    sizeof(*all), err);
	if (all == NULL)
		return -1;
	for (int i = 0; i < n; i++)
		if (tool_check_input(t, t->cli.operands[i], NULL, 0, err) < 0)
			return -1;
	memcpy(all, t->cli.operands, (size_t)n * sizeof(*all));
	for (int i = 0; i < m->o->recalibrate.n; i++)
		all[n++] = m->o->recalibrate.at[i].value;
	return tool_check_input(t, NULL, all, n, err);
}

static int
check_all(struct merge *m, struct err *err)
{
	struct tool *t = m->t;

	if (find_mode(m, err) < 0 || check_operands(m, err) < 0)
		return -1;
	if (cli_given(&t->cli, "threads") && m->o->recalibrate.n == 0)
		return err_set(err, ERR_USAGE,
		    "--threads: has no effect without --recalibrate");
	if (!m->o->common.dry_run &&
	    tool_check_output(t, t->common->output, 1, err) < 0)
		return -1;
	return m->mode->check != NULL ? m->mode->check(m, err) : 0;
}

static int
show_plan(struct merge *m, struct err *err)
{
	struct text out;

	text_begin(&out, &m->t->arena, err);
	m->mode->show(m, &out);
	text_add(&out, "\n");
	describe_layers(&m->result.model.graph, &out);
	if (text_end(&out) == NULL)
		return -1;
	return tool_print(m->t, out.s, out.len, err);
}

/* The record: what the first came from, and the ids of all; of an adapter the
   base's before its own. */
static int
add_lineage(struct merge *m, struct err *err)
{
	const char **ids =
	    arena_array(&m->t->arena, 2 * (size_t)m->n, sizeof(*ids), err);
	int n = 0;

	if (ids == NULL)
		return -1;
	for (int i = 0; i < m->n; i++) {
		if (m->member[i].adapter != NULL) {
			ids[n++] = m->member[i].base.content_id;
			if (lineage_base(
				m->t, m->record, &m->member[i].base, err) < 0)
				return -1;
		}
		ids[n++] = m->member[i].model.content_id;
	}
	if (lineage_members(m->t, m->record, ids, n, err) < 0)
		return -1;
	return lineage_add(m->t, &m->result.model, m->record, err);
}

static int
merge_all(struct merge *m, struct err *err)
{
	if (check_all(m, err) < 0 || members_read(m, err) < 0 ||
	    m->mode->open(m, err) < 0)
		return -1;
	if (m->o->common.dry_run)
		return show_plan(m, err);
	m->record = lineage_record(m->t, &m->member[0].model, err);
	if (m->record == NULL ||
	    (m->mode->make != NULL && m->mode->make(m, err) < 0) ||
	    add_lineage(m, err) < 0 || members_unchanged(m, err) < 0)
		return -1;
	return tool_write_model(
	    m->t, m->t->common->output, &m->result.model, err);
}

static int
merge(struct tool *t, void *o)
{
	struct merge m = { .t = t, .o = o };
	int status = merge_all(&m, &t->err);

	data_free(m.data);
	members_close(&m);
	return status;
}

static const char *const usage[] = {
	"--average[=W1,W2,...] [-o MODEL] [OPTION]... MODEL MODEL...",
	"--ensemble[=WORD] [-o MODEL] [OPTION]... MODEL MODEL...",
	"--adapter=FILE [-o MODEL] [OPTION]... MODEL",
	NULL,
};

static const struct cli_tool what = {
	.name = "nn-merge",
	.brief = "make one model out of several",
	.usage = usage,
	.options = options,
	.run = merge,
	.offers = catalog_offers,
};

int
main(int argc, char **argv)
{
	struct merge_options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
