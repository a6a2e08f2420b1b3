/* Tables as machines and people want them. */
#include "report.h"

#include <stdio.h>
#include <string.h>

const char *const report_words[] = { "tsv", "csv", "json", "md", NULL };

enum report_form
report_form(const char *word)
{
	for (int i = 0; report_words[i] != NULL; i++)
		if (strcmp(report_words[i], word) == 0)
			return (enum report_form)i;
	return REPORT_TSV;
}

void
report_begin(struct report *r, const char *name, int columns,
    struct arena *arena, struct err *err)
{
	*r = (struct report){ .name = name, .columns = columns };
	r->arena = arena;
	r->err = err;
}

static void
add_cell(struct report *r, const char *s, int is_number)
{
	if (r->cells == r->room) {
		int64_t room = r->room > 0 ? 2 * r->room : 64;
		struct report_cell *cell =
		    arena_slab(r->arena, (size_t)room * sizeof(*cell), r->err);

		if (cell == NULL)
			return;
		if (r->cells > 0)
			memcpy(cell, r->cell, (size_t)r->cells * sizeof(*cell));
		r->cell = cell;
		r->room = room;
	}
	if (s != NULL)
		r->cell[r->cells++] = (struct report_cell){ s, is_number };
}

void
report_text(struct report *r, const char *s)
{
	add_cell(r, arena_text(r->arena, s, r->err), 0);
}

void
report_int(struct report *r, int64_t v)
{
	add_cell(r, arena_printf(r->arena, r->err, "%lld", (long long)v), 1);
}

const char *
report_number(char out[32], double v)
{
	if (__builtin_isnan(v))
		return "nan";
	snprintf(out, 32, "%.6g", v);
	return out;
}

void
report_real(struct report *r, double v)
{
	char number[32];

	add_cell(r, arena_text(r->arena, report_number(number, v), r->err), 1);
}

void
report_json_text(struct text *out, const char *s)
{
	text_add(out, "\"");
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			text_addf(out, "\\%c", c);
		else if (c < 0x20)
			text_addf(out, "\\u%04x", c);
		else
			text_add_n(out, s, 1);
	}
	text_add(out, "\"");
}

/* TAB, newline and backslash as \t \n \\. */
static void
put_tsv(struct text *out, const char *s)
{
	static const char special[] = "\t\n\r\\", letter[] = "tnr\\";

	for (; *s != '\0'; s++) {
		const char *k = strchr(special, *s);

		if (k != NULL)
			text_addf(out, "\\%c", letter[k - special]);
		else
			text_add_n(out, s, 1);
	}
}

static void
put_csv(struct text *out, const char *s)
{
	if (strpbrk(s, ",\"\n\r") == NULL) {
		text_add(out, s);
		return;
	}
	text_add(out, "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"')
			text_add(out, "\"");
		text_add_n(out, s, 1);
	}
	text_add(out, "\"");
}

static void
put_md(struct text *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '|')
			text_add(out, "\\");
		text_add_n(out, s, 1);
	}
}

void
report_put(struct text *out, enum report_form form, const char *s)
{
	if (form == REPORT_CSV)
		put_csv(out, s);
	else if (form == REPORT_MD)
		put_md(out, s);
	else
		put_tsv(out, s);
}

static void
print_rows(const struct report *r, enum report_form form, struct text *out)
{
	const char *between = form == REPORT_CSV ? "," : "\t";

	for (int64_t i = 0; i < r->cells; i++) {
		if (form == REPORT_MD)
			text_add(out, i % r->columns == 0 ? "| " : " | ");
		else if (i % r->columns > 0)
			text_add(out, between);
		report_put(out, form, r->cell[i].s);
		if ((i + 1) % r->columns != 0)
			continue;
		text_add(out, form == REPORT_MD ? " |\n" : "\n");
		if (form == REPORT_MD && i + 1 == r->columns)
			for (int k = 0; k < r->columns; k++)
				text_add(out,
				    k + 1 < r->columns ? "| --- "
						       : "| --- |\n");
	}
}

static void
put_value(struct text *out, const struct report_cell *c)
{
	if (!c->is_number)
		report_json_text(out, c->s);
	else
		text_add(out, strcmp(c->s, "nan") == 0 ? "null" : c->s);
}

/* The rows of a table of two columns. */
static void
print_members(const struct report *r, const char *indent, struct text *out)
{
	for (int64_t i = 2; i + 2 <= r->cells; i += 2) {
		text_addf(out, "%s%s", i > 2 ? ",\n" : "", indent);
		report_json_text(out, r->cell[i].s);
		text_add(out, ": ");
		put_value(out, &r->cell[i + 1]);
	}
}

/* A table of two columns is an object, others are arrays of objects. */
static void
print_json(const struct report *r, struct text *out)
{
	int64_t rows = r->cells / r->columns;

	if (r->columns == 2) {
		text_add(out, "{\n");
		print_members(r, "  ", out);
		text_add(out, "\n}");
		return;
	}
	text_add(out, "[");
	for (int64_t i = 1; i < rows; i++) {
		const struct report_cell *row = r->cell + i * r->columns;

		text_add(out, i > 1 ? ",\n  " : "\n  ");
		for (int k = 0; k < r->columns; k++) {
			text_add(out, k > 0 ? ", " : "{");
			report_json_text(out, r->cell[k].s);
			text_add(out, ": ");
			put_value(out, &row[k]);
		}
		text_add(out, "}");
	}
	text_add(out, "\n]");
}

void
report_print(const struct report *r, enum report_form form, struct text *out)
{
	if (form == REPORT_JSON) {
		print_json(r, out);
		text_add(out, "\n");
	} else {
		print_rows(r, form, out);
	}
}

void
report_print_all(
    const struct report *all, int n, enum report_form form, struct text *out)
{
	if (form == REPORT_JSON)
		text_add(out, "{\n");
	for (int i = 0; i < n; i++) {
		if (form == REPORT_JSON) {
			text_add(out, i > 0 ? ",\n" : "");
			if (all[i].bare) {
				print_members(&all[i], "", out);
				continue;
			}
			report_json_text(out, all[i].name);
			text_add(out, ": ");
			print_json(&all[i], out);
			continue;
		}
		text_add(out, i > 0 ? "\n" : "");
		print_rows(&all[i], form, out);
	}
	if (form == REPORT_JSON)
		text_add(out, "\n}\n");
}
