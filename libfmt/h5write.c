/* Lays a tree out and encodes its index: superblock and object headers.

   Everything is known before the first byte is written: headers follow the
   superblock depth first, data follow the headers in the same order, each on
   a boundary of 64 bytes. */
#include <string.h>

#include "h5.h"
#include "rule.h"

/* Bytes on their way; at NULL only counts them. */
struct out {
	uint8_t *at;
	size_t n;
};

static void
put(struct out *o, const void *bytes, size_t n)
{
	if (o->at != NULL)
		memcpy(o->at + o->n, bytes, n);
	o->n += n;
}

static void
put_number(struct out *o, uint64_t v, int bytes)
{
	uint8_t b[8];
	int i;

	for (i = 0; i < bytes; i++)
		b[i] = (uint8_t)(v >> 8 * i);
	put(o, b, (size_t)bytes);
}

/* The checksum of all since from. */
static void
put_sum(struct out *o, size_t from)
{
	put_number(o, o->at ? h5_sum(o->at + from, o->n - from) : 0, 4);
}

static void
put_message(struct out *o, enum h5_message type, size_t bytes, int flags)
{
	put_number(o, type, 1);
	put_number(o, bytes, 2);
	put_number(o, (uint64_t)flags, 1);
}

/* Version 2: rank, no maximum, scalar or simple. */
static void
put_space(struct out *o, const struct shape *shape)
{
	int i;

	put_number(o, 2, 1);
	put_number(o, (uint64_t)shape->rank, 1);
	put_number(o, 0, 1);
	put_number(o, shape->rank > 0, 1);
	for (i = 0; i < shape->rank; i++)
		put_number(o, (uint64_t)shape->dim[i], 8);
}

/* Version 3: sizes, names in ASCII, then name, type, space and value. */
static void
put_attr(struct out *o, const struct h5_attr *a)
{
	static const struct shape scalar = { 0 };
	uint8_t type[H5_TYPE_BYTES_MAX];
	size_t type_bytes = h5_type_encode(type, a->type);
	size_t name_bytes = strlen(a->name) + 1;
	size_t value_bytes = h5_type_size(a->type);

	put_message(o, H5_MSG_ATTRIBUTE,
	    9 + name_bytes + type_bytes + 4 + value_bytes, 0);
	put_number(o, 3, 1);
	put_number(o, 0, 1);
	put_number(o, name_bytes, 2);
	put_number(o, type_bytes, 2);
	put_number(o, 4, 2);
	put_number(o, 0, 1);
	put(o, a->name, name_bytes);
	put(o, type, type_bytes);
	put_space(o, &scalar);
	put(o, a->value, value_bytes);
}

/* Version 1: a hard link, its name one byte of length and ASCII. */
static void
put_link(struct out *o, const struct h5_object *to)
{
	size_t n = strlen(to->name);

	put_message(o, H5_MSG_LINK, 3 + n + 8, 0);
	put_number(o, 1, 1);
	put_number(o, 0, 1);
	put_number(o, n, 1);
	put(o, to->name, n);
	put_number(o, to->same != NULL ? to->same->header : to->header, 8);
}

static void
put_group(struct out *o)
{
	put_message(o, H5_MSG_LINK_INFO, H5_LINK_INFO_BYTES, 0);
	put(o, h5_link_info, H5_LINK_INFO_BYTES);
	put_message(o, H5_MSG_GROUP_INFO, H5_GROUP_INFO_BYTES, 1);
	put(o, h5_group_info, H5_GROUP_INFO_BYTES);
}

/* The layout is version 3, contiguous. */
static void
put_dataset(struct out *o, const struct h5_object *d)
{
	uint8_t type[H5_TYPE_BYTES_MAX];
	size_t type_bytes = h5_type_encode(type, d->type);

	put_message(o, H5_MSG_DATASPACE, 4 + 8 * (size_t)d->shape.rank, 0);
	put_space(o, &d->shape);
	put_message(o, H5_MSG_DATATYPE, type_bytes, 1);
	put(o, type, type_bytes);
	put_message(o, H5_MSG_FILL, H5_FILL_BYTES, 1);
	put(o, h5_fill, H5_FILL_BYTES);
	put_message(o, H5_MSG_LAYOUT, 18, 0);
	put_number(o, 3, 1);
	put_number(o, 1, 1);
	put_number(o, d->at, 8);
	put_number(o, d->bytes, 8);
}

/* That an object has more than one name, or attributes, is announced. */
static void
put_counts(struct out *o, const struct h5_object *x)
{
	if (x->names > 1) {
		put_message(o, H5_MSG_LINKS, 5, 0);
		put_number(o, 0, 1);
		put_number(o, x->names, 4);
	}
	if (x->nattrs > 0) {
		put_message(o, H5_MSG_ATTR_INFO, H5_ATTR_INFO_BYTES, 0);
		put(o, h5_attr_info, H5_ATTR_INFO_BYTES);
	}
}

