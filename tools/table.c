/* Tables that a person likes to read. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "table.h"

enum { CELL = 512 };

void
table_begin(
    struct table *t, const char *align, struct arena *arena, struct err *err)
{
	*t = (struct table){ .arena = arena,
		.err = err,
		.align = align,
		.columns = (int)strlen(align) };
}

static int
grow(struct table *t)
{
	int room = t->room ? 2 * t->room : 64;
	const char **cell;

	if (t->cells < t->room)
		return 0;
	cell = arena_array(t->arena, (size_t)room, sizeof(*cell), t->err);
	if (!cell)
		return -1;
	if (t->cells)
		memcpy(cell, t->cell, (size_t)t->cells * sizeof(*cell));
	t->cell = cell;
	t->room = room;
	return 0;
}

void
table_cell(struct table *t, const char *fmt, ...)
{
	char s[CELL];
	va_list args;

	if (t->err->code || grow(t) < 0)
		return;
	va_start(args, fmt);
	vsnprintf(s, sizeof(s), fmt, args);
	va_end(args);
	t->cell[t->cells] = arena_text(t->arena, s, t->err);
	if (t->cell[t->cells])
		t->cells++;
}

/* Characters, not bytes: UTF-8 continuation bytes take no room. */
static int
width(const char *s)
{
	int n = 0;
	for (; *s; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static void
print_row(const struct table *t, const char *const *row, const int *wide,
    struct text *out)
{
	int pending = 0; /* blanks, printed only when something follows */

	for (int c = 0; c < t->columns; c++) {
		int fill = wide[c] - width(row[c]), left = t->align[c] == 'l';
		if (*row[c]) {
			text_addf(out, "%*s%s", pending + (left ? 0 : fill), "",
			    row[c]);
			pending = left ? fill : 0;
		} else {
			pending += wide[c];
		}
		pending += 2;
	}
	text_add(out, "\n");
}

void
table_print(const struct table *t, struct text *out)
{
	int wide[TABLE_COLUMNS_MAX] = { 0 };

	if (t->err->code)
		return;
	for (int i = 0; i < t->cells; i++)
		if (width(t->cell[i]) > wide[i % t->columns])
			wide[i % t->columns] = width(t->cell[i]);
	for (int i = 0; i + t->columns <= t->cells; i += t->columns)
		print_row(t, t->cell + i, wide, out);
}

char *
table_count(char out[32], int64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%lld", (long long)n);
	char *o = out;

	for (int i = 0; i < len; i++) {
		*o++ = digits[i];
		if (digits[i] != '-' && i + 1 < len && (len - 1 - i) % 3 == 0)
			*o++ = ',';
	}
	*o = '\0';
	return out;
}
