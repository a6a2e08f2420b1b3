/* The strict reader: bytes to a tree, believing nothing.

   A canonical file has one form, so reading is a walk that knows where every
   next thing must be: headers follow each other depth first, data follow the
   headers.  Holes, overlaps, cycles and unknown messages have no place in it;
   a file that deviates in one byte is refused. */
#include <string.h>

#include "base/text.h"
#include "h5.h"

struct reader {
	const uint8_t *base;
	size_t size;
	uint64_t next; /* where the next header must be */
	int objects;
	struct h5_object **tensors; /* datasets under /weights, ascending */
	int ntensors, tensors_room;
	struct arena *arena;
	struct err *err;
};

/* A stretch of bytes that is being taken apart. */
struct in {
	struct reader *r;
	const uint8_t *at;
	size_t n;
	int short_of; /* sticky: something did not fit */
};

static const uint8_t *
take(struct in *in, size_t n)
{
	const uint8_t *at = in->at;

	if (in->short_of || in->n < n) {
		in->short_of = 1;
		return NULL;
	}
	in->at += n;
	in->n -= n;
	return at;
}

static uint64_t
number_at(const uint8_t *b, int bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | b[bytes];
	return v;
}

/* Nought when the bytes end too early: the caller asks short_of. */
static uint64_t
take_number(struct in *in, int bytes)
{
	const uint8_t *b = take(in, (size_t)bytes);

	return b == NULL ? 0 : number_at(b, bytes);
}

/* Every refusal says which object, where in the file, and the cure. */
static int
refuse(struct reader *r, const struct h5_object *o, const char *what)
{
	struct arena scratch = { 0 };
	struct err ignored = { 0 };
	const char *path = o == NULL ? "/" : h5_path(o, &scratch, &ignored);

	err_set(r->err, ERR_MODEL,
	    "%s: %s (byte %llu); the file was damaged or written by another "
	    "program: take a copy, or make it again with an nn- tool",
	    path != NULL ? path : "?", what,
	    (unsigned long long)(o == NULL ? 0 : o->header));
	arena_free(&scratch);
	return -1;
}

/* The next message, which must be of that type. */
static int
message(struct in *in, enum h5_message type, int flags, struct in *body)
{
	uint64_t got = take_number(in, 1);
	uint64_t n = take_number(in, 2);
	uint64_t f = take_number(in, 1);

	*body = (struct in){ .r = in->r };
	if (in->short_of || got != (uint64_t)type || f != (uint64_t)flags)
		return -1;
	body->n = n;
	body->at = take(in, n);
	return body->at == NULL ? -1 : 0;
}

/* What type does the next message have?  -1: there is none. */
static int
peek(const struct in *in)
{
	return in->n == 0 ? -1 : in->at[0];
}

static int
message_same(
    struct in *in, enum h5_message type, int flags, const void *bytes, size_t n)
{
	struct in body;

	if (message(in, type, flags, &body) < 0 || body.n != n)
		return -1;
	return memcmp(body.at, bytes, n) == 0 ? 0 : -1;
}

static int
take_space(struct in *in, struct shape *shape)
{
	uint64_t version = take_number(in, 1);
	uint64_t rank = take_number(in, 1);
	uint64_t flags = take_number(in, 1);
	uint64_t type = take_number(in, 1);
	int i;

	*shape = (struct shape){ 0 };
	if (in->short_of || version != 2 || rank > SHAPE_MAX || flags != 0 ||
	    type != (rank > 0))
		return -1;
	shape->rank = (int)rank;
	for (i = 0; i < shape->rank; i++) {
		uint64_t dim = take_number(in, 8);

		if (in->short_of || dim > INT64_MAX)
			return -1;
		shape->dim[i] = (int64_t)dim;
	}
	return shape_count(shape) < 0 ? -1 : 0;
}

/* A datatype is one of the few that are written, byte for byte. */
static int
take_type(struct in *in, size_t n, struct h5_type *type)
{
	const uint8_t *b = take(in, n);
	uint8_t want[H5_TYPE_BYTES_MAX];
	int d;

	if (b == NULL)
		return -1;
	for (d = 0; d < DTYPE_N; d++) {
		*type = (struct h5_type){ .dtype = (enum dtype)d };
		if (h5_type_encode(want, *type) == n && memcmp(b, want, n) == 0)
			return 0;
	}
	if (n != 8)
		return -1;
	type->text = (uint32_t)number_at(b + 4, 4);
	if (type->text == 0 || type->text > H5_TEXT_MAX)
		return -1;
	return h5_type_encode(want, *type) == n && memcmp(b, want, n) == 0 ? 0
									   : -1;
}

/* Strings hold UTF-8, then nothing but NULs; one that fills no byte is a
   single NUL. */