static void
put_messages(struct out *o, const struct h5_object *x)
{
	int i;

	if (x->is_group)
		put_group(o);
	else
		put_dataset(o, x);
	put_counts(o, x);
	for (i = 0; i < x->nattrs; i++)
		put_attr(o, &x->attrs[i]);
	for (i = 0; i < x->nlinks; i++)
		put_link(o, x->links[i]);
}

/* Version 2 of the header: one chunk, its size in four bytes, no times. */
static void
put_header(struct out *o, const struct h5_object *x)
{
	struct out count = { 0 };
	size_t from = o->n;

	put_messages(&count, x);
	put(o, "OHDR", 4);
	put_number(o, 2, 1);
	put_number(o, 2, 1);
	put_number(o, count.n, 4);
	put_messages(o, x);
	put_sum(o, from);
}

/* Version 2 of the superblock: addresses and lengths in eight bytes, base 0,
   no extension. */
static void
put_super(struct out *o, const struct h5_object *root, uint64_t file_bytes)
{
	size_t from = o->n;

	put(o, h5_signature, sizeof(h5_signature));
	put_number(o, 2, 1);
	put_number(o, 8, 1);
	put_number(o, 8, 1);
	put_number(o, 0, 1);
	put_number(o, 0, 8);
	put_number(o, H5_NOWHERE, 8);
	put_number(o, file_bytes, 8);
	put_number(o, root->header, 8);
	put_sum(o, from);
}

struct cursor {
	uint64_t at;
	int objects, deepest;
};

static int
depth_of(const struct h5_object *o)
{
	int d = 0;

	for (; o->parent != NULL; o = o->parent)
		d++;
	return d;
}

static int
name_none(struct h5_object *o, void *ctx)
{
	(void)ctx;
	o->names = 0;
	return 0;
}

static int
name_one(struct h5_object *o, void *ctx)
{
	(void)ctx;
	(o->same != NULL ? o->same : o)->names++;
	return 0;
}

/* No header comes near the 2^32 bytes that it can say: with all the attributes
   and links that the limits leave one object it has some 43 MB. */
static int
place_header(struct h5_object *o, void *ctx)
{
	struct cursor *c = ctx;
	struct out count = { 0 };
	int depth = depth_of(o);

	if (depth > c->deepest)
		c->deepest = depth;
	if (o->same != NULL)
		return 0;
	put_header(&count, o);
	o->header = c->at;
	o->header_bytes = count.n;
	c->at += count.n;
	c->objects++;
	return 0;
}

static int
place_data(struct h5_object *o, void *ctx)
{
	struct cursor *c = ctx;
	uint64_t at = (c->at + H5_ALIGN - 1) / H5_ALIGN * H5_ALIGN;

	o->at = H5_NOWHERE;
	if (o->is_group || o->same != NULL || o->bytes == 0)
		return 0;
	o->at = at;
	return __builtin_add_overflow(at, o->bytes, &c->at) ||
	    c->at > H5_FILE_MAX;
}

int
h5_layout(struct h5_object *root, uint64_t *bytes, struct err *err)
{
	struct cursor c = { .at = H5_SUPER_BYTES };

	h5_walk(root, name_none, NULL);
	h5_walk(root, name_one, NULL);
	h5_walk(root, place_header, &c);
	if (c.objects > H5_OBJECTS_MAX)
		return fmt_refuse(err, RULE_OBJECTS,
		    "model of %d objects is too large; at most %d", c.objects,
		    H5_OBJECTS_MAX);
	if (c.deepest > H5_DEPTH_MAX)
		return fmt_refuse(err, RULE_DEPTH,
		    "names nested %d deep; at most %d", c.deepest,
		    H5_DEPTH_MAX);
	if (h5_walk(root, place_data, &c) != 0)
		return fmt_refuse(
		    err, RULE_LENGTH, "model is too large for a file");
	*bytes = c.at;
	return 0;
}

static int
emit(struct h5_object *o, void *ctx)
{
	if (o->same == NULL)
		put_header(ctx, o);
	return 0;
}

static int
count(struct h5_object *o, void *ctx)
{
	size_t *n = ctx;

	*n += o->same == NULL ? o->header_bytes : 0;
	return 0;
}

size_t
h5_index_bytes(struct h5_object *root)
{
	size_t n = H5_SUPER_BYTES;

	h5_walk(root, count, &n);
	return n;
}

uint8_t *
h5_index(struct h5_object *root, uint64_t file_bytes, size_t *n,
    struct arena *arena, struct err *err)
{
	struct out out = { 0 };

	*n = h5_index_bytes(root);
	out.at = arena_slab(arena, *n, err);
	if (out.at == NULL)
		return NULL;
	put_super(&out, root, file_bytes);
	h5_walk(root, emit, &out);
	return out.at;
}
