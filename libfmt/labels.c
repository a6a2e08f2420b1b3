/* Class names as a dataset of strings, in the order of the outputs. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model.h"

/* Names that a model may have: not too many, none twice, UTF-8. */
static int
labels_check(const char *const *labels, int64_t n, struct err *err)
{
	struct arena scratch = { 0 };
	const char **sorted;
	char shown[128];
	int64_t i;

	if (n > FMT_LABELS_MAX)
		return fmt_refuse(err, RULE_LABELS, "more than %d class names",
		    FMT_LABELS_MAX);
	sorted = arena_array(&scratch, (size_t)n, sizeof(*sorted), err);
	if (sorted == NULL)
		return -1;
	memcpy(sorted, labels, (size_t)n * sizeof(*sorted));
	qsort(sorted, (size_t)n, sizeof(*sorted), text_order);
	for (i = 0; i < n; i++) {
		size_t len = strlen(sorted[i]);
		const char *what = NULL;

		if (!h5_utf8_ok(sorted[i], len))
			what = "is not valid UTF-8";
		else if (len > FMT_LABEL_BYTES_MAX)
			what = "is too long";
		else if (i > 0 && strcmp(sorted[i - 1], sorted[i]) == 0)
			what = "is there twice";
		if (what == NULL)
			continue;
		fmt_refuse(err, RULE_LABEL, "class name '%s' %s",
		    text_safe(shown, sizeof(shown), sorted[i], len), what);
		break;
	}
	arena_free(&scratch);
	return i == n ? 0 : -1;
}

int
labels_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err)
{
	struct shape shape = { 1, { m->nlabels } };
	struct h5_type type = { .text = 1 };
	char *cells;
	int64_t i;

	if (m->nlabels == 0)
		return 0;
	if (labels_check(m->labels, m->nlabels, err) < 0)
		return -1;
	for (i = 0; i < m->nlabels; i++)
		if (strlen(m->labels[i]) > type.text)
			type.text = (uint32_t)strlen(m->labels[i]);
	cells = arena_slab(arena, (size_t)m->nlabels * type.text, err);
	if (cells == NULL)
		return -1;
	for (i = 0; i < m->nlabels; i++)
		memcpy(cells + (size_t)i * type.text, m->labels[i],
		    strlen(m->labels[i]));
	return h5_dataset(root, "labels", type, &shape, cells, arena, err) !=
		NULL
	    ? 0
	    : -1;
}

/* The cells are as wide as the longest name needs. */
static int
cells_get(struct fmt_model *m, const struct h5_object *d, struct arena *arena,
    struct err *err)
{
	const char *cells = d->data;
	size_t longest = 1;
	int64_t i;

	for (i = 0; i < m->nlabels; i++, cells += d->type.text) {
		size_t n = strnlen(cells, d->type.text);

		if (n > longest)
			longest = n;
		m->labels[i] = arena_text_n(arena, cells, n, err);
		if (m->labels[i] == NULL)
			return -1;
	}
	return longest == d->type.text
	    ? 0
	    : fmt_refuse(err, RULE_LABEL_WIDTH, "wider than the longest name");
}

int
labels_get(struct fmt_model *m, const struct h5_object *d, struct arena *arena,
    struct err *err)
{
	if (d->type.text == 0 || d->shape.rank != 1 || d->shape.dim[0] < 1 ||
	    d->shape.dim[0] > FMT_LABELS_MAX)
		return fmt_refuse(
		    err, RULE_LABELS, "/labels: is no list of names");
	m->nlabels = d->shape.dim[0];
	m->labels =
	    arena_array(arena, (size_t)m->nlabels, sizeof(*m->labels), err);
	if (m->labels == NULL)
		return -1;
	if (attrs_only(d, plain_attrs, err) < 0 ||
	    cells_get(m, d, arena, err) < 0 ||
	    labels_check(m->labels, m->nlabels, err) < 0)
		return err_in(err, "/labels");
	return 0;
}
