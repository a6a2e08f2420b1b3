/* Models whose digests another program could not keep. */
#include "adopt.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"

/* HDF5 begins at the start of a file, or behind something else at 512 bytes
   or a power of two times that. */
static int
signature_at(int fd, off_t size)
{
	uint8_t head[sizeof(h5_signature)];
	off_t at;

	for (at = 512; at < size; at *= 2)
		if (pread(fd, head, sizeof(head), at) ==
			(ssize_t)sizeof(head) &&
		    memcmp(head, h5_signature, sizeof(head)) == 0)
			return 1;
	return 0;
}

int
adopt_is_hdf5(int fd)
{
	uint8_t head[H5_SUPER_BYTES] = { 0 };
	struct err ignored = { 0 };
	struct stat st;
	uint64_t bytes;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head))
		return 0;
	if (memcmp(head, h5_signature, sizeof(h5_signature)) != 0)
		return signature_at(fd, st.st_size);
	return h5_announced(head, sizeof(head), &bytes, &ignored) < 0 ||
	    bytes == (uint64_t)st.st_size;
}

struct adopting {
	struct adopted *was;
	struct h5_object *root;
	struct arena *arena;
	struct err *err;
};

static int
same_text(const struct h5_attr *a, const struct h5_attr *b)
{
	return a != NULL && b != NULL && a->type.text == b->type.text &&
	    memcmp(a->value, b->value, a->type.text) == 0;
}

static int
count(struct h5_object *o, void *ctx)
{
	*(int *)ctx += !o->is_group;
	return 0;
}

/* The digests of a dataset; it is listed when it had others. */
static int
digest(struct h5_object *o, void *ctx)
{
	struct adopting *a = ctx;
	const struct h5_attr *had = h5_get(o, "sha256");
	struct h5_attr old = { 0 };
	const char *path;

	if (o->is_group || o->same != NULL)
		return 0;
	if (had != NULL)
		old = *had;
	if (digests_put(o, a->arena, a->err) < 0)
		return -1;
	if (same_text(had != NULL ? &old : NULL, h5_get(o, "sha256")))
		return 0;
	path = h5_path(o, a->arena, a->err);
	if (path != NULL)
		a->was->paths[a->was->n++] = path;
	return path != NULL ? 0 : -1;
}

static int
digest_all(struct adopting *a)
{
	int n = 0;

	h5_walk(a->root, count, &n);
	a->was->paths = arena_array(
	    a->arena, (size_t)n + 1, sizeof(*a->was->paths), a->err);
	if (a->was->paths == NULL)
		return -1;
	return h5_walk(a->root, digest, a);
}

static int
id_put(struct adopting *a, enum fmt_id id)
{
	const struct h5_attr *had = h5_get(a->root, id_names[id]);
	struct h5_attr old = { 0 };
	char hex[FMT_HEX];

	if (had != NULL)
		old = *had;
	if (id == ID_CONTENT && old.type.text == FMT_HEX - 1)
		memcpy(a->was->content_id, old.value, FMT_HEX - 1);
	if (id_compute(a->root, id, hex, a->err) < 0 ||
	    h5_put_text(a->root, id_names[id], hex, a->arena, a->err) < 0)
		return -1;
	if (!same_text(
		had != NULL ? &old : NULL, h5_get(a->root, id_names[id])))
		a->was->changed = 1;
	return 0;
}

static int
ids_put(struct adopting *a)
{
	for (int i = 0; i < ID_N; i++)
		if (id_put(a, (enum fmt_id)i) < 0)
			return -1;
	return 0;
}

/* A document in its canonical form; what is none others refuse. */
static int
tidy(struct h5_object *d, struct arena *arena, struct err *err)
{
	struct err ignored = { 0 };
	const struct json *j;
	const char *text;

	if (d->is_group || d->same != NULL || d->type.text > 0 ||
	    d->type.dtype != DTYPE_U8 || d->shape.rank != 1)
		return 0;
	j = json_parse(d->data, d->bytes, arena, ERR_MODEL, &ignored);
	if (j == NULL)
		return 0;
	text = json_print(j, arena, err);
	if (text == NULL)
		return -1;
	d->data = text;
	d->bytes = strlen(text);
	d->shape.dim[0] = (int64_t)d->bytes;
	return 0;
}

/* The documents are the bytes that lie at the root. */
static int
tidy_all(struct adopting *a)
{
	for (int i = 0; i < a->root->nlinks; i++)
		if (tidy(a->root->links[i], a->arena, a->err) < 0)
			return -1;
	return 0;
}

static int
adopt(struct fmt_model *m, struct adopting *a)
{
	m->file_bytes = m->map->size;
	a->root = h5_parse(m->map->base, m->map->size, a->arena, a->err);
	m->map->root = a->root;
	return a->root == NULL || tidy_all(a) < 0 || digest_all(a) < 0 ||
		ids_put(a) < 0
	    ? -1
	    : model_of_tree(m, a->root, a->arena, a->err);
}

int
fmt_adopt(struct fmt_model *m, const struct fmt_source *source,
    struct adopted *was, struct arena *arena, struct err *err)
{
	struct adopting a = { was, NULL, arena, err };

	*m = (struct fmt_model){ 0 };
	*was = (struct adopted){ 0 };
	m->map = fmt_map_open(source, arena, err);
	if (m->map == NULL)
		return -1;
	if (adopt(m, &a) == 0)
		return 0;
	fmt_close(m);
	return err_in(
	    err, "%s", source->name != NULL ? source->name : "standard input");
}
