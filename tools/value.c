/* The text of an option becomes a member of the options struct. */
#include <string.h>

#include "base/text.h"
#include "cli.h"

enum { SHOWN = 120 };

/* A number and a unit: the factors are those of letters[i]. */
static int
parse_units(const char *s, const char *letters, const double *factor,
    struct arena *arena, double *out, struct err *err)
{
	size_t n = strlen(s);
	double unit = 1;
	const char *at = n ? strchr(letters, s[n - 1]) : NULL;
	if (at && *at) {
		unit = factor[at - letters];
		n--;
	}
	char *number = arena_text_n(arena, s, n, err);
	if (!number)
		return -1;
	if (text_to_real(number, out) < 0 || !(*out >= 0) || *out > 1e15)
		return 1;
	*out *= unit;
	return 0;
}

static int
put_time(struct cli *c, const struct cli_option *row, void *member,
    const char *text, struct err *err)
{
	static const double factor[] = { 1, 60, 3600, 86400 };
	char shown[SHOWN];
	int rc = parse_units(text, "smhd", factor, c->arena, member, err);
	if (rc <= 0)
		return rc;
	return err_set(err, ERR_USAGE,
	    "--%s: '%s' is not a time; write 90, 90s, 30m, 1.5h or 2d",
	    row->name, text_safe(shown, sizeof(shown), text, strlen(text)));
}

static int
put_bytes(struct cli *c, const struct cli_option *row, int64_t *member,
    const char *text, struct err *err)
{
	static const double factor[] = { 1024, 1 << 20, 1 << 30 };
	char shown[SHOWN];
	double v = 0;
	int rc = parse_units(text, "KMG", factor, c->arena, &v, err);
	if (rc < 0)
		return -1;
	if (rc == 0 && v <= 9e15) {
		*member = (int64_t)v;
		return 0;
	}
	return err_set(err, ERR_USAGE,
	    "--%s: '%s' is not a size; write 4096, 64K, 256M or 1G", row->name,
	    text_safe(shown, sizeof(shown), text, strlen(text)));
}

/* Through a table of one row that bears the option's name: ranges, words and
   their messages are the settings' own. */
static int
put_attr(struct cli *c, const struct cli_option *row, const char *text,
    struct err *err)
{
	static const enum attr_type types[] = { [CLI_INT] = ATTR_INT,
		[CLI_REAL] = ATTR_REAL,
		[CLI_WORD] = ATTR_WORD };
	struct attr one[2] = { 0 };
	char *base = c->options;

	if (row->type == CLI_ATTR) {
		one[0] = *cli_attr(row);
		base += row->offset;
	} else {
		one[0].type = types[row->type];
		one[0].offset = row->offset;
		one[0].min = row->min;
		one[0].max = row->max;
		one[0].words = row->words;
	}
	one[0].name = arena_printf(c->arena, err, "--%s", row->name);
	if (!one[0].name)
		return -1;
	return attr_parse(
	    one, base, one[0].name, text, c->arena, ERR_USAGE, err);
}

/* Is the word one of a list with spaces between? */
static int
is_listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; s != NULL && *s != '\0';
	     s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");

		if (len == n && strncmp(s, word, n) == 0)
			return 1;
		s += len;
	}
	return 0;
}

static int
put_list(struct cli *c, const struct cli_option *row, struct cli_list *list,
    const char *text, struct err *err)
{
	struct cli_item *at =
	    arena_array(c->arena, (size_t)list->n + 1, sizeof(*at), err);
	if (!at)
		return -1;
	if (list->n)
		memcpy(at, list->at, (size_t)list->n * sizeof(*at));
	at[list->n].option = row->name;
	at[list->n].value = text;
	list->at = at;
	list->n++;
	return 0;
}

int
cli_put(struct cli *c, const struct cli_option *row, const char *text,
    struct err *err)
{
	void *member = (char *)c->options + row->offset;

	switch (row->type) {
	case CLI_FLAG:
		*(int *)member = 1;
		return 0;
	case CLI_TEXT:
		*(const char **)member = text;
		return 0;
	case CLI_TIME:
		return put_time(c, row, member, text, err);
	case CLI_BYTES:
		return put_bytes(c, row, member, text, err);
	case CLI_LIST:
		return put_list(c, row, member, text, err);
	case CLI_LATER:
		return err_set(err, ERR_USAGE,
		    "--%s: is not in this version; %s", row->name, row->help);
	default:
		if (is_listed(row->later, text))
			return err_set(err, ERR_USAGE,
			    "--%s: %s is not in this version; it belongs to a "
			    "later one",
			    row->name, text);
		return put_attr(c, row, text, err);
	}
}
