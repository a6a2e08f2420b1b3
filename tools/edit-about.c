/* nn-edit: what people are told of a model. */
#include <string.h>

#include "edit.h"

#define AT(MEMBER) offsetof(struct edit_options, MEMBER)

/* The option of a member of /about. */
static const struct row {
	const char *field, *option;
	size_t offset;
} rows[] = {
	{ "authors", "author", AT(author) },
	{ "citation", "citation", AT(citation) },
	{ "description", "description", AT(description) },
	{ "keywords", "keyword", AT(keyword) },
	{ "license", "license", AT(license) },
	{ "title", "title", AT(title) },
	{ "url", "url", AT(url) },
};

#undef AT

static const struct row *
row_of(const struct fmt_about_field *f)
{
	const struct row *row = rows;

	while (strcmp(row->field, f->name) != 0)
		row++;
	return row;
}

static int
put_given(struct edit *e, const struct fmt_about_field *f, struct json *to,
    struct err *err)
{
	const char *member = (const char *)e->o + row_of(f)->offset;
	const struct cli_list *l = (const struct cli_list *)member;
	struct arena *arena = &e->t->arena;
	struct json *list;

	if (f->items == 0)
		return json_put_text(
		    to, f->name, *(const char *const *)member, arena, err);
	if ((list = json_put_array(to, f->name, arena, err)) == NULL)
		return -1;
	for (int i = 0; i < l->n; i++)
		if (json_put_text(list, NULL, l->at[i].value, arena, err) < 0)
			return -1;
	return 0;
}

static int
is_given(const struct edit *e, const struct fmt_about_field *f)
{
	return cli_given(&e->t->cli, row_of(f)->option);
}

static struct json *
document(struct edit *e, struct err *err)
{
	struct json *j = json_put_object(NULL, NULL, &e->t->arena, err);

	return j != NULL &&
		json_put_int(j, "version", 1, &e->t->arena, err) == 0
	    ? j
	    : NULL;
}

int
edit_about_check(struct edit *e, struct err *err)
{
	struct json *all = document(e, err);
	int n = 0;

	for (const struct fmt_about_field *f = fmt_about_fields;
	     all != NULL && f->name != NULL; f++) {
		if (!is_given(e, f))
			continue;
		n++;
		if (edit_unset(e, f->name) || edit_unset(e, "about"))
			return err_set(err, ERR_USAGE,
			    "--%s and --unset exclude each other; give one "
			    "of them",
			    row_of(f)->option);
		if (put_given(e, f, all, err) < 0)
			return -1;
	}
	if (all == NULL)
		return -1;
	return n > 0 ? fmt_about_check(all, ERR_USAGE, err) : 0;
}

/* One member of the new document, out of the options or the old one. */
static int
take(struct edit *e, const struct fmt_about_field *f, struct json *to,
    struct err *err)
{
	struct arena *arena = &e->t->arena;
	const struct json *old =
	    e->m.about != NULL ? json_get(e->m.about, f->name) : NULL;
	int unset = edit_unset(e, f->name);
	char *was = old != NULL ? json_print(old, arena, err) : NULL;
	char *now = NULL;

	if (unset && old == NULL)
		return edit_no_effect(e, "unset", err);
	if (unset || (old != NULL && edit_unset(e, "about"))) {
		edit_say(e, f->name, was, NULL);
		return err->code == ERR_NONE ? 0 : -1;
	}
	if (!is_given(e, f))
		return old != NULL ? json_put_copy(to, old, arena, err) : 0;
	if (put_given(e, f, to, err) < 0 ||
	    (now = json_print(json_get(to, f->name), arena, err)) == NULL)
		return -1;
	if (was != NULL && strcmp(was, now) == 0)
		return edit_no_effect(e, row_of(f)->option, err);
	edit_say(e, f->name, was, now);
	return 0;
}

int
edit_about(struct edit *e, struct err *err)
{
	struct json *about = document(e, err);

	if (about == NULL)
		return -1;
	if (edit_unset(e, "about") && e->m.about == NULL)
		return edit_no_effect(e, "unset", err);
	for (const struct fmt_about_field *f = fmt_about_fields;
	     f->name != NULL; f++)
		if (take(e, f, about, err) < 0)
			return -1;
	e->m.about = json_length(about) > 1 ? about : NULL;
	return 0;
}
