/* nn-predict: label files, one row a file, as they come. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "catalog.h"
#include "predict.h"

enum { BATCH = 64 };

static const char *const truth_words[] = { "dir", NULL };
static const char *const backend_words[] = { "auto", "ref", "dnn", NULL };
static const char *const compute_words[] = { "f32", "bf16", NULL };

#define AT(MEMBER) offsetof(struct predict_options, MEMBER)
static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "Streams" },
	{ CLI_COMMON, "model" },
	{ CLI_COMMON, "adapter" },
	{ CLI_COMMON, "output" },
	{ CLI_COMMON, "force" },
	{ CLI_COMMON, "dry-run" },
	{ CLI_TEXT, "files-from", 'T', AT(files), "FILE",
	    "read the names of files from FILE, one a line" },
	{ CLI_FLAG, "null", '0', AT(null), NULL,
	    "names of --files-from end in NUL, not newline",
	    .needs = "files-from" },
	{ CLI_GROUP, .help = "Rows" },
	{ CLI_WORD, "format", 'O', AT(form), "WORD",
	    "tsv, csv, jsonl (a JSON object a line) or npy (all numbers, no "
	    "names)",
	    "tsv", .words = rows_words, .later = "h5 png" },
	{ CLI_INT, "top", 'k', AT(k), "K",
	    "the K most probable classes, a row each", "1", .min = 1,
	    .max = 1 << 20, .excludes = "all" },
	{ CLI_FLAG, "all", 0, AT(all), NULL,
	    "all classes, a row each, most probable first" },
	{ CLI_FLAG, "wide", 0, AT(wide), NULL,
	    "one column a class, in the order of the labels",
	    .excludes = "all top" },
	{ CLI_WORD, "truth", 0, AT(truth), "WORD",
	    "add a column with the true class: dir, the folder's name",
	    .words = truth_words },
	{ CLI_REAL, "threshold", 0, AT(threshold), "P",
	    "below this probability the label is -", .max = 1 },
	{ CLI_FLAG, "logits", 0, AT(logits), NULL,
	    "the numbers before the last activation" },
	{ CLI_TEXT, "tta", 0, AT(tta), "LIST",
	    "mean probabilities of the picture and its copies: hflip, vflip, "
	    "shift:PIXELS, each with each",
	    .excludes = "logits embed" },
	{ CLI_FLAG, "no-header", 'H', AT(no_header), NULL,
	    "leave out the first line" },
	{ CLI_FLAG, "keep-rows", 0, AT(keep_rows), NULL,
	    "a row with an error for each file that cannot be read" },
	{ CLI_TEXT, "embed", 0, AT(embed), "LAYER",
	    "the numbers that LAYER makes, in place of labels; layers behind "
	    "it are left out",
	    .excludes = "top all wide threshold logits" },
	{ CLI_REFUSED("reconstruct", NULL, "writing pictures") },
	{ CLI_REFUSED("sample", "N", "sampling") },
	{ CLI_REFUSED("generate", "N", "generating") },
	{ CLI_REFUSED("prompt", "TEXT", "generating") },
	{ CLI_REFUSED("temperature", "T", "generating") },
	{ CLI_REFUSED("top-p", "P", "generating") },
	{ CLI_REFUSED("grid", "HxW", "sampling") },
	{ CLI_REFUSED("seed", "N", "sampling") },
	{ CLI_REFUSED("explain", "WORD", "explaining") },
	{ CLI_REFUSED("explain-dir", "DIR", "explaining") },
	{ CLI_GROUP, .help = "Running" },
	{ CLI_WORD, "backend", 0, AT(backend), "NAME",
	    "who does the arithmetic: auto, ref (plain C), dnn (oneDNN)",
	    .init = "auto", .words = backend_words },
	{ CLI_WORD, "compute", 0, AT(compute), "WORD",
	    "what products are made of: f32, or bf16 where the processor has "
	    "it",
	    .init = "f32", .words = compute_words },
	{ CLI_COMMON, "threads" },
	{ CLI_COMMON, "spool" },
	{ CLI_GROUP, .help = "Messages" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "verbose" },
	{ CLI_COMMON, "progress" },
	{ CLI_COMMON, "log" },
	{ 0 },
};

/* Operands and the names in a list, as one array. */
static int
gather(struct predict *p, struct err *err)
{
	struct tool *t = p->t;
	const char *how = p->o->null ? ",null" : "";
	int n = t->cli.noperands;

	p->operands =
	    arena_array(&t->arena, (size_t)n + 2, sizeof(*p->operands), err);
	if (p->operands == NULL)
		return -1;
	for (int i = 0; i < n; i++)
		p->operands[i] = strcmp(t->cli.operands[i], "-") == 0
		    ? "png:-"
		    : t->cli.operands[i];
	p->noperands = n;
	if (p->o->files != NULL) {
		char *list =
		    arena_printf(&t->arena, err, "list:%s%s", p->o->files, how);

		if (list == NULL)
			return -1;
		p->operands[p->noperands++] = list;
	}
	if (p->noperands == 0)
		return err_set(err, ERR_USAGE,
		    "nothing to predict; give files, folders, -T LIST, or - "
		    "for PNG pictures on standard input");
	return 0;
}

