/* A table as text: a row is a sample, its columns are numbers, a label,
   targets.  One pass at the opening checks the form and finds the rows; the
   numbers are read when they are wanted. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "sources/tablerow.h"

enum { BOM = 3 };

static const char *const headers[] = { "auto", "true", "false", NULL };

const struct attr table_attrs[] = {
	{ ATTR(WORD, struct table_conf, label), 0, 0, "",
	    "column of the label: its name, or its number from 1", 0, NULL },
	{ ATTR(WORD, struct table_conf, y), 0, 0, "",
	    "columns of the targets, joined by +", 0, NULL },
	{ ATTR(WORD, struct table_conf, header), 0, 0, "auto",
	    "is the first row names?  auto: when it holds no number", 0,
	    headers },
	{ 0 },
};

int
table_bid(const uint8_t *bytes, size_t n, char separator)
{
	const uint8_t *end = n == 0 ? NULL : memchr(bytes, '\n', n);
	size_t line = end == NULL ? n : (size_t)(end - bytes);

	return n > 0 && memchr(bytes, '\0', n) == NULL &&
		memchr(bytes, separator, line) != NULL
	    ? 30
	    : 0;
}

static int
is_number(const char *text)
{
	double v;

	return text_to_real(text, &v) == 0;
}

/* A line that has not ended in time is refused before it is kept. */
static int
line_check(const struct fields *f, const uint8_t *begin, struct err *err)
{
	return f->at - begin <= LINE_MAX_BYTES
	    ? 0
	    : err_set(err, ERR_DATA, "a line of more than %d bytes",
		  LINE_MAX_BYTES);
}

/* The first row: names of the columns, or numbers already. */
static int
read_first(
    struct source *s, struct fields *f, const char *header, struct err *err)
{
	struct table *t = s->state;
	const uint8_t *begin = f->at;
	int numbers = 0;

	do {
		if (t->columns == COLUMNS_MAX)
			return err_set(
			    err, ERR_DATA, "more than %d columns", COLUMNS_MAX);
		if (field_next(f, err) < 0 || line_check(f, begin, err) < 0 ||
		    names_add(&t->names, f->text, f->n, err) < 0)
			return table_at_line(s, begin, err);
		numbers += is_number(f->text);
		t->columns++;
	} while (!f->last);
	t->has_header = strcmp(header, "auto") == 0
	    ? numbers == 0
	    : strcmp(header, "true") == 0;
	return 0;
}

static int64_t
column_named(const struct table *t, const char *name)
{
	long long v;
	int64_t i;

	for (i = 0; t->has_header && i < t->columns; i++)
		if (strcmp(names_get(&t->names, i), name) == 0)
			return i;
	if (text_to_int(name, &v) == 0 && v >= 1 && v <= t->columns)
		return v - 1;
	return -1;
}

static int
give_role(struct table *t, const char *name, enum role role, struct err *err)
{
	int64_t i = column_named(t, name);

	if (i < 0)
		return err_set(err, ERR_DATA, "no column '%.60s'%s", name,
		    t->has_header ? "" : " (the table has no header)");
	if (t->role[i] != ROLE_X)
		return err_set(
		    err, ERR_DATA, "column '%.60s' is named twice", name);
	t->role[i] = (uint8_t)role;
	if (role == ROLE_Y)
		t->place[i] = t->ny++;
	t->nx--;
	return 0;
}

static int
give_roles(struct source *s, const struct table_conf *c, struct err *err)
{
	struct table *t = s->state;
	size_t n = (size_t)t->columns;
	char *y = arena_text(s->arena, c->y, err);
	char *plus;

	t->role = arena_alloc(s->arena, n, err);
	t->place = arena_array(s->arena, n, sizeof(t->place[0]), err);
	if (y == NULL || t->role == NULL || t->place == NULL)
		return -1;
	t->nx = t->columns;
	if (c->label[0] != '\0' && give_role(t, c->label, ROLE_LABEL, err) < 0)
		return -1;
	for (; *y != '\0'; y = plus == NULL ? y + strlen(y) : plus + 1) {
		plus = strchr(y, '+');
		if (plus != NULL)
			*plus = '\0';
		if (give_role(t, y, ROLE_Y, err) < 0)
			return -1;
	}
	if (t->nx == 0)
		return err_set(err, ERR_DATA, "no columns are left for x");
	return 0;
}

