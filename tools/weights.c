/* --class-weight: a word, or a table of classes and weights. */
#include "weights.h"

#include <string.h>

#include "base/text.h"

enum { TABLE_BYTES_MAX = 1 << 20, SAFE = 120, SHOWN = 8 };

static const double weight_max = 1e6;

/* A table: its rows, and where it stands. */
struct weight_table {
	const char *name;
	int64_t n;
	const char **class;
	double *weight;
};

static int
take_row(struct weight_table *t, const char *line, size_t n,
    struct arena *arena, struct err *err)
{
	const char *tab = memchr(line, '\t', n);
	char *class, *number;

	if (n > 0 && line[n - 1] == '\r')
		n--;
	if (n == 0)
		return 0;
	if (tab == NULL)
		return err_set(
		    err, ERR_USAGE, "no tab; a line is CLASS<TAB>WEIGHT");
	class = arena_text_n(arena, line, (size_t)(tab - line), err);
	number =
	    arena_text_n(arena, tab + 1, n - (size_t)(tab + 1 - line), err);
	if (class == NULL || number == NULL)
		return -1;
	if (text_to_real(number, &t->weight[t->n]) < 0 ||
	    !(t->weight[t->n] >= 0 && t->weight[t->n] <= weight_max))
		return err_set(err, ERR_USAGE,
		    "'%.40s' is no weight; a weight is a number of 0 to %g",
		    number, weight_max);
	t->class[t->n++] = class;
	return 0;
}

static int
table_parse(struct weight_table *t, const char *text, const char *name,
    struct arena *arena, struct err *err)
{
	size_t lines = 1, n;

	for (const char *s = text; (s = strchr(s, '\n')) != NULL; s++)
		lines++;
	*t = (struct weight_table){ .name = name };
	t->class = arena_array(arena, lines, sizeof(*t->class), err);
	t->weight = arena_array(arena, lines, sizeof(*t->weight), err);
	if (t->class == NULL || t->weight == NULL)
		return -1;
	for (int number = 1;; number++, text += n + 1) {
		n = strcspn(text, "\n");
		if (take_row(t, text, n, arena, err) < 0)
			return err_in(err, "%s:%d", name, number);
		if (text[n] == '\0')
			break;
	}
	return t->n > 0 ? 0
			: err_set(err, ERR_USAGE,
			      "%s: is empty; a line is CLASS<TAB>WEIGHT", name);
}

/* Once: a pipe would be empty the second time. */
static int
table_read(struct run *r, struct weight_table *t, struct err *err)
{
	const char *path = r->o->class_weight;
	const char *text = r->weight_text;
	size_t n;

	if (text == NULL) {
		text = tool_read_text(r->t, path, TABLE_BYTES_MAX, &n, err);
		if (text == NULL)
			return -1;
		if (strlen(text) != n)
			return err_set(err, ERR_USAGE, "%s: is no text", path);
		r->weight_text = text;
	}
	return table_parse(t, text, path, &r->t->arena, err);
}

static int
is_balanced(const char *words)
{
	return strcmp(words, "balanced") == 0;
}

int
weights_check(struct run *r, struct err *err)
{
	struct weight_table t;

	if (r->o->class_weight == NULL || is_balanced(r->o->class_weight))
		return 0;
	if (strcmp(r->o->class_weight, "-") == 0)
		return err_set(err, ERR_USAGE,
		    "--class-weight: standard input is for the model; give a "
		    "file");
	return table_read(r, &t, err) < 0 ? err_in(err, "--class-weight") : 0;
}

static int
refuse_class(const struct run *r, const char *class, struct err *err)
{
	const struct fmt_model *m = &r->s.model;
	char safe[SAFE];
	const char **names = arena_array(
	    &r->t->arena, (size_t)m->nlabels + 1, sizeof(*names), err);
	const char *near;

	if (names == NULL)
		return -1;
	for (int64_t i = 0; i < m->nlabels; i++)
		names[i] = m->labels[i];
	near = text_nearest(class, names);
	return err_set(err, ERR_USAGE, "the model has no class '%s'%s%s%s",
	    text_safe(safe, sizeof(safe), class, strlen(class)),
	    near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
	    near != NULL ? "'?" : "");
}