/* An array of numbers has no room for words. */
static const char *const of_text[] = { "top", "all", "wide", "truth",
	"threshold", "no-header", "keep-rows", NULL };

static int
is_npy(const struct predict *p)
{
	return rows_form(p->o->form) == ROWS_NPY;
}

static int
check_form(struct predict *p, struct err *err)
{
	for (int i = 0; is_npy(p) && of_text[i] != NULL; i++)
		if (cli_given(&p->t->cli, of_text[i]))
			return err_set(err, ERR_USAGE,
			    "--%s: has no effect, -O npy writes a row of all "
			    "numbers for every sample",
			    of_text[i]);
	return 0;
}

static int
check_all(struct predict *p, struct err *err)
{
	if (gather(p, err) < 0 || check_form(p, err) < 0)
		return -1;
	if (p->o->tta != NULL &&
	    (p->views = views_parse(p->o->tta, &p->t->arena, err)) == NULL)
		return err_in(err, "--tta");
	if (p->o->files != NULL && strcmp(p->o->files, "-") != 0 &&
	    access(p->o->files, R_OK) < 0)
		return err_errno(err, "--files-from: %s", p->o->files);
	if (p->o->logits && cli_given(&p->t->cli, "threshold"))
		return err_set(err, ERR_USAGE,
		    "--threshold: is a probability, but --logits writes none");
	if (!p->o->common.dry_run &&
	    tool_check_output(p->t, p->o->common.output, is_npy(p), err) < 0)
		return -1;
	return session_check(&p->s, p->t, p->operands, p->noperands, err);
}

/* The output before its activation: what reads from whom is all there is to
   change. */
static int
drop_activation(struct predict *p, struct err *err)
{
	struct graph *g = &p->s.model.graph;
	const struct node *out = session_output(&p->s);

	if (strcmp(out->kind, "softmax") != 0 &&
	    strcmp(out->kind, "sigmoid") != 0)
		return err_set(err, ERR_USAGE,
		    "--logits: has no effect, the model ends in %s, not in "
		    "softmax or sigmoid",
		    out->kind);
	g->outputs[0] = out->inputs[0];
	return 0;
}

/* The layer in place of the output; what only the output needs is not
   computed. */
static int
embed(struct predict *p, struct err *err)
{
	struct graph *g = &p->s.model.graph;
	const char *name = p->o->embed, *near;
	const char **names;
	int at = graph_find(g, name);

	if (at >= 0) {
		g->outputs[0] = at;
		p->s.target = TARGET_NONE;
		return nn_shape(g, at, &p->y, err);
	}
	names = arena_array(
	    &p->t->arena, (size_t)g->nnodes + 1, sizeof(*names), err);
	if (names == NULL)
		return -1;
	for (int i = 0; i < g->nnodes; i++)
		names[i] = g->nodes[i].name;
	near = text_nearest(name, names);
	return err_set(err, ERR_USAGE, "--embed: %s has no layer '%s'; %s%s%s",
	    p->s.name, name,
	    near != NULL ? "did you mean '" : "nn-info lists them",
	    near != NULL ? near : "", near != NULL ? "'?" : "");
}

static const char *const of_classes[] = { "top", "all", "threshold", "truth",
	"tta", NULL };

static int
plan_rows(struct predict *p, struct err *err)
{
	struct predict_options *o = p->o;
	struct rows *r = &p->rows;
	const struct fmt_model *m = &p->s.model;
	int classes = p->s.target == TARGET_LABEL;
	int npy = is_npy(p);

	*r = (struct rows){ .form = rows_form(o->form) };
	r->width = classes ? session_classes(&p->s) : shape_count(&p->y);
	r->wide = o->wide || !classes;
	r->truth = o->truth != NULL;
	r->logits = o->logits;
	r->errors = o->keep_rows;
	r->threshold =
	    cli_given(&p->t->cli, "threshold") ? o->threshold : -1e300;
	r->k = 1;
	if (o->embed == NULL && session_classifies(&p->s, of_classes, err) < 0)
		return -1;
	r->order = arena_array(
	    &p->t->arena, (size_t)r->width + 1, sizeof(*r->order), err);
	if (r->order == NULL || !classes || npy)
		return r->order == NULL ? -1 : 0;
	if (m->nlabels == 0)
		return err_set(err, ERR_MODEL,
		    "%s: has no class names yet; nn-train takes them from the "
		    "data",
		    p->s.name);
	r->nlabels = m->nlabels;
	r->labels = m->labels;
	r->k = o->all ? r->width : o->k < r->width ? o->k : r->width;
	return 0;
}

