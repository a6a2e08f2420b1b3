/* An operand taken apart: [TYPE:]PATH[,KEY=VALUE]... */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "words.h"

enum { SHARES_MAX = 16, NAMES_MAX = 64 };

/* Keys that every operand takes. */
struct common {
	int64_t limit;
	const char *split, *part;
};

static const struct attr common_attrs[] = {
	{ ATTR(INT, struct common, limit), 0, 9e15, "0",
	    "at most so many samples", 0, NULL },
	{ ATTR(WORD, struct common, split), 0, 0, "",
	    "shares by hash of content: 0.8/0.1/0.1", 0, NULL },
	{ ATTR(WORD, struct common, part), 0, 0, "",
	    "which share: train, val, test or its number", 0, NULL },
	{ 0 },
};

static int
is_known(const struct source_kind *kind, const char *key)
{
	const struct source_kind *const *k;

	if (attr_find(common_attrs, key) != NULL)
		return 1;
	if (kind != NULL)
		return attr_find(kind->attrs, key) != NULL;
	for (k = source_kinds; *k != NULL; k++)
		if (attr_find((*k)->attrs, key) != NULL)
			return 1;
	return 0;
}

/* The last comma that is not one of two. */
static char *
last_comma(char *s)
{
	size_t n = strlen(s);

	while (n > 0) {
		n--;
		if (s[n] != ',')
			continue;
		if (n > 0 && s[n - 1] == ',')
			n--;
		else
			return s + n;
	}
	return NULL;
}

static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		*to++ = *s;
		if (s[0] == ',' && s[1] == ',')
			s++;
	}
	*to = '\0';
}

/* Takes the known keys off the end of the path. */
static int
take_keys(struct words *w, struct err *err)
{
	char *comma, *equal;

	while ((comma = last_comma(w->path)) != NULL) {
		equal = strchr(comma, '=');
		if (equal != NULL)
			*equal = '\0';
		if (!is_known(w->kind, comma + 1)) {
			if (equal != NULL)
				*equal = '=';
			break;
		}
		if (w->nkeys == WORDS_KEYS_MAX)
			return err_set(err, ERR_USAGE, "too many keys");
		*comma = '\0';
		if (equal != NULL)
			unescape(equal + 1);
		w->key[w->nkeys++] = (struct setting){
			.name = comma + 1,
			.type = ATTR_WORD,
			.s = equal != NULL ? equal + 1 : "true",
		};
	}
	if (access(w->path, F_OK) < 0)
		unescape(w->path);
	return 0;
}

int
words_take(
    struct words *w, const char *operand, struct arena *arena, struct err *err)
{
	const char *colon = strchr(operand, ':');

	memset(w, 0, sizeof(*w));
	if (access(operand, F_OK) == 0)
		colon = NULL;
	else if (colon != NULL)
		w->kind = source_find(operand, (size_t)(colon - operand));
	w->path = arena_text(arena, w->kind != NULL ? colon + 1 : operand, err);
	if (w->path == NULL)
		return -1;
	if (access(operand, F_OK) == 0)
		return 0;
	if (take_keys(w, err) < 0)
		return -1;
	return w->path[0] != '\0' ? 0
				  : err_set(err, ERR_USAGE, "names no file");
}

/* Settings of common_attrs go to one list, the others to the other. */
static int
sort_keys(const struct words *w, struct settings *common, struct settings *own,
    struct arena *arena, struct err *err)
{
	size_t n = (size_t)w->nkeys + 1;
	struct settings *to;
	int i;

	common->n = own->n = 0;
	common->at = arena_array(arena, n, sizeof(*common->at), err);
	own->at = arena_array(arena, n, sizeof(*own->at), err);
	if (common->at == NULL || own->at == NULL)
		return -1;
	for (i = w->nkeys - 1; i >= 0; i--) {
		to = attr_find(common_attrs, w->key[i].name) != NULL ? common
								     : own;
		to->at[to->n++] = w->key[i];
	}
	return 0;
}

/* "0.8/0.1/0.1" */
static int
parse_shares(const char *split, double share[SHARES_MAX], struct arena *arena,
    struct err *err)
{
	char *s = arena_text(arena, split, err);
	double sum = 0.0;
	char *end;
	int n = 0;

	while (s != NULL && n < SHARES_MAX) {
		end = strchr(s, '/');
		if (end != NULL)
			*end = '\0';
		if (text_to_real(s, &share[n]) < 0 || !(share[n] > 0.0) ||
		    !((sum += share[n]) < 1.0 + 1e-9))
			break;
		n++;
		if (end == NULL)
			return n;
		s = end + 1;
	}
	return err_set(err, ERR_USAGE,
	    "split=%.60s: is no list of shares like 0.8/0.1/0.1", split);
}

