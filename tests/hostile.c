/* Hostile files: a sample of everything, spoilt in one way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmt-sample.h"
#include "hostile.h"
#include "model.h"

static void
must(int right, const char *what, const struct err *err)
{
	if (right)
		return;
	fprintf(stderr, "hostile: %s: %s\n", what, err->text);
	exit(1);
}

struct h5_object *
hostile_find(struct h5_object *root, const char *path)
{
	struct h5_object *o = root;
	char name[128];

	while (o != NULL && *path == '/' && path[1] != '\0') {
		size_t n = strcspn(path + 1, "/");

		snprintf(name, sizeof(name), "%.*s", (int)n, path + 1);
		o = h5_find(o, name);
		path += 1 + n;
	}
	if (o == NULL) {
		fprintf(stderr, "hostile: no object at the end %s\n", path);
		exit(1);
	}
	return o;
}

static int bytes_count(void);

const struct hostile *
hostile_at(int i)
{
	int n = bytes_count();

	return i < n ? hostile_bytes_at(i) : hostile_tree_at(i - n);
}

static int
bytes_count(void)
{
	int n = 0;

	while (hostile_bytes_at(n) != NULL)
		n++;
	return n;
}

/* Whole, and a delta that leaves one tensor to its base: made once, for trees
   borrow their numbers. */
static struct fmt_model *
sample(int is_delta)
{
	static struct sample made[2];
	struct sample *s = &made[is_delta];

	if (s->m.nlabels == 0)
		sample_full(s);
	if (is_delta) {
		s->m.graph.nodes[2].params[1].value.data = NULL;
		memset(s->m.base_id, 'a', FMT_HEX - 1);
	}
	return &s->m;
}

static struct h5_object *
tree(int is_delta, struct arena *arena)
{
	struct err err = { 0 };
	uint64_t bytes;
	struct h5_object *root =
	    tree_of_model(sample(is_delta), NULL, &bytes, arena, &err);

	must(root != NULL, "the sample", &err);
	return root;
}

static void
spoil(int i, enum hostile_stage stage, struct h5_object *root,
    struct arena *arena)
{
	if (i >= 0)
		hostile_tree_spoil(i, stage, root, arena);
}

/* An id that cannot be computed, for a digest is missing, stays as it was. */
static void
put_ids(struct h5_object *root, struct arena *arena)
{
	struct err err = { 0 };
	char hex[FMT_HEX];
	int i;

	for (i = 0; i < ID_N; i++) {
		err_clear(&err);
		if (id_compute(root, (enum fmt_id)i, hex, &err) == 0)
			must(h5_put_text(root, id_names[i], hex, arena, &err) ==
				0,
			    "ids", &err);
	}
}

static int
see_end(struct h5_object *o, void *ctx)
{
	uint64_t *end = ctx;

	if (o->same == NULL && o->header + o->header_bytes > *end)
		*end = o->header + o->header_bytes;
	if (!o->is_group && o->same == NULL && o->at > 0 && o->bytes > 0 &&
	    o->at + o->bytes > *end)
		*end = o->at + o->bytes;
	return 0;
}

static int
forget_data(struct h5_object *o, void *ctx)
{
	(void)ctx;
	o->at = 0;
	return 0;
}

/* The data of one dataset, behind the end so far. */
static int
place_data(struct h5_object *o, void *ctx)
{
	uint64_t *end = ctx;

	o->at = H5_NOWHERE;
	if (o->is_group || o->same != NULL || o->bytes == 0)
		return 0;
	o->at = (*end + H5_ALIGN - 1) / H5_ALIGN * H5_ALIGN;
	*end = o->at + o->bytes;
	return 0;
}

/* The bytes of a tree, though the writer may not want to lay it out. */
static void
lay_out(int tree_way, struct hostile_file *f)
{
	struct err err = { 0 }, quiet = { 0 };
	uint64_t total = 0;
	FILE *out = tmpfile();

	if (h5_layout(f->root, &total, &quiet) < 0) {
		total = 0;
		h5_walk(f->root, forget_data, NULL);
		h5_walk(f->root, see_end, &total);
		h5_walk(f->root, place_data, &total);
	}
	spoil(tree_way, HOSTILE_LAID_OUT, f->root, f->arena);
	total = 0;
	h5_walk(f->root, see_end, &total);
	must(out != NULL &&
		tree_write(f->root, total, fileno(out), f->arena, &err) == 0,
	    "writing", &err);
	f->n = (size_t)total;
	f->bytes = arena_slab(f->arena, f->n, &err);
	must(f->bytes != NULL &&
		pread(fileno(out), f->bytes, f->n, 0) == (ssize_t)f->n,
	    "reading back", &err);
	fclose(out);
}

uint8_t *
hostile_make(int i, size_t *n, struct arena *arena)
{
	int first = bytes_count();
	int way = i >= first ? i - first : -1;
	struct hostile_file f = { .arena = arena };
	struct err err = { 0 };

	f.root = tree(way >= 0 && hostile_tree_is_delta(way), arena);
	spoil(way, HOSTILE_BUILT, f.root, arena);
	must(digests_put(f.root, arena, &err) == 0, "digests", &err);
	spoil(way, HOSTILE_DIGESTED, f.root, arena);
	put_ids(f.root, arena);
	spoil(way, HOSTILE_IDENTIFIED, f.root, arena);
	lay_out(way, &f);
	if (i >= 0 && i < first)
		hostile_bytes_spoil(i, &f);
	*n = f.n;
	return f.bytes;
}