static int
text_ok(const void *value, size_t size)
{
	size_t n = strnlen(value, size);
	const char *s = value;
	size_t i;

	for (i = n; i < size; i++)
		if (s[i] != '\0')
			return 0;
	return h5_utf8_ok(s, n);
}

/* The name of an attribute, in the arena, or NULL. */
static const char *
attr_name(struct in *body, size_t n)
{
	const uint8_t *name = take(body, n);

	if (name == NULL || n < 2 || name[n - 1] != '\0' ||
	    !h5_name_ok((const char *)name, n - 1))
		return NULL;
	return arena_text_n(
	    body->r->arena, (const char *)name, n - 1, body->r->err);
}

static int
take_attr(struct in *body, struct h5_attr *a)
{
	uint64_t version = take_number(body, 2);
	size_t name_bytes = take_number(body, 2);
	size_t type_bytes = take_number(body, 2);
	size_t space_bytes = take_number(body, 2);
	uint64_t charset = take_number(body, 1);
	struct shape shape;
	size_t n;

	if (body->short_of || version != 3 || space_bytes != 4 || charset != 0)
		return -1;
	a->name = attr_name(body, name_bytes);
	if (a->name == NULL || take_type(body, type_bytes, &a->type) < 0 ||
	    take_space(body, &shape) < 0 || shape.rank != 0)
		return -1;
	n = h5_type_size(a->type);
	a->value = take(body, n);
	if (a->value == NULL || body->n != 0 || n > H5_ATTR_BYTES_MAX)
		return -1;
	if (a->type.text == 0)
		return 0;
	n = strnlen(a->value, a->type.text);
	return text_ok(a->value, a->type.text) &&
		a->type.text == (n > 0 ? n : 1)
	    ? 0
	    : -1;
}

/* How many names does it say it has?  Checked when all links are known. */
static int
read_names(struct in *in, struct h5_object *o)
{
	struct in body;

	o->names = 1;
	if (peek(in) != H5_MSG_LINKS)
		return 0;
	if (message(in, H5_MSG_LINKS, 0, &body) < 0 || body.n != 5 ||
	    take_number(&body, 1) != 0)
		return refuse(in->r, o, "a count of links that no model has");
	o->names = (uint32_t)take_number(&body, 4);
	return o->names > 1 ? 0
			    : refuse(in->r, o,
				  "a count of links that no "
				  "model has");
}

static int
read_attrs(struct in *in, struct h5_object *o)
{
	struct in body;

	if (peek(in) != H5_MSG_ATTR_INFO)
		return 0;
	if (message_same(in, H5_MSG_ATTR_INFO, 0, h5_attr_info,
		H5_ATTR_INFO_BYTES) < 0 ||
	    peek(in) != H5_MSG_ATTRIBUTE)
		return refuse(in->r, o, "attributes that no model has");
	while (peek(in) == H5_MSG_ATTRIBUTE) {
		struct h5_attr a = { 0 };

		if (message(in, H5_MSG_ATTRIBUTE, 0, &body) < 0 ||
		    take_attr(&body, &a) < 0)
			return refuse(
			    in->r, o, "an attribute that no model has");
		if (o->nattrs > 0 &&
		    strcmp(o->attrs[o->nattrs - 1].name, a.name) >= 0)
			return refuse(in->r, o, "attributes out of order");
		if (h5_put(o, &a, in->r->arena, in->r->err) < 0)
			return -1;
	}
	return 0;
}

static int
read_dataset(struct in *in, struct h5_object *d)
{
	struct in body;
	uint64_t bytes;
	size_t want;

	if (message(in, H5_MSG_DATASPACE, 0, &body) < 0 ||
	    take_space(&body, &d->shape) < 0 || body.n != 0)
		return refuse(in->r, d, "a shape that no model has");
	if (message(in, H5_MSG_DATATYPE, 1, &body) < 0 ||
	    take_type(&body, body.n, &d->type) < 0)
		return refuse(in->r, d, "a type that no model has");
	if (message_same(in, H5_MSG_FILL, 1, h5_fill, H5_FILL_BYTES) < 0)
		return refuse(in->r, d, "a fill value that no model has");
	if (message(in, H5_MSG_LAYOUT, 0, &body) < 0 ||
	    take_number(&body, 1) != 3 || take_number(&body, 1) != 1)
		return refuse(in->r, d, "data that are not contiguous");
	d->at = take_number(&body, 8);
	bytes = take_number(&body, 8);
	if (body.short_of || body.n != 0 ||
	    __builtin_mul_overflow(
		(size_t)shape_count(&d->shape), h5_type_size(d->type), &want) ||
	    bytes != want || bytes > in->r->size)
		return refuse(in->r, d,
		    "the size of its data does not agree with its shape");
	d->bytes = want;
	return 0;
}

