/* Numbers of a file that was read are verified against their XXH3: all of them
   at once, or, of the parts that are left for later, when they are used.

   Until then a tensor's numbers stand at an address that kills whoever looks
   there, so that to forget it is no silent mistake. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "model.h"

enum {
	PIECE = 4 << 20, /* of a mapped file, to be brought at once */
	PAYS = 64 << 10, /* less is not worth asking for */
};

/* Everything else is verified whenever a file is read. */
static const struct part {
	const char *name;
	unsigned bit;
} parts[] = {
	{ "weights", FMT_WEIGHTS },
	{ "optimizer", FMT_SLOTS },
	{ "alternate", FMT_ALTERNATES },
	{ "ext", FMT_EXT },
};
enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static unsigned
part_of(const struct h5_object *member)
{
	for (int i = 0; i < PARTS; i++)
		if (strcmp(parts[i].name, member->name) == 0)
			return parts[i].bit;
	return 0;
}

/* What came of each dataset: 0, an errno, or DAMAGED. */
enum { DAMAGED = -1 };

struct verifying {
	struct fmt_map *map;
	struct data_list list;
	int *found;
	struct arena arena;
	struct err *err;
};

/* Page by page the system would bring a mapped file at three times the
   cost.  What it does not bring that way it brings when it is looked at. */
static void
bring(const struct fmt_map *map, const uint8_t *at, size_t n)
{
#ifdef MADV_POPULATE_READ
	uintptr_t from = (uintptr_t)at & ~(uintptr_t)4095;

	if (map->how == BYTES_MAPPED && n >= PAYS)
		(void)madvise(
		    (void *)from, (uintptr_t)at + n - from, MADV_POPULATE_READ);
#else
	(void)map;
	(void)at;
	(void)n;
#endif
}

static int
agrees(const struct fmt_map *map, const struct h5_object *d)
{
	const uint8_t *at = d->data;
	uint8_t raw[XXH3_BYTES];
	struct xxh3 x;
	size_t n, left;

	xxh3_begin(&x);
	for (left = d->bytes; left > 0; left -= n, at += n) {
		n = left < PIECE ? left : PIECE;
		bring(map, at, n);
		xxh3_add(&x, at, n);
	}
	xxh3_end(&x, raw);
	return digest_is(d, raw);
}

/* Sets found only: several threads are at it. */
static void
verify_one(void *ctx, int i)
{
	struct verifying *v = ctx;
	struct h5_object *d = v->list.at[i];

	v->found[i] = d->verified ? 0 : fmt_map_read(v->map, d);
	if (v->found[i] != 0)
		return;
	if (agrees(v->map, d))
		d->verified = 1;
	else
		v->found[i] = DAMAGED;
}

/* The first that is wrong in the order of the file, whoever found it. */
static int
report(const struct verifying *v)
{
	for (int i = 0; i < v->list.n; i++) {
		const struct h5_object *d = v->list.at[i];

		if (v->found[i] == DAMAGED)
			return digest_refuse(d, v->err);
		if (v->found[i] > 0) {
			errno = v->found[i];
			err_errno(v->err, "cannot read");
			return object_in(d, v->err);
		}
	}
	return 0;
}

static int
place_all(struct verifying *v)
{
	for (int i = 0; i < v->list.n; i++)
		if (!v->list.at[i]->verified &&
		    fmt_map_place(v->map, v->list.at[i], v->err) < 0)
			return -1;
	v->found = arena_array(
	    &v->arena, (size_t)v->list.n + 1, sizeof(*v->found), v->err);
	return v->found != NULL ? 0 : -1;
}

/* All in the list. */
static int
verify_list(struct verifying *v)
{
	if (place_all(v) < 0)
		return -1;
	data_each(&v->list, v->map->threads, NULL, verify_one, v);
	return report(v);
}

/* The members of the root that are those parts; with rest, all that are no
   part. */
