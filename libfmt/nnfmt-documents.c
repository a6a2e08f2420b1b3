/* Documents that a writer is given: any JSON of the right form, kept as the
   canonical one. */
#include <string.h>

#include "base/text.h"
#include "model.h"
#include "nnfmt-inside.h"

static int
put_architecture(struct nnfmt_writer *w, const struct json *j, struct err *err)
{
	struct graph g;

	if (j == NULL)
		return err_set(err, ERR_USAGE, "no model is without it");
	if (graph_of_architecture(&g, j, &w->arena, err) < 0)
		return -1;
	w->m.graph = g;
	return 0;
}

static int
put_about(struct nnfmt_writer *w, const struct json *j, struct err *err)
{
	if (j != NULL && fmt_about_check(j, ERR_MODEL, err) < 0)
		return -1;
	w->m.about = j;
	return 0;
}

static int
put_preprocessing(struct nnfmt_writer *w, const struct json *j, struct err *err)
{
	static const char *const keys[] = { "steps", "version", NULL };
	const struct json *steps = j != NULL ? json_get(j, "steps") : NULL;

	if (j != NULL &&
	    (json_only(j, keys, ERR_MODEL, err) < 0 || steps == NULL ||
		steps->type != JSON_IS_ARRAY || steps->child == NULL))
		return err_set(err, ERR_MODEL, "steps: is no list, or empty");
	w->m.preprocessing = steps;
	return 0;
}

static int
put_training(struct nnfmt_writer *w, const struct json *j, struct err *err)
{
	(void)err;
	w->m.training = j;
	return 0;
}

/* Names are looked for when the file is written. */
static int
put_frozen(struct nnfmt_writer *w, const struct json *j, struct err *err)
{
	(void)err;
	w->frozen = j;
	return 0;
}

static int
put_lineage(struct nnfmt_writer *w, const struct json *j, struct err *err)
{
	if (j != NULL)
		return err_set(err, ERR_USAGE,
		    "records are added (nnfmt_add_lineage), or all left out");
	w->m.lineage = NULL;
	return 0;
}

static const struct {
	const char *name;
	int (*put)(
	    struct nnfmt_writer *w, const struct json *j, struct err *err);
} documents[] = {
	{ "about", put_about },
	{ "architecture", put_architecture },
	{ "frozen", put_frozen },
	{ "lineage", put_lineage },
	{ "preprocessing", put_preprocessing },
	{ "training", put_training },
};
enum { DOCUMENTS = sizeof(documents) / sizeof(documents[0]) };

/* A document as it will be read again: parsed from its canonical text. */
static const struct json *
canonical(struct nnfmt_writer *w, const char *text, struct err *err)
{
	const struct json *j =
	    json_parse(text, strlen(text), &w->arena, ERR_MODEL, err);
	const char *again = j != NULL ? json_print(j, &w->arena, err) : NULL;

	if (again == NULL)
		return NULL;
	return document_parse(again, strlen(again), &w->arena, err);
}

static int
document_set(struct nnfmt_writer *w, int i, const char *json, struct err *err)
{
	const struct json *j = NULL;

	if (json != NULL) {
		j = canonical(w, json, err);
		if (j == NULL)
			return err_in(err, "%s", documents[i].name);
	}
	return documents[i].put(w, j, err) < 0
	    ? err_in(err, "%s", documents[i].name)
	    : 0;
}

int
nnfmt_put_document(struct nnfmt_writer *writer, const char *name,
    const char *json, struct nnfmt_error *error)
{
	struct err err = { 0 };
	char shown[128];
	int i;

	for (i = 0; i < DOCUMENTS; i++)
		if (strcmp(documents[i].name, name) == 0)
			return document_set(writer, i, json, &err) < 0
			    ? public_fail(error, &err)
			    : 0;
	err_set(&err, ERR_USAGE, "no document '%s' can be put into a model",
	    text_safe(shown, sizeof(shown), name, strlen(name)));
	return public_fail(error, &err);
}

static int
record_add(struct nnfmt_writer *w, const char *text, struct err *err)
{
	struct json *j =
	    json_parse(text, strlen(text), &w->arena, ERR_MODEL, err);
	const char *ignored;

	if (j == NULL)
		return -1;
	if (j->type != JSON_IS_OBJECT)
		return err_set(err, ERR_MODEL, "is not an object");
	if (json_need_text(j, "tool", &ignored, ERR_MODEL, err) < 0 ||
	    json_need_text(j, "version", &ignored, ERR_MODEL, err) < 0)
		return -1;
	return fmt_lineage_add(&w->m, j, &w->arena, err);
}

int
nnfmt_add_lineage(
    struct nnfmt_writer *writer, const char *json, struct nnfmt_error *error)
{
	struct err err = { 0 };

	if (record_add(writer, json, &err) == 0)
		return 0;
	err_in(&err, "record of the lineage");
	return public_fail(error, &err);
}

/* The settings are the document without its version. */
static int
settings_put(struct nnfmt_writer *w, const char *name, const char *json,
    int64_t step, struct err *err)
{
	struct choice optimizer = { 0 };
	struct settings *s = &optimizer.settings;
	const struct json *j = canonical(w, json, err);
	int i, n = 0;

	optimizer.name = arena_text(&w->arena, name, err);
	if (j == NULL || optimizer.name == NULL ||
	    json_to_settings(j, s, &w->arena, ERR_MODEL, err) < 0)
		return -1;
	for (i = 0; i < s->n; i++)
		if (strcmp(s->at[i].name, "version") != 0)
			s->at[n++] = s->at[i];
	s->n = n;
	w->m.optimizer = optimizer;
	w->m.optimizer_step = step;
	return 0;
}

int
nnfmt_put_optimizer(struct nnfmt_writer *writer, const char *name,
    const char *json, int64_t step, struct nnfmt_error *error)
{
	struct err err = { 0 };

	if (name == NULL) {
		writer->m.optimizer = (struct choice){ 0 };
		writer->m.optimizer_step = 0;
		writer->sets[NNFMT_OPTIMIZER].n = 0;
		return 0;
	}
	if (json == NULL || step < 0)
		err_set(&err, ERR_USAGE, "optimizer '%s': %s", name,
		    json == NULL ? "no settings" : "a negative step");
	else if (settings_put(writer, name, json, step, &err) == 0)
		return 0;
	else
		err_in(&err, "optimizer");
	return public_fail(error, &err);
}
