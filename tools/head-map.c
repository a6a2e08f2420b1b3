/* Which classes of the data go on as which of the model's: --reuse-head's MAP,
   a file of lines NEW<TAB>OLD, or the same names. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "surgery.h"

enum { MAP_BYTES = 64 << 20, SAFE = 80 };

struct pair {
	const char *now, *was;
};

struct head_map {
	int by_name;
	int64_t n;
	struct pair *at;
};

/* Names with their places, in bytewise order. */
struct named {
	const char *name;
	int64_t place;
};

struct names {
	const char *const *list; /* of n, and NULL */
	struct named *sorted;
	int64_t n;
};

static int
sort_names(struct names *s, const char *const *list, int64_t n,
    struct arena *arena, struct err *err)
{
	const char **copy =
	    arena_array(arena, (size_t)n + 1, sizeof(*copy), err);

	s->n = n;
	s->list = copy;
	s->sorted = arena_array(arena, (size_t)n + 1, sizeof(*s->sorted), err);
	if (copy == NULL || s->sorted == NULL)
		return -1;
	for (int64_t i = 0; i < n; i++) {
		copy[i] = list[i];
		s->sorted[i] = (struct named){ list[i], i };
	}
	qsort(s->sorted, (size_t)n, sizeof(*s->sorted), text_order);
	return 0;
}

static int64_t
place_of(const struct names *s, const char *name)
{
	const struct named key = { name, 0 };
	const struct named *found = bsearch(
	    &key, s->sorted, (size_t)s->n, sizeof(*s->sorted), text_order);

	return found == NULL ? -1 : found->place;
}

static int
bad_line(const struct run *r, int64_t line, const char *why, struct err *err)
{
	return err_set(err, ERR_USAGE, "--reuse-head: %s:%lld: %s",
	    r->o->reuse_head, (long long)line, why);
}

/* One line, without its end; empty ones say nothing. */
static int
add_line(struct run *r, struct head_map *m, char *line, int64_t number,
    struct err *err)
{
	char *tab = strchr(line, '\t');

	if (*line == '\0')
		return 0;
	if (tab == NULL || tab == line || tab[1] == '\0' ||
	    strchr(tab + 1, '\t') != NULL)
		return bad_line(r, number,
		    "is no class, a tab and the class of the model that it "
		    "goes on as",
		    err);
	*tab = '\0';
	m->at[m->n++] = (struct pair){ line, tab + 1 };
	return 0;
}

static int
split_lines(struct run *r, struct head_map *m, char *text, struct err *err)
{
	size_t most = 1, len;
	int64_t number = 1;

	for (const char *c = text; *c != '\0'; c++)
		most += *c == '\n';
	m->at = arena_array(&r->t->arena, most, sizeof(*m->at), err);
	if (m->at == NULL)
		return -1;
	for (char *s = text; *s != '\0'; s += len, number++) {
		int more;

		len = strcspn(s, "\n");
		more = s[len] != '\0';
		s[len] = '\0';
		if (len > 0 && s[len - 1] == '\r')
			s[len - 1] = '\0';
		if (add_line(r, m, s, number, err) < 0)
			return -1;
		len += (size_t)more;
	}
	return m->n > 0 ? 0 : bad_line(r, 1, "the map is empty", err);
}

/* A record tells what the map says, not where it was. */
static int
restate(struct run *r, const char *text, size_t n, struct err *err)
{
	uint8_t digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	const char *words;

	sha256(digest, text, n);
	words = arena_printf(&r->t->arena, err, "sha256:%s",
	    digest_hex(hex, digest, sizeof(digest)));
	if (words == NULL)
		return -1;
	cli_restate(&r->t->cli, "reuse-head", words);
	return 0;
}

int
head_map_read(struct run *r, struct err *err)
{
	struct head_map *m = arena_alloc(&r->t->arena, sizeof(*m), err);
	char *text;
	size_t n;

	if (m == NULL)
		return -1;
	r->map = m;
	m->by_name = strcmp(r->o->reuse_head, "name") == 0;
	if (m->by_name)
		return 0;
	if (strcmp(r->o->reuse_head, "-") == 0)
		return err_set(err, ERR_USAGE,
		    "--reuse-head: standard input is for the model; give a "
		    "file, or the word name");
	text = tool_read_text(r->t, r->o->reuse_head, MAP_BYTES, &n, err);
	if (text == NULL)
		return err_in(err, "--reuse-head");
	if (strlen(text) != n)
		return bad_line(r, 1, "is no text", err);
	if (restate(r, text, n, err) < 0)
		return -1;
	return split_lines(r, m, text, err);
}

static int
refuse_name(const struct run *r, const char *whose, const char *name,
    const struct names *known, struct err *err)
{
	const char *near = text_nearest(name, known->list);
	char a[SAFE], b[SAFE];

	text_safe(a, sizeof(a), name, strlen(name));
	if (near == NULL)
		return err_set(err, ERR_USAGE,
		    "--reuse-head: %s: the %s no class '%s'", r->o->reuse_head,
		    whose, a);
	return err_set(err, ERR_USAGE,
	    "--reuse-head: %s: the %s no class '%s'; did you mean '%s'?",
	    r->o->reuse_head, whose, a,
	    text_safe(b, sizeof(b), near, strlen(near)));
}

static int64_t
apply_pairs(const struct run *r, const struct names *now,
    const struct names *was, int64_t *from, struct err *err)
{
	const struct head_map *m = r->map;
	char safe[SAFE];

	for (int64_t i = 0; i < m->n; i++) {
		const struct pair *p = &m->at[i];
		int64_t to = place_of(now, p->now), old = place_of(was, p->was);

		if (to < 0)
			return refuse_name(r, "data have", p->now, now, err);
		if (old < 0)
			return refuse_name(r, "model has", p->was, was, err);
		if (from[to] >= 0)
			return err_set(err, ERR_USAGE,
			    "--reuse-head: %s: class '%s' is there twice",
			    r->o->reuse_head,
			    text_safe(
				safe, sizeof(safe), p->now, strlen(p->now)));
		from[to] = old;
	}
	return m->n;
}

static int64_t
apply_names(const struct run *r, const struct names *now,
    const struct names *was, int64_t *from, struct err *err)
{
	int64_t kept = 0;

	for (int64_t i = 0; i < now->n; i++)
		kept += (from[i] = place_of(was, now->list[i])) >= 0;
	if (kept == 0)
		return err_set(err, ERR_USAGE,
		    "--reuse-head: %s: no class of the data is one of the "
		    "model's; use --new-head, or give a map",
		    r->t->cli.operands[0]);
	return kept;
}

int64_t
head_map_apply(struct run *r, const char *const *names, int64_t n,
    int64_t *from, struct err *err)
{
	const struct fmt_model *model = &r->s.model;
	struct names now, was;

	if (sort_names(&now, names, n, &r->t->arena, err) < 0 ||
	    sort_names(&was, model->labels, model->nlabels, &r->t->arena, err) <
		0)
		return -1;
	for (int64_t i = 0; i < n; i++)
		from[i] = -1;
	return r->map->by_name ? apply_names(r, &now, &was, from, err)
			       : apply_pairs(r, &now, &was, from, err);
}
