/* Random changes to pictures as words of --augment, and back. */
#include <string.h>

#include "augment.h"
#include "base/operand.h"
#include "base/text.h"

enum { SAFE = 80, NAMES_MAX = 64 };

static int
is_called(const struct augment_kind *kind, const char *name)
{
	return strcmp(kind->name, name) == 0 ||
	    (kind->alias != NULL && strcmp(kind->alias, name) == 0);
}

static const struct augment_kind *
find(const char *name, enum err_code code, struct err *err)
{
	const char *names[NAMES_MAX + 1] = { NULL };
	const char *near;
	char safe[SAFE];
	int i;

	for (i = 0; augment_kinds[i] != NULL; i++) {
		if (is_called(augment_kinds[i], name))
			return augment_kinds[i];
		if (i < NAMES_MAX)
			names[i] = augment_kinds[i]->name;
	}
	near = text_nearest(name, names);
	err_set(err, code, "no augmentation '%s'%s%s%s",
	    text_safe(safe, sizeof(safe), name, strlen(name)),
	    near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
	    near != NULL ? "'?" : "; nn-init --layers lists them");
	return NULL;
}

static int
is_key(void *ctx, const char *term, const char *word)
{
	int i;

	(void)ctx;
	for (i = 0; augment_kinds[i] != NULL; i++)
		if (is_called(augment_kinds[i], term))
			return attr_find(augment_kinds[i]->attrs, word) != NULL;
	return 0;
}

/* "pad4" is 4. */
static void
drop_prefix(struct operand *o, const struct augment_kind *kind)
{
	size_t n = kind->prefix != NULL ? strlen(kind->prefix) : 0;

	if (n > 0 && o->nplaces > 0 &&
	    strncmp(o->place[0], kind->prefix, n) == 0)
		o->place[0] += n;
}

static int
fill_term(struct augment_term *t, const struct operand *o, struct arena *arena,
    enum err_code code, struct err *err)
{
	struct settings s;
	char safe[SAFE];
	int used;

	t->conf = arena_alloc(arena, t->kind->conf_size, err);
	if (t->conf == NULL ||
	    operand_settings(o, t->kind->attrs, &s, &used, arena, err) < 0)
		return -1;
	if (used < o->nplaces)
		return err_set(err, code, "':%s' is too much",
		    text_safe(safe, sizeof(safe), o->place[used],
			strlen(o->place[used])));
	if (attr_fill(t->kind->attrs, t->conf, &s, arena, code, err) < 0)
		return -1;
	return t->kind->ready != NULL ? t->kind->ready(t->conf, code, err) : 0;
}

static int
add_term(struct augment *a, const char *text, struct arena *arena,
    enum err_code code, struct err *err)
{
	struct augment_term *t = &a->term[a->n];
	struct operand o;
	int i;

	if (operand_parse(&o, text, arena, err) < 0)
		return -1;
	t->kind = find(o.name, code, err);
	if (t->kind == NULL)
		return -1;
	for (i = 0; i < a->n; i++)
		if (a->term[i].kind == t->kind)
			return err_set(
			    err, code, "%s: is there twice", t->kind->name);
	drop_prefix(&o, t->kind);
	if (fill_term(t, &o, arena, code, err) < 0)
		return err_in(err, "%s", t->kind->name);
	a->n++;
	return 0;
}

static int
add_terms(struct augment *a, const char *list, struct arena *arena,
    enum err_code code, struct err *err)
{
	const char **terms;
	int i, n;

	if (operand_split(list, is_key, NULL, &terms, &n, arena, err) < 0)
		return -1;
	if (n > AUGMENT_TERMS_MAX)
		return err_set(err, code, "%d augmentations: more than %d", n,
		    AUGMENT_TERMS_MAX);
	for (i = 0; i < n; i++)
		if (add_term(a, terms[i], arena, code, err) < 0)
			return -1;
	return 0;
}

struct augment *
augment_parse(
    const char *list, struct arena *arena, enum err_code code, struct err *err)
{
	struct augment *a = arena_alloc(arena, sizeof(*a), err);

	if (a == NULL || *list == '\0' || strcmp(list, "none") == 0)
		return a;
	if (add_terms(a, list, arena, code, err) == 0)
		return a;
	err_blame(err, code);
	return NULL;
}

/* What is not the default. */
static void
print_term(struct text *out, const struct augment_term *t, struct arena *arena,
    struct err *err)
{
	const struct attr *row = t->kind->attrs;
	const char *prefix = t->kind->prefix != NULL ? t->kind->prefix : "";
	struct settings all = { 0 }, changed = { 0 };
	const char *value;
	int i, k;

	text_addf(out, "%s%s", out->len > 0 ? "," : "", t->kind->name);
	if (attr_list(row, t->conf, 0, &all, arena, err) < 0 ||
	    attr_list(row, t->conf, 1, &changed, arena, err) < 0)
		return;
	for (i = 0, k = 0; i < all.n; i++) {
		row = attr_find(t->kind->attrs, all.at[i].name);
		if (k < changed.n && changed.at[k].name == all.at[i].name)
			k++;
		else
			continue;
		value = setting_print(&all.at[i], arena, err);
		if (value != NULL && row->place > 0)
			text_addf(out, ":%s%s", prefix, value);
		else if (value != NULL)
			text_addf(out, ",%s=%s", row->name, value);
	}
}

char *
augment_print(const struct augment *a, struct arena *arena, struct err *err)
{
	struct text t;
	int i;

	text_begin(&t, arena, err);
	for (i = 0; i < a->n; i++)
		print_term(&t, &a->term[i], arena, err);
	if (a->n == 0)
		text_add(&t, "none");
	return err->code == ERR_NONE ? text_end(&t) : NULL;
}
