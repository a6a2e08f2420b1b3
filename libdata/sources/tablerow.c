/* One row of a table read as a sample. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "sources/tablerow.h"

enum { SAFE = 80 };

struct fields
table_fields_at(const struct source *s, size_t at, char *text)
{
	const struct table *t = s->state;

	return (struct fields){
		.at = s->file.bytes + at,
		.end = s->file.bytes + s->file.n,
		.separator = t->separator,
		.text = text,
	};
}

/* Says on which line it was. */
int
table_at_line(const struct source *s, const uint8_t *at, struct err *err)
{
	return err_in(err, "line %" PRId64,
	    field_line(s->file.bytes, (size_t)(at - s->file.bytes)));
}

/* Most tables hold small whole numbers. */
static int
parse_number(const char *text, size_t n, float *out)
{
	double v;
	int whole = 0;
	size_t i;

	for (i = 0; i < n && i < 7 && text[i] >= '0' && text[i] <= '9'; i++)
		whole = 10 * whole + (text[i] - '0');
	if (i == n && n > 0) {
		*out = (float)whole;
		return 0;
	}
	if (strlen(text) != n || text_to_real(text, &v) < 0)
		return -1;
	*out = (float)v;
	return *out - *out == 0.0F ? 0 : -1;
}

static int
read_fields(
    struct source *s, struct fields *f, float *x, float *y, struct err *err)
{
	const struct table *t = s->state;
	char safe[SAFE], name[SAFE];
	float *to;
	int64_t i;

	for (i = 0; i < t->columns; i++) {
		if (field_next(f, err) < 0)
			return -1;
		if (t->role[i] == ROLE_LABEL)
			continue;
		to = t->role[i] == ROLE_X ? x++ : y + t->place[i];
		if (parse_number(f->text, f->n, to) == 0)
			continue;
		return err_set(err, ERR_DATA,
		    "column %" PRId64 " ('%s'): '%s' is not a number", i + 1,
		    t->has_header
			? text_safe(name, sizeof(name), names_get(&t->names, i),
			      strlen(names_get(&t->names, i)))
			: "",
		    text_safe(safe, sizeof(safe), f->text, f->n));
	}
	return 0;
}

int
table_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	const struct table *t = s->state;
	struct fields f;
	const uint8_t *begin;

	memset(out, 0, sizeof(*out));
	if (slab_grow(
		&b->x, &b->x_size, (size_t)t->nx * sizeof(float), 0, err) < 0 ||
	    slab_grow(&b->y, &b->y_size, (size_t)(t->ny + 1) * sizeof(float), 0,
		err) < 0 ||
	    slab_grow(&b->scratch, &b->scratch_size, FIELD_MAX + 1, 0, err) < 0)
		return -1;
	f = table_fields_at(s, t->row[i], b->scratch);
	begin = f.at;
	if (read_fields(s, &f, b->x, b->y, err) < 0) {
		table_at_line(s, begin, err);
		return err_in(err, "%s", s->name);
	}
	out->x = (struct tensor){ DTYPE_F32, { 1, { t->nx } }, b->x };
	if (t->ny > 0)
		out->y = (struct tensor){ DTYPE_F32, { 1, { t->ny } }, b->y };
	return 0;
}