static int
add_row(struct table *t, uint64_t at, int32_t label, int64_t n, struct err *err)
{
	void *row = t->row;
	void *labels = t->label;
	size_t used = (size_t)n * sizeof(t->row[0]);
	size_t half = (size_t)n * sizeof(t->label[0]);

	if (slab_grow(&row, &t->row_size, used + sizeof(t->row[0]), used, err) <
	    0)
		return -1;
	t->row = row;
	t->row[n] = at;
	if (slab_grow(&labels, &t->label_size, half + sizeof(t->label[0]), half,
		err) < 0)
		return -1;
	t->label = labels;
	t->label[n] = label;
	return 0;
}

/* Goes over one row: its form, its label. */
static int
scan_row(struct source *s, struct fields *f, struct err *err)
{
	struct table *t = s->state;
	const uint8_t *begin = f->at;
	int32_t label = -1;
	int64_t i = 0;

	do {
		if (field_next(f, err) < 0 || line_check(f, begin, err) < 0)
			return table_at_line(s, begin, err);
		if (i < t->columns && t->role[i] == ROLE_LABEL &&
		    (label = label_add(&t->labels, f->text, f->n, err)) < 0)
			return table_at_line(s, begin, err);
		i++;
	} while (!f->last && i <= t->columns);
	if (i != t->columns) {
		err_set(err, ERR_DATA,
		    "%" PRId64 " fields or more, the first row has %" PRId64, i,
		    t->columns);
		return table_at_line(s, begin, err);
	}
	return add_row(
	    t, (uint64_t)(begin - s->file.bytes), label, s->count++, err);
}

static int
is_blank(const struct fields *f)
{
	return *f->at == '\n' || *f->at == '\r';
}

static int
scan_rows(struct source *s, struct fields *f, struct err *err)
{
	struct table *t = s->state;

	while (f->at < f->end) {
		if (is_blank(f) && t->columns > 1)
			f->at++;
		else if (scan_row(s, f, err) < 0)
			return -1;
	}
	return s->count > 0 ? 0
			    : err_set(err, ERR_DATA, "the table has no rows");
}

static int
sort_labels(struct source *s, struct err *err)
{
	struct table *t = s->state;
	const char **names;
	long long v;
	int64_t i;

	if (t->labels.names.n == 0)
		return 0;
	if (label_sort(&t->labels, t->label, s->count, &names, s->arena, err) <
	    0)
		return -1;
	s->labels = names;
	s->nlabels = t->labels.names.n;
	s->integer_labels = 1;
	for (i = 0; i < s->nlabels; i++)
		if (text_to_int(names[i], &v) < 0 || v < 0)
			s->integer_labels = 0;
	return 0;
}

static int
check_text(const struct source *s, size_t *begin, struct err *err)
{
	const uint8_t *p = s->file.bytes;
	size_t bad;

	*begin = 0;
	if (s->file.n == 0)
		return err_set(err, ERR_DATA, "is empty");
	if (s->file.n >= BOM && memcmp(p, "\xef\xbb\xbf", BOM) == 0)
		*begin = BOM;
	if (field_utf8(p, s->file.n, &bad))
		return 0;
	err_set(
	    err, ERR_DATA, p[bad] == 0 ? "holds a NUL byte" : "is not UTF-8");
	return table_at_line(s, p + bad, err);
}

static int
scan(struct source *s, const struct table_conf *c, char *text, struct err *err)
{
	struct table *t = s->state;
	struct fields f;
	size_t begin;

	if (check_text(s, &begin, err) < 0)
		return -1;
	f = table_fields_at(s, begin, text);
	if (read_first(s, &f, c->header, err) < 0 || give_roles(s, c, err) < 0)
		return -1;
	if (!t->has_header)
		f = table_fields_at(s, begin, text);
	if (scan_rows(s, &f, err) < 0)
		return -1;
	return sort_labels(s, err);
}

int
table_open(struct source *s, const void *conf, char separator, struct err *err)
{
	struct table *t = arena_alloc(s->arena, sizeof(*t), err);
	char *text;
	int failed;

	if (t == NULL)
		return -1;
	t->separator = separator;
	s->state = t;
	text = slab_new(FIELD_MAX + 1, err);
	if (text == NULL)
		return -1;
	failed = scan(s, conf, text, err);
	slab_free(text, FIELD_MAX + 1);
	s->has_y = t->ny > 0;
	return failed;
}

int32_t
table_label(const struct source *s, int64_t i)
{
	const struct table *t = s->state;

	return t->label[i];
}

void
table_close(struct source *s)
{
	struct table *t = s->state;

	if (t == NULL)
		return;
	names_free(&t->names);
	label_free(&t->labels);
	slab_free(t->row, t->row_size);
	slab_free(t->label, t->label_size);
}
