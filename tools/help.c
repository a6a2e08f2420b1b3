/* What a tool says about itself: usage, --help, and the options that go on
   record; all from the rows that parse the command line. */
#include <string.h>

#include "cli.h"

enum { COLUMN = 30, WIDTH = 79 };

void
cli_usage(const struct cli *c, struct text *out)
{
	const char *lead = "usage: ";
	for (const char *const *u = c->tool->usage; *u; u++) {
		text_addf(
		    out, "%s%s%s%s\n", lead, c->tool->name, **u ? " " : "", *u);
		lead = "       ";
	}
}

/* Words from `at` on, wrapped at WIDTH, lines after the first indented. */
static void
add_wrapped(struct text *out, size_t column, size_t indent, const char *s)
{
	while (*s) {
		size_t n = strcspn(s, " \n");
		if (column > indent && column + 1 + n > WIDTH) {
			text_addf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			text_add(out, " ");
			column++;
		}
		text_add_n(out, s, n);
		column += n;
		s += n + strspn(s + n, " \n");
	}
	text_add(out, "\n");
}

static void
add_words(struct text *t, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		text_addf(t, "%s%s", i ? "|" : "", words[i]);
}

static const char *
default_arg(enum attr_type type)
{
	return type == ATTR_INT  ? "N"
	    : type == ATTR_REAL  ? "X"
	    : type == ATTR_SHAPE ? "SHAPE"
				 : "WORD";
}

/* "-b, --batch=N" as --help and the man page write it. */
static void
add_name(struct text *t, const struct cli_option *r)
{
	const struct attr *a = r->type == CLI_ATTR ? cli_attr(r) : NULL;
	const char *const *words = a ? a->words : r->words;

	text_addf(t, "  %c%c%s--%s", r->letter ? '-' : ' ',
	    r->letter ? r->letter : ' ', r->letter ? ", " : "  ", r->name);
	if (r->type == CLI_FLAG || (a && a->type == ATTR_BOOL))
		return;
	text_add(t, r->optional ? "[=" : "=");
	if (r->arg)
		text_add(t, r->arg);
	else if (words)
		add_words(t, words);
	else
		text_add(t, a ? default_arg(a->type) : "VALUE");
	if (r->optional)
		text_add(t, "]");
}

static int
add_option(const struct cli *c, const struct cli_option *r, struct text *out)
{
	const struct attr *a = r->type == CLI_ATTR ? cli_attr(r) : NULL;
	const char *help = r->help ? r->help : a ? a->help : "";
	const char *init = r->init ? r->init : a ? a->init : NULL;
	struct text name;

	text_begin(&name, c->arena, out->err);
	add_name(&name, r);
	if (!text_end(&name))
		return -1;
	text_add(out, name.s);
	if (name.len + 2 > COLUMN)
		text_addf(out, "\n%*s", COLUMN, "");
	else
		text_addf(out, "%*s", (int)(COLUMN - name.len), "");
	if (init && *init && strcmp(init, "false") != 0 &&
	    !strstr(help, "default"))
		help = arena_printf(
		    c->arena, out->err, "%s (default %s)", help, init);
	if (!help)
		return -1;
	add_wrapped(out, COLUMN, COLUMN, help);
	return 0;
}

void
cli_help(const struct cli *c, struct text *out)
{
	const struct cli_option *r;

	cli_usage(c, out);
	text_addf(out, "%s\n", c->tool->brief);
	for (int i = 0; (r = cli_row(c, i)); i++) {
		if (r->type == CLI_GROUP)
			text_addf(out, "\n%s:\n", r->help);
		else if (r->type != CLI_LATER && add_option(c, r, out) < 0)
			return;
	}
	for (const char *const *n = c->tool->notes; n && *n; n++) {
		text_add(out, "\n");
		add_wrapped(out, 0, 0, *n);
	}
}

static int
given_times(const struct cli *c, const struct cli_option *row)
{
	int n = 0;
	for (int i = 0; i < c->ngiven; i++)
		n += c->given[i].row == row;
	return n;
}

static int
record_list(const struct cli *c, const struct cli_option *row,
    struct json *object, struct err *err)
{
	struct json *list = json_put_array(object, row->name, c->arena, err);
	if (!list)
		return -1;
	for (int i = 0; i < c->ngiven; i++)
		if (c->given[i].row == row &&
		    json_put_text(
			list, NULL, c->given[i].value, c->arena, err) < 0)
			return -1;
	return 0;
}

/* Was another option given whose values go into the same list? */
static int
is_mixed(const struct cli *c, const struct cli_option *row)
{
	if (!row->result || row->type != CLI_LIST)
		return 0;
	for (int i = 0; i < c->ngiven; i++)
		if (c->given[i].row != row && c->given[i].row->result &&
		    c->given[i].row->type == CLI_LIST &&
		    c->given[i].row->offset == row->offset)
			return 1;
	return 0;
}

int
cli_record_order(const struct cli *c, struct json *array, struct err *err)
{
	for (int i = 0; i < c->ngiven; i++)
		if (is_mixed(c, c->given[i].row) &&
		    json_put_text(
			array, NULL, c->given[i].row->name, c->arena, err) < 0)
			return -1;
	return 0;
}

int
cli_record(const struct cli *c, struct json *object, struct err *err)
{
	for (int i = 0; i < c->ngiven; i++) {
		const struct cli_given *g = &c->given[i];
		int rc = 0;
		if (!g->row->result || json_get(object, g->row->name))
			continue;
		if (!g->value)
			rc = json_put_bool(
			    object, g->row->name, 1, c->arena, err);
		else if (g->row->type == CLI_LIST && given_times(c, g->row) > 1)
			rc = record_list(c, g->row, object, err);
		else
			rc = json_put_text(object, g->row->name,
			    cli_value(c, g->row->name), c->arena, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}
