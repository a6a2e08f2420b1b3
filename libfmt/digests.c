/* The digests of a model file: of every dataset, and of the whole. */
#include <stdio.h>
#include <string.h>

#include "model.h"

enum { SHA256_HEX = 2 * SHA256_BYTES, XXH3_HEX = 2 * XXH3_BYTES };

static int
is_data(const struct h5_object *o)
{
	return !o->is_group && o->same == NULL;
}

/* Writing: the texts of the digests stand in the attributes from the start, so
   that everything has its place; what they say is filled in later. */

struct placing {
	struct digest_text *text;
	struct data_list *list;
	struct arena *arena;
	struct err *err;
};

static int
place_one(struct h5_object *o, void *ctx)
{
	struct placing *p = ctx;
	struct digest_text *t;
	struct h5_attr slow = { "sha256", { .text = SHA256_HEX }, NULL };
	struct h5_attr quick = { "xxh3", { .text = XXH3_HEX }, NULL };

	if (!is_data(o))
		return 0;
	t = p->text++;
	slow.value = t->sha256;
	quick.value = t->xxh3;
	return h5_put(o, &slow, p->arena, p->err) < 0
	    ? -1
	    : h5_put(o, &quick, p->arena, p->err);
}

int
digests_place(struct digests *s, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	struct placing p = { .arena = arena, .err = err };

	if (data_list(&s->list, root, arena, err) < 0)
		return -1;
	s->text =
	    arena_array(arena, (size_t)s->list.n + 1, sizeof(*s->text), err);
	if (s->text == NULL)
		return -1;
	p.text = s->text;
	return h5_walk(root, place_one, &p);
}

void
digests_make(void *ctx, int i)
{
	const struct digests *s = ctx;
	const struct h5_object *d = s->list.at[i];
	uint8_t slow[SHA256_BYTES], quick[XXH3_BYTES];

	digest_both(slow, quick, d->data, d->bytes);
	digest_hex(s->text[i].sha256, slow, sizeof(slow));
	digest_hex(s->text[i].xxh3, quick, sizeof(quick));
}

/* The attribute as it is stored; both are of the right length. */
static int
take(char *to, const struct h5_object *from, const char *name, size_t n)
{
	const struct h5_attr *a = h5_get(from, name);

	if (a == NULL || a->type.text != n)
		return -1;
	memcpy(to, a->value, n);
	return 0;
}

/* The place of the dataset with these very data in a list, from k on, or the
   end: both are in the order of the file. */
static int
same_data(const struct data_list *l, const struct h5_object *d, int k)
{
	while (k < l->n &&
	    (l->at[k]->data != d->data || l->at[k]->bytes != d->bytes))
		k++;
	return k;
}

static void
take_known(struct digests *s, const struct data_list *known)
{
	int i, at, k = 0;

	for (i = 0; i < s->list.n; i++) {
		const struct h5_object *d = s->list.at[i];
		struct digest_text *t = &s->text[i];

		at = same_data(known, d, k);
		if (at == known->n || d->bytes == 0) {
			digests_make(s, i);
			continue;
		}
		take(t->sha256, known->at[at], "sha256", SHA256_HEX);
		take(t->xxh3, known->at[at], "xxh3", XXH3_HEX);
		k = at + 1;
	}
}

int
digests_fill(struct digests *s, struct h5_object *known, int threads,
    struct arena *arena, struct err *err)
{
	struct data_list list;

	if (known == NULL) {
		data_each(&s->list, threads, NULL, digests_make, s);
		return 0;
	}
	if (data_list(&list, known, arena, err) < 0)
		return -1;
	take_known(s, &list);
	return 0;
}

int
digests_put(struct h5_object *root, struct arena *arena, struct err *err)
{
	struct digests s;

	return digests_place(&s, root, arena, err) < 0
	    ? -1
	    : digests_fill(&s, NULL, 1, arena, err);
}

/* Reading. */

/* A digest as it is stored, whose form digests_form has judged, compared with
   hex. */
static int
attr_is(const struct h5_object *o, const char *name, const char *hex)
{
	return memcmp(h5_get(o, name)->value, hex, strlen(hex)) == 0;
}

static int
refuse(const struct h5_object *o, enum rule rule, const char *what,
    struct err *err)
{
	struct arena scratch = { 0 };
	const char *path = h5_path(o, &scratch, err);

	fmt_refuse(err, rule, "%s: %s", path != NULL ? path : "?", what);
	arena_free(&scratch);
	return -1;
}

static int
check_form(struct h5_object *o, void *ctx)
{
	struct err *err = ctx;
	char hex[DIGEST_HEX_MAX];
	uint8_t raw[SHA256_BYTES];

	if (!is_data(o))
		return 0;
	hex[SHA256_HEX] = '\0';
	if (take(hex, o, "sha256", SHA256_HEX) < 0)
		return refuse(o, RULE_DIGESTS, "has no SHA-256", err);
	if (digest_unhex(raw, SHA256_BYTES, hex) < 0)
		return refuse(o, RULE_DIGESTS, "its SHA-256 is not one", err);
	hex[XXH3_HEX] = '\0';
	if (take(hex, o, "xxh3", XXH3_HEX) < 0 ||
	    digest_unhex(raw, XXH3_BYTES, hex) < 0)
		return refuse(o, RULE_DIGESTS, "has no XXH3", err);
	return 0;
}

