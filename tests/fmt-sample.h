/* A small model that has everything a file can hold, for the tests of
   libfmt. */
#ifndef TESTS_FMT_SAMPLE_H
#define TESTS_FMT_SAMPLE_H

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fmt.h"
#include "h5.h"

struct sample {
	struct arena arena;
	struct err err;
	struct fmt_model m;
	float kernel[12], bias[4], mean[4];
	double scale;
	double loss[3];
	struct fmt_named slots[2], alternates[1];
	struct fmt_metric history[2];
};

static inline void
sample_param(struct sample *s, struct node *node, const char *name,
    enum role role, enum dtype dtype, struct shape shape, void *data)
{
	struct param *p = node_param(node, name, role, dtype, &shape, &s->err);

	if (p != NULL)
		p->value.data = data;
}

static inline struct node *
sample_layer(struct sample *s, const char *name, const char *kind, int from)
{
	struct node *n =
	    graph_append(&s->m.graph, name, kind, ERR_BUG, &s->err);

	if (from >= 0) {
		n->inputs[0] = from;
		n->ninputs = 1;
	}
	return n;
}

static inline void
sample_graph(struct sample *s)
{
	struct graph *g = &s->m.graph;
	struct node *n;

	graph_begin(g, &s->arena);
	g->task = "classify";
	n = sample_layer(s, NULL, "input", -1);
	n->settings.n = 1;
	n->settings.at =
	    arena_array(&s->arena, 1, sizeof(struct setting), &s->err);
	n->settings.at[0] = (struct setting){ .name = "shape",
		.type = ATTR_SHAPE,
		.shape = { 3, { 28, 28, 1 } } };
	n = sample_layer(s, "enc/dense_1", "dense", 0);
	n->frozen = 1;
	sample_param(s, n, "kernel", ROLE_PARAMETER, DTYPE_F32,
	    (struct shape){ 2, { 3, 4 } }, s->kernel);
	sample_param(s, n, "bias", ROLE_PARAMETER, DTYPE_F32,
	    (struct shape){ 1, { 4 } }, s->bias);
	n->params[0].frozen = 1;
	n = sample_layer(s, "enc-2", "dense", 1);
	n->tag = "head";
	sample_param(s, n, "kernel", ROLE_PARAMETER, DTYPE_F32,
	    (struct shape){ 2, { 3, 4 } }, s->kernel);
	sample_param(s, n, "moving_mean", ROLE_STATISTIC, DTYPE_F32,
	    (struct shape){ 1, { 4 } }, s->mean);
	sample_param(s, n, "scale", ROLE_PARAMETER, DTYPE_F64,
	    (struct shape){ 0 }, &s->scale);
	g->inputs[g->ninputs++] = 0;
	g->outputs[g->noutputs++] = 2;
}

static inline void
sample_numbers(struct sample *s)
{
	int i;

	for (i = 0; i < 12; i++)
		s->kernel[i] = 0.5f * (float)i - 2;
	for (i = 0; i < 4; i++) {
		s->bias[i] = -(float)i;
		s->mean[i] = i == 2 ? INFINITY : (float)i;
	}
	s->scale = -0.0;
	s->loss[0] = 2.25;
	s->loss[1] = 1e-300;
	s->loss[2] = NAN;
}

static inline void
sample_documents(struct sample *s)
{
	struct arena *a = &s->arena;
	struct err *e = &s->err;
	struct json *steps = json_put_array(NULL, NULL, a, e);
	struct json *step = json_put_object(steps, NULL, a, e);
	struct json *training = json_put_object(NULL, NULL, a, e);
	struct json *record = json_put_object(NULL, NULL, a, e);

	json_put_text(step, "step", "scale", a, e);
	json_put_real(step, "factor", 1 / 255.0, a, e);
	s->m.preprocessing = steps;
	json_put_int(training, "version", 1, a, e);
	json_put_int(training, "epoch", 3, a, e);
	json_put_int(training, "seed", 0, a, e);
	json_put_int(training, "threads", 2, a, e);
	json_put_real(training, "lr", 0.001, a, e);
	s->m.training = training;
	json_put_text(record, "tool", "nn-init", a, e);
	json_put_text(record, "version", "0.1.0", a, e);
	json_put_object(record, "options", a, e);
	fmt_lineage_add(&s->m, record, a, e);
}

