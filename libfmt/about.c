/* /about: what people are told of a model, in text alone: who made it, what it
   is for, under which terms it may be used.  One row says what a member may be;
   there are no others, for those belong under /ext. */
#include <string.h>

#include "base/text.h"
#include "model.h"

const struct fmt_about_field fmt_about_fields[FMT_ABOUT_FIELDS + 1] = {
	{ "authors", FMT_ABOUT_LINE, 100, 200 },
	{ "citation", FMT_ABOUT_TEXT, 0, 10000 },
	{ "description", FMT_ABOUT_TEXT, 0, 10000 },
	{ "keywords", FMT_ABOUT_LINE, 100, 100 },
	{ "license", FMT_ABOUT_LICENSE, 0, 500 },
	{ "title", FMT_ABOUT_LINE, 0, 200 },
	{ "url", FMT_ABOUT_URL, 0, 2000 },
	{ 0 },
};

/* Code points, not bytes. */
static int
length_of(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* No control characters; a text of several lines has line ends and tabs. */
static int
is_plain(const char *s, const char *but)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < ' ' && strchr(but, *s) == NULL) ||
		    *s == 0x7f)
			return 0;
	return 1;
}

static int
is_operator(const char *s, size_t n)
{
	return (n == 2 && memcmp(s, "OR", 2) == 0) ||
	    (n == 3 && memcmp(s, "AND", 3) == 0) ||
	    (n == 4 && memcmp(s, "WITH", 4) == 0);
}

/* MIT, GPL-2.0+, LicenseRef-Mine, DocumentRef-x:LicenseRef-y. */
static int
is_license_id(const char *s, size_t n)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-.";
	static const char elsewhere[] = "DocumentRef-";
	size_t k = strspn(s, letters);

	if (k > sizeof(elsewhere) - 1 && s[k] == ':' &&
	    memcmp(s, elsewhere, sizeof(elsewhere) - 1) == 0)
		k += 1 + strspn(s + k + 1, letters);
	else if (k > 0 && s[k] == '+')
		k++;
	return k > 0 && k == n && !is_operator(s, n);
}

/* The grammar of SPDX license expressions; whether an identifier is on the list
   of SPDX is not asked, for the list grows. */
static int
is_license(const char *s)
{
	int open = 0;  /* brackets */
	int need = 1;  /* an identifier, or a bracket that opens */
	int with = 0;  /* the one behind WITH, which is no bracket */
	int plain = 0; /* behind an identifier that may have an exception */

	for (s += strspn(s, " "); *s != '\0'; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ()");

		if (n == 0) {
			if (with || (*s == '(') != need)
				return 0;
			open += *s == '(' ? 1 : -1;
			if (open < 0)
				return 0;
			plain = 0;
			n = 1;
		} else if (need) {
			if (!is_license_id(s, n))
				return 0;
			plain = !with;
			with = need = 0;
		} else {
			with = n == 4;
			if (!is_operator(s, n) || (with && !plain))
				return 0;
			need = 1;
		}
		s += n;
	}
	return open == 0 && !need;
}

/* As CITATION.cff has them. */
static int
is_url(const char *s)
{
	static const char *const schemes[] = { "https://", "http://", "ftp://",
		"sftp://", NULL };
	const char *const *at = schemes;
	size_t n;

	while (*at != NULL && strncmp(s, *at, strlen(*at)) != 0)
		at++;
	if (*at == NULL)
		return 0;
	n = strlen(*at);
	for (s += n; *s > ' ' && *s < 0x7f; s++)
		n++;
	return *s == '\0' && n > strlen(*at);
}

static const char *
wrong_form(enum fmt_about_form form, const char *s)
{
	switch (form) {
	case FMT_ABOUT_LINE:
		return is_plain(s, "") ? NULL : "is not one line of text";
	case FMT_ABOUT_TEXT:
		return is_plain(s, "\n\t") ? NULL : "is not plain text";
	case FMT_ABOUT_LICENSE:
		return is_license(s)
		    ? NULL
		    : "is no license expression of SPDX; write MIT, "
		      "Apache-2.0 OR MIT, or LicenseRef-NAME for one of your "
		      "own";
	default:
		return is_url(s) ? NULL : "is no URL; write https://...";
	}
}

static int
check_text(const struct fmt_about_field *f, const struct json *j,
    enum err_code code, struct err *err)
{
	const char *wrong;
	char shown[80];

	if (j->type != JSON_IS_TEXT)
		return err_set(err, code, "%s: is no text", f->name);
	if (*j->s == '\0')
		return err_set(err, code, "%s: is empty", f->name);
	if (length_of(j->s) > f->length)
		return err_set(err, code, "%s: longer than %d characters",
		    f->name, f->length);
	if ((wrong = wrong_form(f->form, j->s)) == NULL)
		return 0;
	return err_set(err, code, "%s: '%s' %s", f->name,
	    text_safe(shown, sizeof(shown), j->s, strlen(j->s)), wrong);
}

static int
check_list(const struct fmt_about_field *f, const struct json *list,
    enum err_code code, struct err *err)
{
	const struct json *j, *k;

	if (list->type != JSON_IS_ARRAY || list->child == NULL)
		return err_set(err, code, "%s: is no list, or empty", f->name);
	if (json_length(list) > f->items)
		return err_set(
		    err, code, "%s: more than %d", f->name, f->items);
	for (j = list->child; j != NULL; j = j->next) {
		if (check_text(f, j, code, err) < 0)
			return -1;
		for (k = list->child; k != j; k = k->next)
			if (strcmp(k->s, j->s) == 0)
				return err_set(err, code,
				    "%s: one of them is there twice", f->name);
	}
	return 0;
}

int
fmt_about_check(const struct json *about, enum err_code code, struct err *err)
{
	static const char *const version = "version";
	const char *names[FMT_ABOUT_FIELDS + 2];
	const struct fmt_about_field *f;
	int n = 0, have = 0;

	for (f = fmt_about_fields; f->name != NULL; f++) {
		const struct json *j = json_get(about, f->name);

		names[n++] = f->name;
		have += j != NULL;
		if (j != NULL &&
		    (f->items > 0 ? check_list(f, j, code, err)
				  : check_text(f, j, code, err)) < 0)
			return -1;
	}
	names[n++] = version;
	names[n] = NULL;
	if (json_only(about, names, code, err) < 0)
		return -1;
	return have > 0 ? 0 : err_set(err, code, "says nothing");
}

/* The caller's document, which says its version. */
int
about_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err)
{
	int64_t version;

	if (m->about == NULL)
		return 0;
	if (json_need_int(m->about, "version", &version, ERR_BUG, err) < 0 ||
	    fmt_about_check(m->about, ERR_BUG, err) < 0)
		return err_in(err, "about");
	return document_put(root, "about", m->about, arena, err);
}

int
about_get(struct fmt_model *m, const struct h5_object *d, struct arena *arena,
    struct err *err)
{
	const struct json *j = document_get(d, arena, err);

	if (j == NULL)
		return -1;
	if (fmt_about_check(j, ERR_MODEL, err) < 0)
		return err_in(err, "/about");
	m->about = j;
	return 0;
}