/* The array begins with how many samples it has. */
static int
plan_array(struct predict *p, int64_t count, struct err *err)
{
	struct rows *r = &p->rows;
	struct shape row = { 1, { r->width } };
	const struct shape *each =
	    r->width == shape_count(&p->y) ? &p->y : &row;

	if (count < 0)
		return err_set(err, ERR_USAGE,
		    "-O npy: says first how many samples there are, which a "
		    "stream does not; give files");
	if (each->rank == SHAPE_MAX)
		return err_set(err, ERR_USAGE,
		    "-O npy: an array of samples has at most %d dimensions",
		    SHAPE_MAX);
	r->array = shape_batch(count, each);
	return 0;
}

static int
open_views(struct predict *p, int batch, struct err *err)
{
	struct arena *arena = &p->t->arena;

	if (p->views == NULL)
		return 0;
	if (views_begin(p->views, &p->s.x, batch, arena, err) < 0)
		return err_in(err, "--tta");
	return mean_begin(&p->mean, batch * shape_count(&p->y), arena, err);
}

/* The net and what feeds it, for as many samples at once as there are. */
static int
open_net(struct predict *p, int64_t count, struct err *err)
{
	struct tool *t = p->t;
	struct feed_conf feed = {
		.lazy = 1, .keep_bad = 1, .threads = t->threads
	};
	struct net_conf conf = {
		.backend = p->o->backend,
		.module_dir = t->module_dir,
		.compute = p->o->compute,
		.threads = t->threads,
		.batch = BATCH,
	};

	if (count > 0 && count < conf.batch)
		conf.batch = (int)count;
	feed.batch = conf.batch;
	if (open_views(p, conf.batch, err) < 0)
		return -1;
	if (count >= 0 && count < 2)
		feed.threads = 0;
	tool_yield_processors();
	p->net = net_build(&p->s.model.graph, &conf, err);
	if (p->net == NULL || session_unchanged(&p->s, err) < 0)
		return -1;
	return (p->feed = data_feed(p->data, &feed, err)) != NULL ? 0 : -1;
}

static int
open_all(struct predict *p, struct err *err)
{
	struct session *s = &p->s;
	int64_t count;

	if (session_read(s, err) < 0 || session_pre(s, NULL, err) < 0)
		return -1;
	p->y = s->y;
	if ((p->o->embed != NULL && embed(p, err) < 0) || plan_rows(p, err) < 0)
		return -1;
	if (p->o->logits && drop_activation(p, err) < 0)
		return -1;
	s->target = TARGET_NONE;
	s->keep_bad = 1;
	if (session_data(s, p->operands, p->noperands, 0, &p->data, err) < 0)
		return -1;
	if (training_unfinished(&s->training))
		tool_warn(p->t, "%s: is an unfinished run", s->name);
	count = data_count(p->data);
	if (is_npy(p) && plan_array(p, count, err) < 0)
		return -1;
	return open_net(p, count, err);
}

static int
show_plan(struct predict *p, struct err *err)
{
	struct text t;
	char *s;

	text_begin(&t, &p->t->arena, err);
	session_layers(&p->s, NULL, &t);
	text_addf(
	    &t, "data        %lld samples\n", (long long)data_count(p->data));
	if (p->views != NULL)
		text_addf(&t, "views       %d of every picture\n",
		    views_count(p->views));
	if (p->o->embed != NULL)
		text_addf(&t, "numbers     of layer '%s': %lld a sample\n",
		    p->o->embed, (long long)p->rows.width);
	text_addf(&t, "arithmetic  %s in %s, %d threads, %.1f MB\n",
	    net_backend(p->net), net_compute(p->net), net_threads(p->net),
	    (double)net_bytes(p->net) / 1e6);
	if (p->o->common.verbose)
		net_print(p->net, &t);
	if ((s = text_end(&t)) == NULL)
		return -1;
	return tool_print(p->t, s, t.len, err);
}

static int
predict(struct tool *t, void *o)
{
	struct predict p = { .t = t, .o = o };
	struct err *err = &t->err;
	int status = -1;

	if (check_all(&p, err) == 0 && open_all(&p, err) == 0)
		status = p.o->common.dry_run ? show_plan(&p, err)
					     : predict_rows(&p, err);
	views_free(p.views);
	data_feed_free(p.feed);
	net_free(p.net);
	data_free(p.data);
	session_close(&p.s);
	return status;
}

static const char *const usage[] = {
	"[-m MODEL] [-k K] [-O FORM] [OPTION]... [FILE|DIR|-]...",
	"-T LIST [-0] [-m MODEL] [OPTION]...",
	NULL,
};

static const struct cli_tool what = {
	.name = "nn-predict",
	.brief = "label files with a trained model",
	.usage = usage,
	.options = options,
	.run = predict,
	.offers = catalog_offers,
};

int
main(int argc, char **argv)
{
	struct predict_options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