int
digests_form(struct h5_object *root, struct err *err)
{
	return h5_walk(root, check_form, err);
}

int
digest_is(const struct h5_object *d, const uint8_t raw[XXH3_BYTES])
{
	char hex[DIGEST_HEX_MAX];

	return attr_is(d, "xxh3", digest_hex(hex, raw, XXH3_BYTES));
}

int
digest_agrees(const struct h5_object *d)
{
	uint8_t raw[XXH3_BYTES];

	xxh3(raw, d->data, d->bytes);
	return digest_is(d, raw);
}

int
digest_refuse(const struct h5_object *d, struct err *err)
{
	return refuse(d, RULE_XXH3,
	    "its numbers are damaged (the checksum differs); restore it from a "
	    "copy",
	    err);
}

enum digest_found
digest_judge(const struct h5_object *d)
{
	uint8_t slow[SHA256_BYTES], quick[XXH3_BYTES];
	char hex[DIGEST_HEX_MAX];

	digest_both(slow, quick, d->data, d->bytes);
	if (!digest_is(d, quick))
		return DIGEST_DAMAGED;
	return attr_is(d, "sha256", digest_hex(hex, slow, sizeof(slow)))
	    ? DIGEST_SOUND
	    : DIGEST_FALSE;
}

/* The ids: SHA-256 over a listing, one line for every dataset in the order of
   the file: PATH TAB TYPE TAB SHAPE TAB SHA256 LF. */

const char *const id_names[ID_N] = {
	[ID_CONTENT] = "content_id",
	[ID_WEIGHTS] = "weights_id",
	[ID_STATE] = "state_id",
};

/* What each id lists of the root's members. */
static const struct {
	const char *name;
	int in[ID_N];
} members[] = {
	/*                 content weights state */
	{ "about", { 0, 0, 1 } },
	{ "alternate", { 0, 0, 1 } },
	{ "architecture", { 1, 1, 1 } },
	{ "delta", { 1, 0, 1 } },
	{ "ext", { 0, 0, 1 } },
	{ "frozen", { 0, 0, 1 } },
	{ "history", { 0, 0, 1 } },
	{ "labels", { 1, 0, 1 } },
	{ "lineage", { 0, 0, 0 } },
	{ "optimizer", { 0, 0, 1 } },
	{ "preprocessing", { 1, 0, 1 } },
	{ "training", { 0, 0, 1 } },
	{ "weights", { 1, 1, 1 } },
};

static int
member_in(const char *name, enum fmt_id id)
{
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (strcmp(members[i].name, name) == 0)
			return members[i].in[id];
	return 0;
}

struct listing {
	struct sha256 sum;
	struct arena scratch;
	struct err *err;
};

static void
add_text(struct listing *l, const char *s)
{
	sha256_add(&l->sum, s, strlen(s));
}

/* What is in a line behind the path. */
static void
add_data(
    struct listing *l, const struct h5_object *d, const struct h5_attr *sum)
{
	char shape[SHAPE_TEXT], text[32], line[SHAPE_TEXT + 64];

	snprintf(text, sizeof(text), "text%u", (unsigned)d->type.text);
	snprintf(line, sizeof(line), "\t%s\t%s\t",
	    d->type.text > 0 ? text : dtype_name(d->type.dtype),
	    shape_print(shape, &d->shape));
	add_text(l, line);
	sha256_add(&l->sum, sum->value, sum->type.text);
	add_text(l, "\n");
}

/* The attributes of a group (the optimizer's name, step, settings) have a
   line each: PATH TAB @NAME TAB VALUE LF. */
static void
add_attrs(struct listing *l, const struct h5_object *g, const char *path)
{
	const struct h5_attr *a = g->attrs;
	int i;

	for (i = 0; i < g->nattrs; i++, a++) {
		add_text(l, path);
		add_text(l, "\t@");
		add_text(l, a->name);
		add_text(l, "\t");
		sha256_add(&l->sum, a->value, h5_type_size(a->type));
		add_text(l, "\n");
	}
}

static int
add_line(struct h5_object *o, void *ctx)
{
	struct listing *l = ctx;
	const struct h5_object *d = o->same != NULL ? o->same : o;
	const char *path = h5_path(o, &l->scratch, l->err);
	const struct h5_attr *sum = h5_get(d, "sha256");

	if (path == NULL)
		return -1;
	if (o->is_group) {
		add_attrs(l, o, path);
		return 0;
	}
	if (sum == NULL)
		return refuse(o, RULE_DIGESTS, "has no SHA-256", l->err);
	add_text(l, path);
	add_data(l, d, sum);
	return 0;
}

int
id_compute(const struct h5_object *root, enum fmt_id id, char hex[FMT_HEX],
    struct err *err)
{
	struct listing l = { .err = err };
	uint8_t raw[SHA256_BYTES];
	int rc = 0;
	int i;

	sha256_begin(&l.sum);
	for (i = 0; i < root->nlinks && rc == 0; i++)
		if (member_in(root->links[i]->name, id))
			rc = h5_walk(root->links[i], add_line, &l);
	sha256_end(&l.sum, raw);
	arena_free(&l.scratch);
	digest_hex(hex, raw, sizeof(raw));
	return rc == 0 ? 0 : -1;
}
