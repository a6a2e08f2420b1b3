/* nn-eval: score a model on labelled data. */
#include <stdio.h>
#include <string.h>

#include "catalog.h"
#include "eval.h"

enum { BATCH = 256 };

static const char *const confusion_words[] = { "count", "row", "col", NULL };
static const char *const backend_words[] = { "auto", "ref", "dnn", NULL };
static const char *const compute_words[] = { "f32", "bf16", NULL };

#define AT(MEMBER) offsetof(struct eval_options, MEMBER)
static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "Streams" },
	{ CLI_COMMON, "model" },
	{ CLI_COMMON, "adapter" },
	{ CLI_COMMON, "output" },
	{ CLI_COMMON, "force" },
	{ CLI_COMMON, "dry-run" },
	{ CLI_FLAG, "pass-through", 'p', AT(pass), NULL,
	    "copy the model to the output; the report goes to standard error "
	    "or --report-dir",
	    .result = 1 },
	{ CLI_FLAG, "fit-temperature", 0, AT(fit), NULL,
	    "give the model that goes to the output the temperature that "
	    "calibrates its probabilities on the data best",
	    .needs = "pass-through", .result = 1 },
	{ CLI_COMMON, "no-provenance" },
	{ CLI_GROUP, .help = "Report" },
	{ CLI_WORD, "format", 'O', AT(form), "WORD",
	    "tsv, csv, json or md (Markdown)", "tsv", .words = report_words },
	{ CLI_FLAG, "per-class", 0, AT(per_class), NULL,
	    "precision, recall and f1 of each class" },
	{ CLI_WORD, "confusion", 0, AT(confusion), "WORD",
	    "which class was taken for which: count, or shares of the row or "
	    "col",
	    .optional = "count", .words = confusion_words },
	{ CLI_INT, "top", 0, AT(top), "K",
	    "also count the truth among the K most probable (default 5, from "
	    "10 classes on)",
	    .min = 1, .max = 1 << 20 },
	{ CLI_FLAG, "ci", 0, AT(ci), NULL,
	    "95 % intervals of the accuracy (Wilson)" },
	{ CLI_FLAG, "roc", 0, AT(roc), NULL,
	    "area under the ROC curve of each class against the rest; the "
	    "curves in JSON, Markdown or --report-dir" },
	{ CLI_INT, "calibration", 0, AT(calibration), "BINS",
	    "how far probabilities are from shares of right answers, a row a "
	    "bin (default 10)",
	    .optional = "10", .min = 1, .max = METRIC_BINS_MAX },
	{ CLI_TEXT, "compare", 0, AT(compare), "FILE",
	    "another model on the same data: who is right where, McNemar's "
	    "test, the difference of the accuracies",
	    .excludes = "fit-temperature" },
	{ CLI_TEXT, "report-dir", 0, AT(report_dir), "DIR",
	    "write the report, each table and pictures to files in DIR" },
	{ CLI_TEXT, "errors", 0, AT(errors), "FILE",
	    "write a TSV of the mistakes to FILE" },
	{ CLI_LIST, "assert", 0, AT(assert), "EXPR",
	    "exit 1 unless EXPR holds: accuracy>=0.97, recall[cat]>0.9, "
	    "bytes<=300k" },
	{ CLI_GROUP, .help = "Running" },
	{ CLI_INT, "skip-bad", 0, AT(skip_bad), "MAX",
	    "go on without samples that cannot be read, at most MAX",
	    .optional = "1000000000", .min = 1, .max = 1e9, .result = 1 },
	{ CLI_FLAG, "strict-labels", 0, AT(strict_labels), NULL,
	    "a class of the model without samples is an error" },
	{ CLI_WORD, "backend", 0, AT(backend), "NAME",
	    "who does the arithmetic: auto, ref (plain C), dnn (oneDNN)",
	    .init = "auto", .words = backend_words, .result = 1 },
	{ CLI_WORD, "compute", 0, AT(compute), "WORD",
	    "what products are made of: f32, or bf16 where the processor has "
	    "it",
	    .init = "f32", .words = compute_words, .result = 1 },
	{ CLI_COMMON, "threads" },
	{ CLI_COMMON, "spool" },
	{ CLI_GROUP, .help = "Messages" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "verbose" },
	{ CLI_COMMON, "progress" },
	{ CLI_COMMON, "log" },
	{ 0 },
};

