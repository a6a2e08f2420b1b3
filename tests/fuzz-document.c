/* Any JSON text as one document of a model whose other parts are right: it is
   made canonical and given digests that fit, so that the document's own reader
   judges it; what it takes is written as the same model, and shown.

   DOCUMENT says which: a member of the root, or "optimizer" for its settings. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fmt-sample.h"
#include "info.h"
#include "model.h"
#include "nn.h"
#include "plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#ifndef DOCUMENT
#define DOCUMENT "architecture" /* where nobody says which */
#endif

static struct h5_object *model; /* whose document is exchanged */

static void
must(int right)
{
	if (!right)
		abort();
}

/* A delta of the sample: one tensor is its base's. */
static void
leave_one_out(struct sample *s)
{
	s->m.graph.nodes[2].params[1].value.data = NULL;
	memset(s->m.base_id, 'a', FMT_HEX - 1);
}

/* The model around the document; an architecture stands alone, or its names
   would have to be those of the weights. */
static void
model_begin(void)
{
	static struct sample s;
	static struct arena arena;
	struct err err = { 0 };
	uint64_t bytes;

	if (strcmp(DOCUMENT, "architecture") == 0)
		sample_bare(&s);
	else
		sample_full(&s);
	if (strcmp(DOCUMENT, "delta") == 0)
		leave_one_out(&s);
	model = tree_of_model(&s.m, NULL, &bytes, &arena, &err);
	must(model != NULL);
}

/* The text in canonical form, with a version, or NULL. */
static char *
canonical(const uint8_t *data, size_t n, struct arena *arena)
{
	struct err err = { 0 };
	struct json *j =
	    json_parse((const char *)data, n, arena, ERR_MODEL, &err);

	if (j == NULL || j->type != JSON_IS_OBJECT)
		return NULL;
	if (json_get(j, "version") == NULL)
		must(json_put_int(j, "version", 1, arena, &err) == 0);
	return json_print(j, arena, &err);
}

static void
put_ids(struct arena *arena)
{
	struct err err = { 0 };
	char hex[FMT_HEX];
	int i;

	for (i = 0; i < ID_N; i++)
		must(id_compute(model, (enum fmt_id)i, hex, &err) == 0 &&
		    h5_put_text(model, id_names[i], hex, arena, &err) == 0);
}

/* 0 when the text has no place: an attribute has a greatest length. */
static int
put_document(const char *text, struct arena *arena)
{
	struct h5_object *d = h5_find(model, DOCUMENT);
	struct err err = { 0 };

	if (d->is_group)
		return h5_put_text(d, "settings", text, arena, &err) == 0;
	d->data = text;
	d->bytes = strlen(text);
	d->shape.dim[0] = (int64_t)d->bytes;
	return digests_put(d, arena, &err) == 0;
}

/* What was taken is written as the same model. */
static void
must_return(const struct fmt_model *m, struct arena *arena)
{
	struct fmt_model again = *m;
	struct err err = { 0 };
	uint64_t bytes;

	must(tree_of_model(&again, NULL, &bytes, arena, &err) != NULL);
	must(strcmp(again.state_id, m->state_id) == 0 &&
	    strcmp(again.content_id, m->content_id) == 0);
}

static void
try_training(const struct fmt_model *m, struct arena *arena)
{
	struct training t, again;
	struct err err = { 0 };
	const struct json *j;

	if (training_read(&t, m->training, arena, &err) < 0) {
		must(err.code == ERR_MODEL && err.text[0] != '\0');
		return;
	}
	j = training_write(&t, arena, &err);
	must(j != NULL && training_read(&again, j, arena, &err) == 0);
}

/* As a script, or a reason why there is none. */
static void
replay(const struct info *i, struct arena *arena)
{
	struct err err = { 0 };
	struct text out;

	text_begin(&out, arena, &err);
	if (info_replay(i, &out, &err) < 0)
		must(err.code == ERR_PARTIAL && err.text[0] != '\0');
	else
		must(text_end(&out) != NULL);
}

/* As the tools look at it. */
static void
show(struct fmt_model *m, struct arena *arena)
{
	struct info i = { "fuzz", *m };
	struct err err = { 0 };
	struct text out;

	if (nn_resolve(&i.m.graph, fmt_is_delta(m), ERR_MODEL, &err) < 0) {
		must(err.code == ERR_MODEL && err.text[0] != '\0');
		return;
	}
	text_begin(&out, arena, &err);
	info_print(&i, 1, &out);
	info_lineage(&i, 1, &out);
	info_json(&i, &out);
	replay(&i, arena);
	must(text_end(&out) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena arena = { 0 };
	struct fmt_model m = { 0 };
	struct err err = { 0 };
	const char *text;

	if (model == NULL)
		model_begin();
	text = canonical(data, n, &arena);
	if (text != NULL && put_document(text, &arena)) {
		put_ids(&arena);
		if (model_of_tree(&m, model, &arena, &err) < 0) {
			must(err.code == ERR_MODEL && err.text[0] != '\0');
		} else {
			must_return(&m, &arena);
			try_training(&m, &arena);
			show(&m, &arena);
		}
	}
	arena_free(&arena);
	return 0;
}
