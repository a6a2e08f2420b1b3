/* The grammar of operands: NAME[:PLACE]...[,KEY=VALUE]... */
#include <string.h>

#include "base/operand.h"
#include "base/text.h"

enum { SHOWN_MAX = 120 };

static int
refuse(const char *text, struct err *err, const char *why)
{
	char shown[SHOWN_MAX];

	return err_set(err, ERR_USAGE, "'%s': %s",
	    text_safe(shown, sizeof(shown), text, strlen(text)), why);
}

/* Bytes up to the next single comma; ",," is a literal one. */
static size_t
up_to_comma(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0') {
		if (s[n] == ',' && s[n + 1] != ',')
			break;
		n += s[n] == ',' ? 2 : 1;
	}
	return n;
}

/* A copy of n bytes with every ",," made one comma. */
static char *
unescaped(const char *s, size_t n, struct arena *arena, struct err *err)
{
	char *copy = arena_alloc(arena, n + 1, err);
	size_t used = 0;

	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		copy[used++] = s[i];
		if (s[i] == ',')
			i++;
	}
	return copy;
}

/* "NAME:PLACE:PLACE", n bytes of text. */
static int
parse_places(struct operand *o, const char *text, size_t n, struct arena *arena,
    struct err *err)
{
	char *s = unescaped(text, n, arena, err);
	char *colon;

	if (s == NULL)
		return -1;
	if (*s == '\0' || *s == ':')
		return refuse(text, err, "begins without a name");
	o->name = s;
	while ((colon = strchr(s, ':')) != NULL) {
		*colon = '\0';
		s = colon + 1;
		if (*s == '\0' || *s == ':')
			return refuse(text, err, "nothing behind a ':'");
		if (o->nplaces == OPERAND_PLACES_MAX)
			return refuse(text, err, "too many ':' parts");
		o->place[o->nplaces++] = s;
	}
	return 0;
}

static int
parse_key(struct setting *key, const char *whole, const char *text, size_t n,
    struct arena *arena, struct err *err)
{
	char *s = unescaped(text, n, arena, err);
	char *equal;

	if (s == NULL)
		return -1;
	if (*s == '\0' || *s == '=')
		return refuse(whole, err, "no key behind a ','");
	equal = strchr(s, '=');
	*key = (struct setting){ .name = s, .type = ATTR_WORD, .s = "true" };
	if (equal != NULL) {
		*equal = '\0';
		key->s = equal + 1;
	}
	return 0;
}

int
operand_parse(
    struct operand *o, const char *text, struct arena *arena, struct err *err)
{
	size_t at = up_to_comma(text), n;
	size_t commas = 0;

	*o = (struct operand){ 0 };
	if (parse_places(o, text, at, arena, err) < 0)
		return -1;
	for (n = at; text[n] != '\0'; n++)
		commas += text[n] == ',';
	o->keys.at = arena_array(arena, commas, sizeof(*o->keys.at), err);
	if (o->keys.at == NULL)
		return -1;
	for (; text[at] == ','; at += n) {
		at++;
		n = up_to_comma(text + at);
		if (parse_key(&o->keys.at[o->keys.n++], text, text + at, n,
			arena, err) < 0)
			return -1;
	}
	return 0;
}

/* The row that takes the n-th place, or NULL. */
static const struct attr *
place_row(const struct attr *table, int n)
{
	for (; table != NULL && table->type != ATTR_END; table++) {
		if (table->place == n)
			return table;
	}
	return NULL;
}

int
operand_settings(const struct operand *o, const struct attr *table,
    struct settings *out, int *used, struct arena *arena, struct err *err)
{
	const struct attr *row;

	out->n = 0;
	out->at = arena_array(
	    arena, (size_t)(o->nplaces + o->keys.n), sizeof(*out->at), err);
	if (out->at == NULL)
		return -1;
	for (*used = 0; *used < o->nplaces; (*used)++) {
		row = place_row(table, *used + 1);
		if (row == NULL)
			break;
		out->at[out->n++] = (struct setting){
			.name = row->name,
			.type = ATTR_WORD,
			.s = o->place[*used],
		};
	}
	for (int i = 0; i < o->keys.n; i++)
		out->at[out->n++] = o->keys.at[i];
	return 0;
}

/* Does what stands behind a comma belong to the term before it?  "k=v" always
   does; a bare word when it is one of the term's keys. */
static int
goes_on(const char *behind, const char *name,
    int (*key)(void *ctx, const char *term, const char *word), void *ctx)
{
	size_t n = strcspn(behind, ":=,");
	char word[SHOWN_MAX];

	if (behind[n] == '=')
		return 1;
	if (behind[n] == ':' || n >= sizeof(word))
		return 0;
	memcpy(word, behind, n);
	word[n] = '\0';
	return key(ctx, name, word);
}

/* One term: its length, without the comma that ends it. */
static size_t
term_length(const char *s,
    int (*key)(void *ctx, const char *term, const char *word), void *ctx)
{
	size_t n = strcspn(s, ":,");
	char name[SHOWN_MAX] = "";

	if (n < sizeof(name))
		memcpy(name, s, n);
	for (n = up_to_comma(s); s[n] == ','; n += 1 + up_to_comma(s + n + 1)) {
		if (!goes_on(s + n + 1, name, key, ctx))
			break;
	}
	return n;
}

int
operand_split(const char *list,
    int (*key)(void *ctx, const char *term, const char *word), void *ctx,
    const char ***terms, int *n, struct arena *arena, struct err *err)
{
	size_t most = 1, len;
	const char *s;

	for (s = list; *s != '\0'; s++)
		most += *s == ',';
	*n = 0;
	*terms = arena_array(arena, most, sizeof(**terms), err);
	if (*terms == NULL)
		return -1;
	for (s = list;; s += len + 1) {
		len = term_length(s, key, ctx);
		if (len == 0)
			return refuse(list, err, "an empty part in the list");
		(*terms)[*n] = arena_text_n(arena, s, len, err);
		if ((*terms)[(*n)++] == NULL)
			return -1;
		if (s[len] == '\0')
			return 0;
	}
}
