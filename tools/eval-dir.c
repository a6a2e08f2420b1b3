/* nn-eval --report-dir: the report, its tables and pictures as files. */
#include "eval.h"
#include "pictures.h"

/* The file of a table. */
static const char *
name_of(struct eval *e, const char *table, struct err *err)
{
	return arena_printf(&e->t->arena, err, "%s.%s", table, e->o->form);
}

int
eval_dir_check(struct eval *e, struct err *err)
{
	const struct eval_options *o = e->o;
	const struct {
		const char *table;
		int asked;
	} tables[] = {
		{ "report", 1 },
		{ "metrics", 1 },
		{ "per_class", o->per_class },
		{ "confusion", o->confusion != NULL },
		{ "compare", o->compare != NULL },
		{ "calibration", o->calibration > 0 },
		{ "roc", o->roc },
	};
	enum { N = sizeof(tables) / sizeof(tables[0]) };
	const char *names[N + 4] = { "confusion.png", "mistakes.png",
		"calibration.png" };
	int n = 3;

	for (int i = 0; i < N; i++)
		if (tables[i].asked &&
		    (names[n++] = name_of(e, tables[i].table, err)) == NULL)
			return -1;
	e->o->report_dir = pictures_check(e->t, o->report_dir, names, err);
	return e->o->report_dir == NULL ? -1 : 0;
}

/* n tables as one file; a table of its own has no name in JSON. */
static int
write_tables(struct eval *e, const char *name, const struct report *table,
    int n, struct err *err)
{
	enum report_form form = report_form(e->o->form);
	const char *file = name_of(e, name, err);
	struct text t;
	char *s;

	text_begin(&t, &e->t->arena, err);
	if (n > 0)
		report_print_all(table, n, form, &t);
	else
		report_print(table, form, &t);
	if (file == NULL || (s = text_end(&t)) == NULL)
		return -1;
	return pictures_put(e->t, e->o->report_dir, file, s, t.len, err);
}

int
eval_dir_write(struct eval *e, struct err *err)
{
	const struct scored s = { e->t, e->o->report_dir, &e->metric, &e->worst,
		e->data, e->s.model.labels };

	for (int i = 0; i < e->ntables; i++)
		if (write_tables(e, e->table[i].name, &e->table[i], 0, err) < 0)
			return -1;
	if (write_tables(e, "report", e->table, e->ntables, err) < 0)
		return -1;
	if (eval_is_class(e))
		return pictures_score(&s, err);
	pictures_without(e->t, e->o->report_dir, pictures_of_score,
	    "the model's task is not to classify");
	return 0;
}
