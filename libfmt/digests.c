/* The digests of a model file: of every dataset, and of the whole. */
#include <stdio.h>
#include <string.h>

#include "model.h"

static void
sha256_of(char hex[DIGEST_HEX_MAX], const struct h5_object *d)
{
	uint8_t raw[SHA256_BYTES];

	sha256(raw, d->data, d->bytes);
	digest_hex(hex, raw, sizeof(raw));
}

static void
xxh3_of(char hex[DIGEST_HEX_MAX], const struct h5_object *d)
{
	uint8_t raw[XXH3_BYTES];

	xxh3(raw, d->data, d->bytes);
	digest_hex(hex, raw, sizeof(raw));
}

static int
is_data(const struct h5_object *o)
{
	return !o->is_group && o->same == NULL;
}

/* An attribute as it is stored, compared with hex. */
static int
attr_is(const struct h5_object *o, const char *name, const char *hex)
{
	const struct h5_attr *a = h5_get(o, name);
	size_t n = strlen(hex);

	return a != NULL && a->type.text == n && memcmp(a->value, hex, n) == 0;
}

/* The digests of a dataset that is known to hold the same. */
static int
copy_digests(struct h5_object *o, const struct h5_object *known,
    struct arena *arena, struct err *err)
{
	static const char *const names[] = { "sha256", "xxh3" };
	int i;

	for (i = 0; i < 2; i++) {
		const struct h5_attr *a = h5_get(known, names[i]);

		if (a != NULL && h5_put(o, a, arena, err) < 0)
			return -1;
	}
	return 0;
}

static int
put_digests(struct h5_object *o, const struct h5_object *known,
    struct arena *arena, struct err *err)
{
	char hex[DIGEST_HEX_MAX];

	if (known != NULL && known->data == o->data && known->bytes == o->bytes)
		return copy_digests(o, known, arena, err);
	sha256_of(hex, o);
	if (h5_put_text(o, "sha256", hex, arena, err) < 0)
		return -1;
	xxh3_of(hex, o);
	return h5_put_text(o, "xxh3", hex, arena, err);
}

int
digests_put(struct h5_object *o, const struct h5_object *known,
    struct arena *arena, struct err *err)
{
	int i;

	if (is_data(o))
		return put_digests(o, known, arena, err);
	for (i = 0; i < o->nlinks; i++) {
		const struct h5_object *k = known != NULL && known->is_group
		    ? h5_find(known, o->links[i]->name)
		    : NULL;

		if (digests_put(o->links[i], k, arena, err) < 0)
			return -1;
	}
	return 0;
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
check_digest(struct h5_object *o, void *ctx)
{
	struct err *err = ctx;
	const struct h5_attr *a;
	char hex[DIGEST_HEX_MAX];
	uint8_t raw[SHA256_BYTES];

	if (!is_data(o))
		return 0;
	a = h5_get(o, "sha256");
	if (a == NULL || a->type.text != 2 * SHA256_BYTES)
		return refuse(o, RULE_DIGESTS, "has no SHA-256", err);
	memcpy(hex, a->value, sizeof(hex) - 1);
	hex[sizeof(hex) - 1] = '\0';
	if (digest_unhex(raw, SHA256_BYTES, hex) < 0)
		return refuse(o, RULE_DIGESTS, "its SHA-256 is not one", err);
	xxh3_of(hex, o);
	if (!attr_is(o, "xxh3", hex))
		return refuse(o, RULE_XXH3,
		    "its numbers are damaged (the checksum differs); restore "
		    "it from a copy",
		    err);
	return 0;
}

int
digests_check(struct h5_object *o, struct err *err)
{
	return h5_walk(o, check_digest, err);
}

int
digest_differs(const struct h5_object *dataset)
{
	char hex[DIGEST_HEX_MAX];

	if (!is_data(dataset))
		return 0;
	sha256_of(hex, dataset);
	return !attr_is(dataset, "sha256", hex);
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

static void
add_type(struct listing *l, const struct h5_object *d)
{
	char shape[SHAPE_TEXT];
	char text[32];

	snprintf(text, sizeof(text), "text%u", (unsigned)d->type.text);
	add_text(l, "\t");
	add_text(l, d->type.text > 0 ? text : dtype_name(d->type.dtype));
	add_text(l, "\t");
	add_text(l, shape_print(shape, &d->shape));
	add_text(l, "\t");
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
	add_type(l, d);
	sha256_add(&l->sum, sum->value, sum->type.text);
	add_text(l, "\n");
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
