/* The tree to bytes of the canonical profile: the index, then the data of each
   dataset, read when its turn comes and forgotten after it. */
#include <string.h>

#include "base/write-all.h"
#include "hdf5/walk.h"
#include "model.h"

struct pouring {
	struct tree *t;
	int fd;
	uint64_t at;
};

/* The bytes of a dataset, which live in scratch or in the image. */
struct bytes {
	const void *at;
	size_t n;
};

static int
numbers(struct tree *t, const struct piece *p, struct bytes *out,
    struct arena *scratch)
{
	const struct value v = { p->dataset, 0, &p->found };
	void *copy;

	out->at = data_in_place(t, p->dataset, p->form.type, out->n);
	if (out->at != NULL || t->err->code != ERR_NONE)
		return t->err->code == ERR_NONE ? 0 : -1;
	out->at = copy = arena_slab(scratch, out->n, t->err);
	return copy == NULL
	    ? -1
	    : value_numbers(&v, p->form.type, copy, out->n, t->err);
}

/* Bytes that another program keeps in wider integers. */
static int
narrow(struct tree *t, const struct piece *p, struct bytes *out,
    struct arena *scratch)
{
	const struct h5_type i64 = { .dtype = DTYPE_I64 };
	const struct value v = { p->dataset, 0, &p->found };
	int64_t *wide = arena_array(scratch, out->n, sizeof(*wide), t->err);
	uint8_t *to = arena_slab(scratch, out->n, t->err);

	out->at = to;
	if (wide == NULL || to == NULL ||
	    value_numbers(&v, i64, wide, out->n * sizeof(*wide), t->err) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++) {
		if (wide[i] < 0 || wide[i] > UINT8_MAX)
			return err_set(t->err, ERR_MODEL,
			    "holds %lld, which is no byte of a document",
			    (long long)wide[i]);
		to[i] = (uint8_t)wide[i];
	}
	return 0;
}

/* Strings in cells of the same width; a document is one string. */
static int
texts(struct tree *t, const struct piece *p, size_t cell, struct bytes *out,
    struct arena *scratch)
{
	const struct value v = { p->dataset, 0, &p->found };
	struct texts all;
	char *cells = arena_slab(scratch, out->n, t->err);

	out->at = cells;
	if (cells == NULL || value_texts(&v, &all, scratch, t->err) < 0)
		return -1;
	if (all.longest > cell)
		return err_set(t->err, ERR_MODEL, "is not what it was before");
	for (int64_t i = 0; i < all.n; i++)
		memcpy(cells + (size_t)i * cell, all.at[i], strlen(all.at[i]));
	return 0;
}

static int
content(struct tree *t, const struct piece *p, const struct h5_object *d,
    struct bytes *out, struct arena *scratch)
{
	out->n = d->bytes;
	if (p->found.is_text)
		return texts(t, p,
		    p->form.kind == FORM_DOCUMENT ? d->bytes : d->type.text,
		    out, scratch);
	if (p->form.kind == FORM_DOCUMENT && p->found.type.dtype != DTYPE_U8)
		return narrow(t, p, out, scratch);
	return numbers(t, p, out, scratch);
}

static int
write_dataset(struct pouring *o, const struct h5_object *d, hid_t id,
    const char *path, struct arena *scratch)
{
	static const uint8_t zeros[H5_ALIGN];
	struct tree *t = o->t;
	struct piece piece;
	struct bytes bytes;

	if (piece_look(t, id, path, &piece) < 0 ||
	    content(t, &piece, d, &bytes, scratch) < 0 ||
	    write_all(o->fd, zeros, d->at - o->at, t->err) < 0 ||
	    write_all(o->fd, bytes.at, bytes.n, t->err) < 0)
		return -1;
	o->at = d->at + d->bytes;
	return 0;
}

static int
pour(struct h5_object *d, void *ctx)
{
	struct pouring *o = ctx;
	struct err *err = o->t->err;
	struct arena scratch = { 0 };
	const char *path;
	hid_t id;
	int rc;

	if (d->is_group || d->same != NULL || d->bytes == 0)
		return 0;
	path = h5_path(d, &scratch, err);
	if (path == NULL)
		return -1;
	id = H5Dopen2(o->t->file, path, H5P_DEFAULT);
	rc = id >= 0 ? write_dataset(o, d, id, path, &scratch)
		     : hdf5_failed(err, "cannot be opened again");
	handle_close(id);
	if (rc < 0)
		err_in(err, "%s", path);
	arena_free(&scratch);
	return rc;
}

int
tree_pour(struct tree *t, int fd)
{
	struct pouring o = { .t = t, .fd = fd };
	const uint8_t *index;
	uint64_t bytes;
	size_t n;

	if (h5_layout(t->root, &bytes, t->err) < 0)
		return -1;
	index = h5_index(t->root, bytes, &n, t->arena, t->err);
	if (index == NULL || write_all(fd, index, n, t->err) < 0)
		return -1;
	o.at = n;
	return h5_walk(t->root, pour, &o);
}
