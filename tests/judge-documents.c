/* Whether the code takes a document in the place of the one that a model has:
   judge-documents MODEL, and on standard input lines NAME TAB TEXT.  NAME is
   that of a member of the root, or optimizer for the settings of it.  The model
   is made anew with digests and ids that fit, and read by everyone who reads
   documents.  For each line "taken", or "refused: " and the reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "model.h"
#include "spoilt.h"
#include "nn.h"
#include "plan.h"

static int
document_swap(struct h5_object *root, const char *name, const char *text,
    struct arena *arena, struct err *err)
{
	struct h5_object *o = h5_find(root, name);

	if (o == NULL)
		return err_set(err, ERR_BUG, "the model has no %s", name);
	if (o->is_group)
		return h5_put_text(o, "settings", text, arena, err);
	o->data = text;
	o->bytes = strlen(text);
	o->shape.dim[0] = (int64_t)o->bytes;
	return 0;
}

/* The settings of the optimizer against its table. */
static int
optimizer_check(struct fmt_model *m, struct arena *arena, struct err *err)
{
	struct choice_entry e;

	return m->optimizer.name == NULL ? 0
	    : choice_entry(CHOICE_OPTIMIZER, m->optimizer.name, &e, err) < 0 ||
		choice_complete(&m->optimizer, &e, arena, err) < 0
	    ? -1
	    : 0;
}

/* Those who read documents behind libfmt. */
static int
members_check(struct fmt_model *m, struct arena *arena, struct err *err)
{
	struct training training;
	struct shape x;

	if (nn_resolve(&m->graph, fmt_is_delta(m), ERR_MODEL, err) < 0 ||
	    nn_shape(&m->graph, m->graph.inputs[0], &x, err) < 0 ||
	    training_read(&training, m->training, arena, err) < 0 ||
	    optimizer_check(m, arena, err) < 0)
		return -1;
	return m->preprocessing == NULL ||
		pre_open(m->preprocessing, &x, arena, ERR_MODEL, err) != NULL
	    ? 0
	    : -1;
}

static int
judge(const struct fmt_map *map, const char *name, const char *text,
    struct err *err)
{
	struct arena arena = { 0 };
	struct fmt_model m = { 0 };
	struct h5_object *root = h5_parse(map->base, map->size, &arena, err);
	int rc = root == NULL ||
		document_swap(root, name, text, &arena, err) < 0 ||
		spoilt_sign(root, &arena, err) < 0 ||
		model_of_tree(&m, root, &arena, err) < 0 ||
		members_check(&m, &arena, err) < 0
	    ? -1
	    : 0;

	arena_free(&arena);
	return rc;
}

int
main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct fmt_model m;
	char *line = NULL, *tab;
	size_t room = 0;
	ssize_t n;

	if (argc != 2 || fmt_open(&m, argv[1], &arena, &err) < 0) {
		fprintf(stderr, "judge-documents: %s\n",
		    argc != 2 ? "MODEL <LINES" : err.text);
		return 2;
	}
	while ((n = getline(&line, &room, stdin)) > 0) {
		line[n - 1] = '\0';
		tab = strchr(line, '\t');
		if (tab == NULL)
			return 2;
		*tab = '\0';
		err_clear(&err);
		if (judge(m.map, line, tab + 1, &err) == 0)
			puts("taken");
		else
			printf("refused: %s\n", err.text);
	}
	free(line);
	fmt_close(&m);
	arena_free(&arena);
	return 0;
}