static inline void
sample_about(struct sample *s)
{
	struct arena *a = &s->arena;
	struct err *e = &s->err;
	struct json *about = json_put_object(NULL, NULL, a, e);
	struct json *authors;

	json_put_int(about, "version", 1, a, e);
	json_put_text(about, "title", "Zahlen", a, e);
	json_put_text(about, "license", "Apache-2.0 OR MIT", a, e);
	json_put_text(about, "description", "Reads digits.\nNot yet.", a, e);
	authors = json_put_array(about, "authors", a, e);
	json_put_text(authors, NULL, "Ada L\xc3\xb6we", a, e);
	s->m.about = about;
}

static inline void
sample_optimizer(struct sample *s)
{
	struct setting *at = arena_array(&s->arena, 2, sizeof(*at), &s->err);

	at[0] =
	    (struct setting){ .name = "beta1", .type = ATTR_REAL, .r = 0.9 };
	at[1] =
	    (struct setting){ .name = "amsgrad", .type = ATTR_BOOL, .i = 0 };
	s->m.optimizer = (struct choice){ "adam", { .n = 2, .at = at } };
	s->m.optimizer_step = 1875;
	s->slots[0] = (struct fmt_named){ "enc/dense_1", "bias", "m",
		{ DTYPE_F32, { 1, { 4 } }, s->mean } };
	s->slots[1] = (struct fmt_named){ "enc/dense_1", "bias", "v",
		{ DTYPE_F32, { 1, { 4 } }, s->bias } };
	s->m.slots = s->slots;
	s->m.nslots = 2;
	s->alternates[0] = (struct fmt_named){ "enc/dense_1", "bias", "best",
		{ DTYPE_F32, { 1, { 4 } }, s->bias } };
	s->m.alternates = s->alternates;
	s->m.nalternates = 1;
}

/* Something of a stranger's under /ext. */
static inline void
sample_ext(struct sample *s)
{
	static const int32_t numbers[3] = { 1, -2, 3 };
	static const int64_t id = 7;
	struct h5_object *ext = h5_root(&s->arena, &s->err);
	struct h5_object *o = h5_group(ext, "org.example", &s->arena, &s->err);
	struct h5_type i32 = { .dtype = DTYPE_I32 };
	struct shape three = { 1, { 3 } };

	h5_put_int(o, "id", id, &s->arena, &s->err);
	h5_dataset(o, "numbers", i32, &three, numbers, &s->arena, &s->err);
	s->m.ext = ext;
}

/* With everything; s->err says whether it went well.  Free s->arena. */
static inline void
sample_full(struct sample *s)
{
	static const char *labels[] = { "zero", "eins", "zw\xc3\xb6lf" };

	memset(s, 0, sizeof(*s));
	sample_numbers(s);
	sample_graph(s);
	sample_documents(s);
	sample_about(s);
	sample_optimizer(s);
	sample_ext(s);
	s->m.labels = labels;
	s->m.nlabels = 3;
	s->m.features_optional = "future-thing";
	s->history[0] = (struct fmt_metric){ "loss", 3, s->loss };
	s->history[1] = (struct fmt_metric){ "val_acc", 0, NULL };
	s->m.history = s->history;
	s->m.nmetrics = 2;
}

/* With as little as a model can have. */
static inline void
sample_bare(struct sample *s)
{
	struct graph *g = &s->m.graph;

	memset(s, 0, sizeof(*s));
	graph_begin(g, &s->arena);
	sample_layer(s, NULL, "input", -1);
	sample_layer(s, NULL, "flatten", 0);
	g->inputs[g->ninputs++] = 0;
	g->outputs[g->noutputs++] = 1;
}

/* What fmt_write gives, in an arena slab, through an unnamed file. */
static inline uint8_t *
sample_bytes(
    struct fmt_model *m, size_t *n, struct arena *arena, struct err *err)
{
	FILE *f = tmpfile();
	uint8_t *bytes = NULL;
	struct stat st;

	if (f == NULL || fmt_write(m, fileno(f), err) < 0 ||
	    fstat(fileno(f), &st) < 0)
		goto out;
	*n = (size_t)st.st_size;
	bytes = arena_slab(arena, *n, err);
	if (bytes != NULL &&
	    pread(fileno(f), bytes, *n, 0) != (ssize_t)st.st_size)
		bytes = NULL;
out:
	if (f != NULL)
		fclose(f);
	return bytes;
}

#endif