/* train is the first, test the last, val the second. */
static int
part_number(const char *part, int n)
{
	long long v;

	if (strcmp(part, "train") == 0)
		return 0;
	if (strcmp(part, "val") == 0 && n >= 2)
		return 1;
	if (strcmp(part, "test") == 0 && n >= 2)
		return n - 1;
	if (text_to_int(part, &v) == 0 && v >= 1 && v <= n)
		return (int)v - 1;
	return -1;
}

static int
cut_part(struct part *part, const struct common *c, struct arena *arena,
    struct err *err)
{
	double share[SHARES_MAX];
	int i, n, at;

	*part = (struct part){ c->limit, 0.0, 1.0 };
	if ((c->split[0] != '\0') != (c->part[0] != '\0'))
		return err_set(err, ERR_USAGE,
		    "split=SHARES and part=NAME belong together");
	if (c->split[0] == '\0')
		return 0;
	n = parse_shares(c->split, share, arena, err);
	if (n < 0)
		return -1;
	at = part_number(c->part, n);
	if (at < 0)
		return err_set(err, ERR_USAGE,
		    "part=%.60s: is not train, val, test or 1..%d", c->part, n);
	for (i = 0; i < at; i++)
		part->from += share[i];
	part->to = part->from + share[at];
	if (part->to > 1.0 - 1e-9)
		part->to = 1.0;
	return 0;
}

int
words_part(const struct words *w, struct part *part, struct settings *own,
    struct arena *arena, struct err *err)
{
	struct settings common;
	struct common c = { 0 };
	int i;

	if (sort_keys(w, &common, own, arena, err) < 0 ||
	    attr_fill(common_attrs, &c, &common, arena, ERR_USAGE, err) < 0)
		return -1;
	for (i = 0; i < common.n; i++)
		if (strcmp(common.at[i].name, "limit") == 0 && c.limit == 0)
			return err_set(
			    err, ERR_USAGE, "limit=0: leaves no samples");
	return cut_part(part, &c, arena, err);
}

/* The names of all keys there are. */
static void
all_keys(const char *names[NAMES_MAX + 1])
{
	const struct source_kind *const *k;
	const struct attr *row;
	int n = 0;

	for (row = common_attrs; row->type != ATTR_END; row++)
		names[n++] = row->name;
	for (k = source_kinds; *k != NULL; k++)
		for (row = (*k)->attrs; row != NULL && row->type != ATTR_END;
		     row++)
			if (n < NAMES_MAX)
				names[n++] = row->name;
	names[n] = NULL;
}

/* "h5:FILE": a type that is none, or not yet. */
static int
unknown_type(const struct words *w, struct err *err)
{
	static const char *const later[] = { "h5", "text", NULL };
	const char *names[NAMES_MAX + 1], *near;
	size_t n = strcspn(w->path, ":/,");
	char word[16];
	int i, k;

	if (w->kind != NULL || w->path[n] != ':' || n == 0 || n >= sizeof(word))
		return 0;
	memcpy(word, w->path, n);
	word[n] = '\0';
	for (i = 0; later[i] != NULL; i++)
		if (strcmp(word, later[i]) == 0) {
			err_clear(err);
			return err_set(err, ERR_USAGE,
			    "%s: data belong to a later version", word);
		}
	for (k = 0; k < NAMES_MAX && source_kinds[k] != NULL; k++)
		names[k] = source_kinds[k]->name;
	names[k] = NULL;
	near = text_nearest(word, names);
	if (near == NULL)
		return 0;
	err_clear(err);
	return err_set(
	    err, ERR_USAGE, "no type '%s:'; did you mean '%s:'?", word, near);
}

void
words_suggest(const struct words *w, struct err *err)
{
	const char *names[NAMES_MAX + 1];
	const char *comma = strrchr(w->path, ',');
	const char *near;
	char word[32];
	size_t length;

	if (err->code != ERR_IO || unknown_type(w, err) != 0 || comma == NULL)
		return;
	length = strcspn(comma + 1, "=");
	if (length == 0 || length >= sizeof(word))
		return;
	memcpy(word, comma + 1, length);
	word[length] = '\0';
	all_keys(names);
	near = text_nearest(word, names);
	if (near == NULL)
		return;
	err_clear(err);
	if (strcmp(word, near) == 0 && w->kind != NULL)
		err_set(err, ERR_USAGE, "%s data take no key '%s'",
		    w->kind->name, word);
	else
		err_set(err, ERR_USAGE, "no key '%s'; did you mean '%s'?", word,
		    near);
}
