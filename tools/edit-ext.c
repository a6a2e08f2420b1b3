/* nn-edit: what somebody keeps in a model under a name of his own. */
#include <string.h>

#include "edit.h"

enum { FILE_BYTES_MAX = 64 << 20, SAFE = 100 };

static int
refuse(const char *option, const char *word, const char *why, struct err *err)
{
	char shown[SAFE];

	return err_set(err, ERR_USAGE, "--%s: '%s': %s", option,
	    text_safe(shown, sizeof(shown), word, strlen(word)), why);
}

/* A domain name backwards has a dot. */
static int
is_owner(const char *s, size_t n)
{
	return memchr(s, '.', n) != NULL && memchr(s, '/', n) == NULL;
}

static int
read_file(
    struct edit *e, const char *word, struct edit_file *f, struct err *err)
{
	const char *from = strchr(word, '=');
	uint8_t digest[SHA256_BYTES];
	char hex[FMT_HEX];

	if (from == NULL || !is_owner(word, strcspn(word, "/=")))
		return refuse("ext", word,
		    "is no OWNER/NAME=FILE; OWNER is a domain name backwards, "
		    "org.example",
		    err);
	f->path = arena_text_n(&e->t->arena, word, (size_t)(from - word), err);
	f->bytes = tool_read_text(e->t, from + 1, FILE_BYTES_MAX, &f->n, err);
	if (f->path == NULL || f->bytes == NULL)
		return err_in(err, "--ext");
	sha256(digest, f->bytes, f->n);
	f->words = arena_printf(&e->t->arena, err, "%s=sha256:%s", f->path,
	    digest_hex(hex, digest, sizeof(digest)));
	return f->words != NULL ? 0 : -1;
}

int
edit_ext_check(struct edit *e, struct err *err)
{
	const struct cli_list *put = &e->o->ext, *drop = &e->o->drop_ext;
	struct fmt_model scratch = { 0 };

	e->file = arena_array(
	    &e->t->arena, (size_t)put->n + 1, sizeof(*e->file), err);
	if (e->file == NULL)
		return -1;
	for (int i = 0; i < put->n; i++) {
		struct edit_file *f = &e->file[i];

		if (read_file(e, put->at[i].value, f, err) < 0)
			return -1;
		if (fmt_ext_put(&scratch, f->path, f->bytes, f->n, &e->t->arena,
			err) < 0) {
			err->code = ERR_USAGE;
			return err_in(err, "--ext");
		}
	}
	for (int i = 0; i < drop->n; i++)
		if (!is_owner(drop->at[i].value, strlen(drop->at[i].value)))
			return refuse("drop-ext", drop->at[i].value,
			    "is no owner, a domain name backwards: org.example",
			    err);
	return 0;
}

static int
put_files(struct edit *e, struct err *err)
{
	for (int i = 0; i < e->o->ext.n; i++) {
		const struct edit_file *f = &e->file[i];
		const struct fmt_model before = e->m;

		if (fmt_ext_put(
			&e->m, f->path, f->bytes, f->n, &e->t->arena, err) < 0)
			return err_in(err, "--ext");
		if (fmt_ext_same(&before, &e->m))
			return edit_no_effect(e, "ext", err);
		edit_say(e, "ext", NULL, f->words);
	}
	return 0;
}

int
edit_ext(struct edit *e, struct err *err)
{
	const struct cli_list *l = &e->o->drop_ext;

	for (int i = 0; i < l->n; i++) {
		const char *owner = l->at[i].value;
		int there = fmt_ext_drop(&e->m, owner, &e->t->arena, err);

		if (there < 0)
			return -1;
		if (there == 0)
			return refuse("drop-ext", owner,
			    "has no effect, the model has nothing of that "
			    "owner",
			    err);
		edit_say(e, "ext", owner, NULL);
	}
	return put_files(e, err);
}

/* What was put there, never where it came from. */
int
edit_ext_record(struct edit *e, struct json *record, struct err *err)
{
	int n = e->o->ext.n;
	const char **words =
	    arena_array(&e->t->arena, (size_t)n + 1, sizeof(*words), err);

	if (words == NULL)
		return -1;
	for (int i = 0; i < n; i++)
		words[i] = e->file[i].words;
	return n > 0 ? lineage_options(e->t, record, "ext", words, n, err) : 0;
}
