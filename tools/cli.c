/* The command line: argv against the rows of a tool's options.

   Long names are never abbreviated, options may stand before and after
   operands, "--" ends them, letters may be bundled (-qf, -ofile). */
#include <string.h>

#include "base/text.h"
#include "cli.h"

enum { SHOWN = 120 };

static const struct cli_option help_row = { CLI_FLAG, "help", 'h', 0, NULL,
	"print this help" };
static const struct cli_option version_row = { CLI_FLAG, "version", 0, 0, NULL,
	"print the versions of the tool and of the files it knows" };

/* Row i of the tool, common ones looked up; NULL at the end.  The last two
   are --help and --version. */
const struct cli_option *
cli_row(const struct cli *c, int i)
{
	int n = 0;
	while (c->tool->options[n].type != CLI_END)
		n++;
	if (i >= n)
		return i == n ? &help_row : i == n + 1 ? &version_row : NULL;
	const struct cli_option *row = &c->tool->options[i];
	if (row->type != CLI_COMMON)
		return row;
	for (const struct cli_option *r = c->common; r->type != CLI_END; r++)
		if (strcmp(r->name, row->name) == 0)
			return r;
	return NULL;
}

static const struct cli_option *
find_long(const struct cli *c, const char *name, size_t n)
{
	const struct cli_option *r;
	for (int i = 0; (r = cli_row(c, i)); i++)
		if (r->type != CLI_GROUP && strlen(r->name) == n &&
		    memcmp(r->name, name, n) == 0)
			return r;
	return NULL;
}

static const struct cli_option *
find_letter(const struct cli *c, int letter)
{
	const struct cli_option *r;
	for (int i = 0; (r = cli_row(c, i)); i++)
		if (r->type != CLI_GROUP && r->letter == letter)
			return r;
	return NULL;
}

/* The attr behind an ATTR row: its name has '_' where the option has '-'. */
const struct attr *
cli_attr(const struct cli_option *row)
{
	for (const struct attr *a = row->attrs; a->type != ATTR_END; a++) {
		const char *s = a->name, *o = row->name;
		while (*s && *o && (*s == *o || (*s == '_' && *o == '-'))) {
			s++;
			o++;
		}
		if (!*s && !*o)
			return a;
	}
	return NULL;
}

static int
is_switch(const struct cli_option *row)
{
	return row->type == CLI_FLAG ||
	    (row->type == CLI_ATTR && cli_attr(row)->type == ATTR_BOOL);
}

static int
unknown_long(const struct cli *c, const char *word, size_t n, struct err *err)
{
	const char *names[256], *near;
	char shown[SHOWN], name[SHOWN];
	int count = 0;
	const struct cli_option *r;

	for (int i = 0; (r = cli_row(c, i)) && count < 255; i++)
		if (r->type != CLI_GROUP && r->type != CLI_LATER)
			names[count++] = r->name;
	names[count] = NULL;
	text_safe(shown, sizeof(shown), word, n);
	near = n < sizeof(name)
	    ? text_nearest(
		  memcpy(memset(name, 0, sizeof(name)), word, n), names)
	    : NULL;
	if (near)
		return err_set(err, ERR_USAGE,
		    "--%s: unknown option; did you mean --%s?", shown, near);
	return err_set(err, ERR_USAGE, "--%s: unknown option; see %s --help",
	    shown, c->tool->name);
}

/* An option was met: remembers it and sets its member. */
static int
give(struct cli *c, const struct cli_option *row, const char *text,
    struct err *err)
{
	if (row == &help_row || row == &version_row) {
		*(row == &help_row ? &c->help : &c->version) = 1;
		return 0;
	}
	struct cli_given *at =
	    arena_array(c->arena, (size_t)c->ngiven + 1, sizeof(*at), err);
	if (!at)
		return -1;
	if (c->ngiven)
		memcpy(at, c->given, (size_t)c->ngiven * sizeof(*at));
	at[c->ngiven].row = row;
	at[c->ngiven].value = text;
	c->given = at;
	c->ngiven++;
	return cli_put(c, row,
	    text                ? text
		: row->optional ? row->optional
				: "true",
	    err);
}

/* "NAME" or "NAME=VALUE"; next is the following word, or NULL.  1: it was
   taken as the value. */
static int
take_long(struct cli *c, const char *word, const char *next, struct err *err)
{
	size_t n = strcspn(word, "=");
	const char *value = word[n] ? word + n + 1 : NULL;
	const struct cli_option *row = find_long(c, word, n);

	if (!row)
		return unknown_long(c, word, n, err);
	if (is_switch(row) && value)
		return err_set(
		    err, ERR_USAGE, "--%s: takes no value", row->name);
	if (is_switch(row) || value || row->optional || row->type == CLI_LATER)
		return give(c, row, value, err);
	if (!next)
		return err_set(err, ERR_USAGE, "--%s: needs a value: --%s=%s",
		    row->name, row->name, row->arg ? row->arg : "VALUE");
	return give(c, row, next, err) < 0 ? -1 : 1;
}