/* Weights by name into w, one for each class of the model, 1 for those that
   are not named.  Tables are mostly in the order of the model's classes. */
static int
table_fill(
    struct run *r, const struct weight_table *t, double *w, struct err *err)
{
	const struct fmt_model *m = &r->s.model;
	int64_t k = 0, tried;
	char *seen = arena_alloc(&r->t->arena, (size_t)m->nlabels + 1, err);

	if (seen == NULL)
		return -1;
	for (int64_t i = 0; i < m->nlabels; i++)
		w[i] = 1;
	for (int64_t i = 0; i < t->n; i++) {
		for (tried = 0; tried < m->nlabels; tried++) {
			k = (k + (tried > 0 || i > 0)) % m->nlabels;
			if (strcmp(m->labels[k], t->class[i]) == 0)
				break;
		}
		if (tried == m->nlabels)
			return refuse_class(r, t->class[i], err);
		if (seen[k]++)
			return err_set(err, ERR_USAGE,
			    "class '%.100s' is given twice", t->class[i]);
		w[k] = t->weight[i];
	}
	return 0;
}

static double *
weights_new(const struct run *r, struct err *err)
{
	return arena_array(
	    &r->t->arena, (size_t)r->s.model.nlabels + 1, sizeof(double), err);
}

int
weights_plan(struct run *r, const char **words, struct err *err)
{
	const struct fmt_model *m = &r->s.model;
	struct weight_table t;
	struct text out;
	char number[32];
	double *w;

	*words = r->o->class_weight;
	if (is_balanced(*words))
		return 0;
	if (table_read(r, &t, err) < 0 || (w = weights_new(r, err)) == NULL)
		return -1;
	if (table_fill(r, &t, w, err) < 0)
		return err_in(err, "--class-weight: %s", t.name);
	text_begin(&out, &r->t->arena, err);
	for (int64_t i = 0; i < m->nlabels; i++)
		if (w[i] < 1 || w[i] > 1)
			text_addf(&out, "%s\t%s\n", m->labels[i],
			    text_number(number, w[i]));
	*words = text_end(&out);
	if (*words != NULL && **words == '\0')
		*words = NULL;
	return err->code == ERR_NONE ? 0 : -1;
}

/* Samples of a weight of 0 teach nothing. */
static int
check_zeros(const struct run *r, const int64_t *count, struct err *err)
{
	for (int64_t i = 0; i < r->s.model.nlabels; i++)
		if (count[i] > 0 && r->class_weight[i] > 0)
			return 0;
	return err_set(err, ERR_USAGE,
	    "--class-weight: every class of the data has the weight 0; nothing "
	    "would be learned");
}

int
weights_open(struct run *r, struct err *err)
{
	const char *words = r->plan.class_weight;
	int64_t n = r->s.model.nlabels, *count;
	struct weight_table t;

	if (words == NULL)
		return 0;
	r->class_weight = weights_new(r, err);
	count = arena_array(&r->t->arena, (size_t)n + 1, sizeof(*count), err);
	if (r->class_weight == NULL || count == NULL)
		return -1;
	data_tally(r->data, count);
	if (is_balanced(words)) {
		nn_balance(count, n, r->class_weight);
		return 0;
	}
	if (table_parse(&t, words, "plan", &r->t->arena, err) < 0 ||
	    table_fill(r, &t, r->class_weight, err) < 0) {
		err_blame(err, ERR_MODEL);
		return err_in(err, "%s: training: class_weight", r->s.name);
	}
	return check_zeros(r, count, err);
}

void
weights_show(const struct run *r, struct text *out)
{
	const struct fmt_model *m = &r->s.model;
	char safe[SAFE];
	int64_t i;

	text_add(
	    out, is_balanced(r->plan.class_weight) ? "balanced:" : "given:");
	for (i = 0; i < m->nlabels && i < SHOWN; i++)
		text_addf(out, "%s %s %.4g", i > 0 ? "," : "",
		    text_safe(
			safe, sizeof(safe), m->labels[i], strlen(m->labels[i])),
		    r->class_weight[i]);
	text_add(out, i < m->nlabels ? ", ...\n" : "\n");
}