int
eval_is_class(const struct eval *e)
{
	return e->s.target == TARGET_LABEL;
}

static int
check_all(struct eval *e, struct err *err)
{
	struct tool *t = e->t;
	const struct cli_list *l = &e->o->assert;

	if (t->cli.noperands == 0)
		return err_set(err, ERR_USAGE,
		    "no data; give labelled files or folders to score on");
	if (e->o->common.no_provenance && !e->o->fit &&
	    (!e->o->pass || e->o->common.adapter == NULL))
		return err_set(err, ERR_USAGE,
		    "--no-provenance: has no effect, the model's history stays "
		    "as it came; with --fit-temperature it grows");
	e->keeps = e->o->roc || e->o->fit;
	e->asserts =
	    arena_array(&t->arena, (size_t)l->n + 1, sizeof(*e->asserts), err);
	if (e->asserts == NULL)
		return -1;
	for (; e->nasserts < l->n; e->nasserts++)
		if (assertion_parse(&e->asserts[e->nasserts],
			l->at[e->nasserts].value, &t->arena, err) < 0 ||
		    eval_check_metric(e, &e->asserts[e->nasserts], err) < 0)
			return -1;
	if (!e->o->common.dry_run &&
	    tool_check_output(t, t->common->output, e->o->pass, err) < 0)
		return -1;
	if (e->o->errors != NULL &&
	    tool_check_output(t, e->o->errors, 0, err) < 0)
		return -1;
	if (e->o->report_dir != NULL && eval_dir_check(e, err) < 0)
		return -1;
	if (e->o->compare != NULL && strcmp(e->o->compare, "-") == 0)
		return err_set(err, ERR_USAGE,
		    "--compare: is a named file; standard input is for the "
		    "model to score, or its data");
	if (e->o->compare != NULL &&
	    tool_check_input(t, e->o->compare, NULL, 0, err) < 0)
		return err_in(err, "--compare");
	if (session_check(&e->s, t, t->cli.operands, t->cli.noperands, err) < 0)
		return -1;
	e->s.skip_bad = e->o->skip_bad;
	e->s.strict_labels = e->o->strict_labels;
	return 0;
}

/* The loss the model was trained with, without what only training wants. */
static int
eval_loss(struct eval *e, struct choice *loss, struct err *err)
{
	const struct choice *own = &e->s.training.loss;
	char *words = NULL;

	if (own->name != NULL && strcmp(own->name, "ce") != 0 &&
	    (words = choice_print(own, &e->t->arena, err)) == NULL)
		return -1;
	return session_loss(&e->s, words, loss, err);
}

static const char *const of_classes[] = { "per-class", "confusion", "top", "ci",
	"errors", "strict-labels", "roc", "calibration", "fit-temperature",
	"compare", NULL };

/* Do the options suit the model? */
static int
check_task(struct eval *e, struct err *err)
{
	int64_t most;

	if (!eval_is_class(e))
		return session_classifies(&e->s, of_classes, err);
	most = session_classes(&e->s);
	if (e->o->top > most)
		return err_set(err, ERR_USAGE,
		    "--top: %lld is more than the model's %lld classes",
		    (long long)e->o->top, (long long)most);
	return e->o->fit ? eval_temper_check(e, err) : 0;
}

static int
check_stream(struct eval *e, struct err *err)
{
	if (!eval_is_class(e) || data_count(e->data) >= 0)
		return 0;
	return err_set(err, ERR_DATA,
	    "standard input: pictures of a stream have no labels; save them in "
	    "folders named by class");
}

/* The logits are an output more while a temperature is looked for. */
static int
build(struct eval *e, const struct net_conf *conf, struct err *err)
{
	struct graph *g = &e->s.model.graph;

	if (e->o->fit)
		g->outputs[g->noutputs++] = session_output(&e->s)->inputs[0];
	tool_yield_processors();
	e->net = net_build(g, conf, err);
	g->noutputs = 1;
	return e->net == NULL ? -1 : session_unchanged(&e->s, err);
}

