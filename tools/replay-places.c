/* What a script of nn-info --replay takes from the environment, by numbers:
   data, models, files. */
#include "replay.h"

#include <string.h>

#include "fmt.h"

static const struct {
	const char *name, *what;
} kinds[REPLAY_KINDS] = {
	[REPLAY_DATA] = { "DATA", "data with the digest" },
	[REPLAY_MODEL] = { "MODEL", "a model with the content_id" },
	[REPLAY_FILE] = { "FILE", "a file with the SHA-256" },
};

int
replay_refuse(struct replay *r, const char *what, const char *why)
{
	char shown[REPLAY_SHOWN];
	struct err text = { 0 };

	err_set(&text, ERR_PARTIAL, "%s %s",
	    text_safe(shown, sizeof(shown), what, strlen(what)), why);
	text_safe(r->why, sizeof(r->why), text.text, strlen(text.text));
	return -1;
}

int
replay_is_digest(const char *s)
{
	return strspn(s, "0123456789abcdef") == FMT_HEX - 1 && !s[FMT_HEX - 1];
}

static struct place *
find_place(struct replay *r, enum replay_kind kind, const char *digest, int n)
{
	struct place **at = &r->places;

	for (; *at; at = &(*at)->next)
		if ((*at)->kind == kind && (*at)->n == n &&
		    strcmp((*at)->digest, digest) == 0)
			return *at;
	*at = arena_alloc(r->out.arena, sizeof(**at), r->out.err);
	if (!*at)
		return NULL;
	**at = (struct place){ kind, digest, r->count[kind] + 1, n, NULL };
	r->count[kind] += n;
	return *at;
}

void
replay_put_places(struct replay *r, const char *before, enum replay_kind kind,
    const char *digest, int n)
{
	const struct place *p = find_place(r, kind, digest, n);

	for (int i = 0; p && i < n; i++)
		text_addf(&r->out, "%s\"${%s_%d:?}\"", before, kinds[kind].name,
		    p->first + i);
}

void
replay_list_places(const struct replay *r, struct text *out)
{
	for (const struct place *p = r->places; p; p = p->next) {
		text_add(out, "#  ");
		for (int k = 0; k < p->n; k++)
			text_addf(
			    out, " %s_%d", kinds[p->kind].name, p->first + k);
		text_addf(out, ": %s%s\n#     %s\n",
		    p->n > 1 ? "together " : "", kinds[p->kind].what,
		    p->digest);
	}
}