/* Bundled letters: "qf", "ofile", "o" with the next word. */
static int
take_letters(struct cli *c, const char *word, const char *next, struct err *err)
{
	for (; *word; word++) {
		const struct cli_option *row = find_letter(c, *word);
		char shown[8];
		if (!row)
			return err_set(err, ERR_USAGE,
			    "-%s: unknown option; see %s --help",
			    text_safe(shown, sizeof(shown), word, 1),
			    c->tool->name);
		if (!is_switch(row) && row->optional == NULL) {
			if (!word[1] && !next)
				return err_set(err, ERR_USAGE,
				    "-%c: needs a value: -%c %s", *word, *word,
				    row->arg ? row->arg : "VALUE");
			if (give(c, row, word[1] ? word + 1 : next, err) < 0)
				return -1;
			return !word[1];
		}
		if (give(c, row, NULL, err) < 0)
			return -1;
		if (c->help)
			return 0;
	}
	return 0;
}

static int
take_all(struct cli *c, int argc, char **argv, struct err *err)
{
	c->operands =
	    arena_array(c->arena, (size_t)argc + 1, sizeof(*c->operands), err);
	if (!c->operands)
		return -1;
	for (int i = 1, ended = 0; i < argc; i++) {
		const char *w = argv[i], *next = argv[i + 1];
		int rc = 0;
		if (ended || w[0] != '-' || !w[1])
			c->operands[c->noperands++] = w;
		else if (strcmp(w, "--") == 0)
			ended = 1;
		else if (w[1] == '-')
			rc = take_long(c, w + 2, next, err);
		else
			rc = take_letters(c, w + 1, next, err);
		if (rc < 0)
			return -1;
		if (c->help || c->version)
			return 0;
		i += rc;
	}
	return 0;
}

static int
put_defaults(struct cli *c, struct err *err)
{
	const struct cli_option *r;

	for (int i = 0; (r = cli_row(c, i)); i++)
		if (r->type == CLI_ATTR)
			attr_defaults(r->attrs, (char *)c->options + r->offset);
	for (int i = 0; (r = cli_row(c, i)); i++)
		if (r->init && cli_put(c, r, r->init, err) < 0)
			return -1;
	return 0;
}

int
cli_given(const struct cli *c, const char *name)
{
	return cli_value(c, name) != NULL;
}

void
cli_restate(struct cli *c, const char *name, const char *text)
{
	for (int i = 0; i < c->ngiven; i++)
		if (strcmp(c->given[i].row->name, name) == 0)
			c->given[i].value = text;
}

const char *
cli_value(const struct cli *c, const char *name)
{
	for (int i = c->ngiven - 1; i >= 0; i--) {
		const struct cli_given *at = &c->given[i];

		if (strcmp(at->row->name, name) == 0)
			return at->value        ? at->value
			    : at->row->optional ? at->row->optional
						: "";
	}
	return NULL;
}

/* The first of the names in list (space between) that was given, or NULL. */
static const char *
first_given(struct cli *c, const char *list, struct err *err)
{
	while (*list) {
		size_t n = strcspn(list, " ");
		char *name = arena_text_n(c->arena, list, n, err);
		if (!name)
			return NULL;
		if (cli_given(c, name))
			return name;
		list += n + strspn(list + n, " ");
	}
	return NULL;
}

static int
check_together(struct cli *c, struct err *err)
{
	for (int i = 0; i < c->ngiven; i++) {
		const struct cli_option *r = c->given[i].row;
		const char *other = NULL;
		if (r->excludes)
			other = first_given(c, r->excludes, err);
		if (other)
			return err_set(err, ERR_USAGE,
			    "--%s and --%s exclude each other; give one of "
			    "them",
			    r->name, other);
		if (r->needs && !first_given(c, r->needs, err))
			return err_set(err, ERR_USAGE,
			    "--%s: has no effect without --%.*s; give it too",
			    r->name, (int)strcspn(r->needs, " "), r->needs);
	}
	return err->code ? -1 : 0;
}

int
cli_parse(struct cli *c, int argc, char **argv, struct err *err)
{
	if (put_defaults(c, err) < 0 || take_all(c, argc, argv, err) < 0)
		return -1;
	if (c->help || c->version)
		return 0;
	return check_together(c, err);
}

int
cli_add(struct cli *c, const char *text, struct err *err)
{
	size_t n;

	if (strncmp(text, "--", 2) != 0)
		return err_set(
		    err, ERR_USAGE, "'%s' is not --NAME=VALUE", text);
	n = strcspn(text + 2, "=");
	char *name = arena_text_n(c->arena, text + 2, n, err);
	if (!name)
		return -1;
	if (cli_given(c, name))
		return 0;
	char *copy = arena_text(c->arena, text + 2, err);
	return copy ? take_long(c, copy, NULL, err) : -1;
}