static int
open_all(struct eval *e, struct err *err)
{
	struct tool *t = e->t;
	struct session *s = &e->s;
	struct feed_conf feed = { .batch = BATCH, .threads = t->threads };
	struct net_conf conf = {
		.backend = e->o->backend,
		.module_dir = t->module_dir,
		.compute = e->o->compute,
		.threads = t->threads,
		.batch = BATCH,
	};

	if (session_read(s, err) < 0 || check_task(e, err) < 0 ||
	    (e->o->pass && fmt_verify(&s->model, FMT_ALL, err) < 0) ||
	    (e->o->compare != NULL && eval_compare_read(e, err) < 0) ||
	    session_pre(s, NULL, err) < 0 ||
	    session_data(
		s, t->cli.operands, t->cli.noperands, 0, &e->data, err) < 0 ||
	    check_stream(e, err) < 0 || session_labels(s, e->data, err) < 0 ||
	    eval_loss(e, &conf.loss, err) < 0)
		return -1;
	if (training_unfinished(&s->training))
		tool_warn(t, "%s: is an unfinished run", s->name);
	if (build(e, &conf, err) < 0 ||
	    (e->feed = data_feed(e->data, &feed, err)) == NULL)
		return -1;
	if (e->o->compare != NULL)
		return eval_compare_open(e, &feed, &conf, err);
	return 0;
}

static int
finish(struct eval *e, struct err *err)
{
	char *s;

	if (eval_tables(e, err) < 0 || eval_judge(e, err) < 0 ||
	    eval_report(e, err) < 0 || eval_log(e, err) < 0)
		return -1;
	if (e->o->errors != NULL &&
	    ((s = text_end(&e->errors)) == NULL ||
		tool_write_text(e->t, e->o->errors, s, e->errors.len, err) < 0))
		return -1;
	if (!e->o->pass || e->t->partial)
		return 0;
	if ((e->o->fit || e->s.adapter != NULL) && eval_record(e, err) < 0)
		return -1;
	if (session_unchanged(&e->s, err) < 0)
		return -1;
	return tool_write_model(e->t, e->t->common->output, &e->s.model, err);
}

static int
show_plan(struct eval *e, struct err *err)
{
	struct text t;
	char *s;

	text_begin(&t, &e->t->arena, err);
	session_layers(&e->s, NULL, &t);
	text_addf(
	    &t, "data        %lld samples\n", (long long)data_count(e->data));
	if (e->o->compare != NULL)
		text_addf(&t, "compared to %s%s\n", e->o->compare,
		    e->other.data != NULL ? ", by its own preprocessing" : "");
	if (e->o->report_dir != NULL)
		text_addf(&t, "report      %s\n", e->o->report_dir);
	if (e->o->fit)
		text_addf(&t, "temperature before layer '%s', to be fitted\n",
		    session_output(&e->s)->name);
	text_addf(&t, "arithmetic  %s in %s, %d threads, %.1f MB\n",
	    net_backend(e->net), net_compute(e->net), net_threads(e->net),
	    (double)net_bytes(e->net) / 1e6);
	if (e->o->common.verbose)
		net_print(e->net, &t);
	if ((s = text_end(&t)) == NULL)
		return -1;
	return tool_print(e->t, s, t.len, err);
}

static int
eval(struct tool *t, void *o)
{
	struct eval e = { .t = t, .o = o };
	struct err *err = &t->err;
	int status = -1;

	if (check_all(&e, err) == 0 && open_all(&e, err) == 0) {
		if (e.o->common.dry_run)
			status = show_plan(&e, err);
		else if (eval_score(&e, err) == 0)
			status = finish(&e, err);
	}
	eval_compare_close(&e);
	data_feed_free(e.feed);
	net_free(e.net);
	data_free(e.data);
	session_close(&e.s);
	return status;
}

static const char *const usage[] = {
	"[-m MODEL] [-O FORM] [OPTION]... DATA...",
	"-p [-m MODEL] [-o MODEL] [OPTION]... DATA...",
	NULL,
};

static const struct cli_tool what = {
	.name = "nn-eval",
	.brief = "score a model on labelled data",
	.usage = usage,
	.options = options,
	.run = eval,
	.offers = catalog_offers,
};

int
main(int argc, char **argv)
{
	struct eval_options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