static int
verify_parts(struct fmt_map *map, unsigned which, int rest, struct err *err)
{
	struct verifying v = { .map = map, .err = err };
	struct h5_object *root = map->root;
	int rc = data_list_new(&v.list, root, &v.arena, err);

	for (int i = 0; rc == 0 && i < root->nlinks; i++) {
		unsigned part = part_of(root->links[i]);

		if (part != 0 ? (part & which) != 0 : rest)
			data_list_add(&v.list, root->links[i]);
	}
	if (rc == 0)
		rc = verify_list(&v);
	arena_free(&v.arena);
	return rc;
}

int
verify_read(struct fmt_map *map, struct err *err)
{
	return verify_parts(map, FMT_ALL & ~map->later, 1, err);
}

/* The dataset at a path below a group (or below nothing), or NULL. */
static const struct h5_object *
dataset_at(const struct h5_object *o, const char *path)
{
	o = h5_at(o, path);
	return o != NULL && o->same != NULL ? o->same : o;
}

/* Gives a tensor the numbers that have been verified. */
static void
give(struct tensor *t, const struct h5_object *part, const char *group,
    const char *path, const char *name)
{
	const struct h5_object *d;

	if (!fmt_unverified(t))
		return;
	d = group != NULL ? dataset_at(part, group) : part;
	d = dataset_at(dataset_at(d, path), name);
	if (d != NULL && d->verified)
		t->data = (void *)(uintptr_t)d->data;
}

static void
give_weights(struct fmt_model *m, const struct h5_object *part)
{
	for (int i = 0; i < m->graph.nnodes; i++) {
		struct node *node = &m->graph.nodes[i];

		for (int k = 0; k < node->nparams; k++)
			give(&node->params[k].value, part, NULL, node->name,
			    node->params[k].name);
	}
}

static void
give_all(struct fmt_model *m)
{
	const struct h5_object *root = m->map->root;
	int i;

	give_weights(m, h5_find(root, "weights"));
	for (i = 0; i < m->nslots; i++) {
		struct fmt_named *t = &m->slots[i];

		give(&t->value, h5_find(root, "optimizer"), t->layer, t->param,
		    t->name);
	}
	for (i = 0; i < m->nalternates; i++) {
		struct fmt_named *t = &m->alternates[i];

		give(&t->value, h5_find(root, "alternate"), t->name, t->layer,
		    t->param);
	}
}

int
fmt_unverified(const struct tensor *t)
{
	return t->data == TENSOR_UNVERIFIED;
}

int
fmt_verify(struct fmt_model *m, unsigned which, struct err *err)
{
	struct fmt_map *map = m->map;

	if (map == NULL)
		return 0;
	which &= map->later;
	if (which != 0 && verify_parts(map, which, 0, err) < 0)
		return err_in(err, "%s", map->name);
	map->later &= ~which;
	give_all(m);
	return 0;
}

int
fmt_verify_tensor(
    struct fmt_model *m, const char *layer, const char *param, struct err *err)
{
	struct verifying v = { .map = m->map, .err = err };
	const struct h5_object *weights =
	    m->map != NULL ? h5_find(m->map->root, "weights") : NULL;
	const struct h5_object *o = weights != NULL
	    ? dataset_at(dataset_at(weights, layer), param)
	    : NULL;
	int rc;

	if (o == NULL || o->is_group)
		return err_set(
		    err, ERR_BUG, "%s/%s: is not in the file", layer, param);
	rc =
	    data_list(&v.list, (struct h5_object *)(uintptr_t)o, &v.arena, err);
	if (rc == 0)
		rc = verify_list(&v);
	arena_free(&v.arena);
	if (rc < 0)
		return err_in(err, "%s", m->map->name);
	give_weights(m, weights);
	return 0;
}

/* What a file brought in /ext is copied as it is, by whoever writes: only what
   has been verified, or never was in a file. */
static int
check_carried(struct h5_object *o, void *ctx)
{
	struct err *err = ctx;

	if (o->is_group || o->verified || h5_get(o, "xxh3") == NULL ||
	    digest_agrees(o))
		return 0;
	return digest_refuse(o, err);
}

int
verify_carried(const struct h5_object *o, struct err *err)
{
	return h5_walk((struct h5_object *)(uintptr_t)o, check_carried, err);
}