static int read_object(struct reader *r, struct h5_object *o, int depth);

/* Is o the group /weights or below it? */
static int
in_weights(const struct h5_object *o)
{
	while (o->parent != NULL && o->parent->parent != NULL)
		o = o->parent;
	return o->parent != NULL && strcmp(o->name, "weights") == 0;
}

/* The dataset under /weights whose header is at an address, or NULL. */
static struct h5_object *
tensor_at(const struct reader *r, uint64_t header)
{
	int lo = 0;
	int hi = r->ntensors;

	while (lo < hi) {
		int mid = lo + (hi - lo) / 2;

		if (r->tensors[mid]->header < header)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->ntensors && r->tensors[lo]->header == header
	    ? r->tensors[lo]
	    : NULL;
}

static int
tensor_note(struct reader *r, struct h5_object *d)
{
	struct h5_object **wider;
	int room = r->tensors_room == 0 ? 64 : 2 * r->tensors_room;

	if (r->ntensors == r->tensors_room) {
		wider =
		    arena_array(r->arena, (size_t)room, sizeof(*wider), r->err);
		if (wider == NULL)
			return -1;
		if (r->ntensors > 0)
			memcpy(wider, r->tensors,
			    (size_t)r->ntensors * sizeof(*wider));
		r->tensors = wider;
		r->tensors_room = room;
	}
	r->tensors[r->ntensors++] = d;
	return 0;
}

static int
take_link(struct in *in, struct h5_object *group)
{
	struct reader *r = in->r;
	struct in body;
	struct h5_object *o;
	const uint8_t *name;
	const char *copy;
	size_t n;

	if (message(in, H5_MSG_LINK, 0, &body) < 0 ||
	    take_number(&body, 1) != 1 || take_number(&body, 1) != 0)
		return refuse(r, group, "a link that is not a plain hard link");
	n = take_number(&body, 1);
	name = take(&body, n);
	if (name == NULL || body.n != 8 || !h5_name_ok((const char *)name, n))
		return refuse(r, group, "a link with an impossible name");
	copy = arena_text_n(r->arena, (const char *)name, n, r->err);
	if (copy == NULL)
		return -1;
	if (group->nlinks > 0 &&
	    strcmp(group->links[group->nlinks - 1]->name, copy) >= 0)
		return refuse(r, group, "links out of order");
	o = h5_add(group, copy, r->arena, r->err);
	if (o == NULL)
		return -1;
	o->header = take_number(&body, 8);
	return 0;
}

/* The object behind a link: the next one of the file, or a tensor that an
   earlier name has. */
static int
follow(struct reader *r, struct h5_object *o, int depth)
{
	if (o->header == r->next)
		return read_object(r, o, depth);
	o->same = in_weights(o) ? tensor_at(r, o->header) : NULL;
	if (o->same == NULL)
		return refuse(r, o,
		    o->header < r->next ? "a link back to another object"
					: "a link to nowhere");
	o->same->found++;
	return 0;
}

static int
read_group(struct in *in, struct h5_object *g)
{
	g->is_group = 1;
	if (message_same(in, H5_MSG_LINK_INFO, 0, h5_link_info,
		H5_LINK_INFO_BYTES) < 0 ||
	    message_same(in, H5_MSG_GROUP_INFO, 1, h5_group_info,
		H5_GROUP_INFO_BYTES) < 0)
		return refuse(in->r, g, "a group that no model has");
	return 0;
}

/* The messages of the header at o->header; checksum first. */
static int
open_header(struct reader *r, const struct h5_object *o, struct in *in)
{
	static const uint8_t start[6] = { 'O', 'H', 'D', 'R', 2, 2 };
	const uint8_t *h;
	size_t n;

	if (o->header > r->size || r->size - o->header < 14)
		return refuse(r, o, "the file ends inside the index");
	h = r->base + o->header;
	if (memcmp(h, start, sizeof(start)) != 0)
		return refuse(r, o, "no object header");
	n = (size_t)number_at(h + 6, 4);
	if (n > r->size - o->header - 14)
		return refuse(r, o, "the file ends inside the index");
	if (h5_sum(h, 10 + n) != number_at(h + 10 + n, 4))
		return refuse(r, o, "checksum of the header differs");
	*in = (struct in){ .r = r, .at = h + 10, .n = n };
	r->next = o->header + 14 + n;
	return 0;
}

static int
read_object(struct reader *r, struct h5_object *o, int depth)
{
	struct in in = { 0 };
	int i;

	if (depth > H5_DEPTH_MAX)
		return refuse(r, o, "groups are nested too deep");
	if (++r->objects > H5_OBJECTS_MAX)
		return refuse(r, o, "too many objects");
	if (open_header(r, o, &in) < 0)
		return -1;
	o->header_bytes = r->next - o->header;
	if ((peek(&in) == H5_MSG_LINK_INFO ? read_group(&in, o)
					   : read_dataset(&in, o)) < 0 ||
	    read_names(&in, o) < 0 || read_attrs(&in, o) < 0)
		return -1;
	while (o->is_group && peek(&in) == H5_MSG_LINK)
		if (take_link(&in, o) < 0)
			return -1;
	if (in.n != 0)
		return refuse(r, o, "something that no model has");
	if (!o->is_group && in_weights(o) && tensor_note(r, o) < 0)
		return -1;
	for (i = 0; i < o->nlinks; i++)
		if (follow(r, o->links[i], depth + 1) < 0)
			return -1;
	return 0;
}

/* Are the bytes up to `to` padding? */
static int
zeros(const struct reader *r, uint64_t from, uint64_t to)
{
	for (; from < to; from++)
		if (r->base[from] != 0)
			return 0;
	return 1;
}

static int
read_data(struct h5_object *d, void *ctx)
{
	struct reader *r = ctx;
	uint64_t at = (r->next + H5_ALIGN - 1) / H5_ALIGN * H5_ALIGN;
	size_t size = h5_type_size(d->type);
	size_t i;

	if (d->same != NULL)
		return 0;
	if (d->names != d->found + 1)
		return refuse(r, d, "another number of links than it says");
	if (d->is_group)
		return 0;
	if (d->bytes == 0)
		return d->at == H5_NOWHERE
		    ? 0
		    : refuse(r, d, "a place of data that has none");
	if (d->at != at || at > r->size || r->size - at < d->bytes ||
	    !zeros(r, r->next, at))
		return refuse(r, d, "data are not where they belong");
	d->data = r->base + at;
	r->next = at + d->bytes;
	for (i = 0; d->type.text > 0 && i < d->bytes; i += size)
		if (!text_ok(r->base + at + i, size))
			return refuse(r, d, "a string that is not UTF-8");
	return 0;
}

int
h5_announced(const void *super, size_t n, uint64_t *bytes, struct err *err)
{
	static const uint8_t fixed[4] = { 2, 8, 8, 0 };
	const uint8_t *s = super;

	if (n < H5_SUPER_BYTES || memcmp(s, h5_signature, 8) != 0)
		return err_set(err, ERR_MODEL, "not a model file");
	if (memcmp(s + 8, fixed, 4) != 0 || number_at(s + 12, 8) != 0 ||
	    number_at(s + 20, 8) != H5_NOWHERE ||
	    number_at(s + 36, 8) != H5_SUPER_BYTES)
		return err_set(err, ERR_MODEL,
		    "an HDF5 file, but not one that an nn- tool wrote "
		    "(superblock version %d); a model that another program "
		    "wrote or rewrote cannot be read: make it with an nn- "
		    "tool, or take the file as it was before",
		    s[8]);
	if (h5_sum(s, H5_SUPER_BYTES - 4) != number_at(s + 44, 4))
		return err_set(err, ERR_MODEL,
		    "damaged: checksum of the superblock differs; take a copy "
		    "of the file");
	*bytes = number_at(s + 28, 8);
	return 0;
}

static int
super_check(struct reader *r)
{
	uint64_t bytes;

	if (h5_announced(r->base, r->size, &bytes, r->err) < 0)
		return -1;
	if (bytes != r->size)
		return err_set(r->err, ERR_MODEL,
		    bytes > r->size
			? "cut short: %zu bytes of %llu; copy or make it again"
			: "%zu bytes where %llu belong: something was "
			  "appended; "
			  "take a copy of the file as it was",
		    r->size, (unsigned long long)bytes);
	return 0;
}

struct h5_object *
h5_parse(const void *base, size_t n, struct arena *arena, struct err *err)
{
	struct reader r = {
		.base = base,
		.size = n,
		.next = H5_SUPER_BYTES,
		.arena = arena,
		.err = err,
	};
	struct h5_object *root = h5_root(arena, err);

	if (root == NULL || super_check(&r) < 0)
		return NULL;
	root->header = H5_SUPER_BYTES;
	if (read_object(&r, root, 0) < 0)
		return NULL;
	if (!root->is_group) {
		refuse(&r, root, "the root is no group");
		return NULL;
	}
	if (h5_walk(root, read_data, &r) != 0)
		return NULL;
	if (r.next != n) {
		refuse(&r, NULL, "bytes that belong to nothing");
		return NULL;
	}
	return root;
}
