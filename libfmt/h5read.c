/* The strict reader: bytes to a tree, believing nothing.

   A canonical file has one form, so reading is a walk that knows where every
   next thing must be: headers follow each other depth first, data follow the
   headers.  Holes, overlaps, cycles and unknown messages have no place in it;
   a file that deviates in one byte is refused. */
#include <string.h>

#include "h5in.h"

/* How many names does it say it has?  Checked when all links are known. */
static int
read_names(struct in *in, struct h5_object *o)
{
	struct in body;

	o->names = 1;
	if (in_peek(in) != H5_MSG_LINKS)
		return 0;
	if (in_message(in, H5_MSG_LINKS, 0, &body) < 0 || body.n != 5 ||
	    in_number(&body, 1) != 0)
		return h5_refuse(in->r, o, RULE_LINK_COUNT,
		    "a count of links that no model has");
	o->names = (uint32_t)in_number(&body, 4);
	return o->names > 1 ? 0
			    : h5_refuse(in->r, o, RULE_LINK_COUNT,
				  "a count of links that no "
				  "model has");
}

static int
read_attr(struct in *in, struct h5_object *o)
{
	struct h5_attr a = { 0 };
	struct in body;

	if (in_message(in, H5_MSG_ATTRIBUTE, 0, &body) < 0 ||
	    in_attr(&body, &a) < 0)
		return h5_refuse(
		    in->r, o, RULE_ATTRIBUTE, "an attribute that no model has");
	if (h5_type_size(a.type) > H5_ATTR_BYTES_MAX)
		return h5_refuse(in->r, o, RULE_ATTRIBUTE_LIMITS,
		    "an attribute that is too long");
	if (!h5_attr_text_ok(&a))
		return h5_refuse(in->r, o, RULE_ATTRIBUTE_TEXT,
		    "a string with other bytes than its own");
	if (o->nattrs > 0 && strcmp(o->attrs[o->nattrs - 1].name, a.name) >= 0)
		return h5_refuse(
		    in->r, o, RULE_ATTRIBUTE_ORDER, "attributes out of order");
	return h5_put(o, &a, in->r->arena, in->r->err);
}

static int
read_attrs(struct in *in, struct h5_object *o)
{
	if (in_peek(in) != H5_MSG_ATTR_INFO)
		return 0;
	if (in_same(in, H5_MSG_ATTR_INFO, 0, h5_attr_info, H5_ATTR_INFO_BYTES) <
		0 ||
	    in_peek(in) != H5_MSG_ATTRIBUTE)
		return h5_refuse(
		    in->r, o, RULE_ATTRIBUTE, "attributes that no model has");
	while (in_peek(in) == H5_MSG_ATTRIBUTE)
		if (read_attr(in, o) < 0)
			return -1;
	return 0;
}

static int
read_dataset(struct in *in, struct h5_object *d)
{
	struct in body;
	uint64_t bytes;
	size_t want;

	if (in_message(in, H5_MSG_DATASPACE, 0, &body) < 0 ||
	    in_space(&body, &d->shape) < 0 || body.n != 0)
		return h5_refuse(
		    in->r, d, RULE_SHAPE, "a shape that no model has");
	if (in_message(in, H5_MSG_DATATYPE, 1, &body) < 0 ||
	    in_type(&body, body.n, &d->type) < 0)
		return h5_refuse(
		    in->r, d, RULE_TYPE, "a type that no model has");
	if (in_same(in, H5_MSG_FILL, 1, h5_fill, H5_FILL_BYTES) < 0)
		return h5_refuse(
		    in->r, d, RULE_FILL, "a fill value that no model has");
	if (in_message(in, H5_MSG_LAYOUT, 0, &body) < 0 ||
	    in_number(&body, 1) != 3 || in_number(&body, 1) != 1)
		return h5_refuse(
		    in->r, d, RULE_LAYOUT, "data that are not contiguous");
	d->at = in_number(&body, 8);
	bytes = in_number(&body, 8);
	if (body.short_of || body.n != 0 ||
	    __builtin_mul_overflow(
		(size_t)shape_count(&d->shape), h5_type_size(d->type), &want) ||
	    bytes != want || bytes > in->r->size)
		return h5_refuse(in->r, d, RULE_SIZE,
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
	char copy[NAME_MAX_BYTES + 1];
	size_t n;

	if (in_message(in, H5_MSG_LINK, 0, &body) < 0 ||
	    in_number(&body, 1) != 1 || in_number(&body, 1) != 0)
		return h5_refuse(r, group, RULE_LINK,
		    "a link that is not a plain hard link");
	n = in_number(&body, 1);
	name = in_take(&body, n);
	if (name == NULL || body.n != 8 || !h5_name_ok((const char *)name, n))
		return h5_refuse(
		    r, group, RULE_NAME, "a link with an impossible name");
	memcpy(copy, name, n);
	copy[n] = '\0';
	if (group->nlinks > 0 &&
	    strcmp(group->links[group->nlinks - 1]->name, copy) >= 0)
		return h5_refuse(
		    r, group, RULE_LINK_ORDER, "links out of order");
	o = h5_add(group, copy, r->arena, r->err);
	if (o == NULL)
		return -1;
	o->header = in_number(&body, 8);
	return 0;
}

/* The object behind a link: the next one of the file, or a tensor with bytes
   that an earlier name has. */
static int
follow(struct reader *r, struct h5_object *o, int depth)
{
	if (o->header == r->next)
		return read_object(r, o, depth);
	o->same = in_weights(o) ? tensor_at(r, o->header) : NULL;
	if (o->same == NULL)
		return h5_refuse(r, o, RULE_LINK_TARGET,
		    o->header < r->next ? "a link back to another object"
					: "a link to nowhere");
	o->same->found++;
	return 0;
}

static int
read_group(struct in *in, struct h5_object *g)
{
	g->is_group = 1;
	if (in_same(in, H5_MSG_LINK_INFO, 0, h5_link_info, H5_LINK_INFO_BYTES) <
		0 ||
	    in_same(in, H5_MSG_GROUP_INFO, 1, h5_group_info,
		H5_GROUP_INFO_BYTES) < 0)
		return h5_refuse(
		    in->r, g, RULE_GROUP, "a group that no model has");
	return 0;
}

/* The messages of the header at o->header; checksum first. */
static int
open_header(struct reader *r, const struct h5_object *o, struct in *in)
{
	static const uint8_t start[6] = { 'O', 'H', 'D', 'R', 2, 2 };
	const uint8_t *h;
	size_t n;

	/* No file is shorter than its superblock. */
	if (o->header > r->size - 14)
		return h5_refuse(
		    r, o, RULE_HEADER, "the file ends inside the index");
	h = r->base + o->header;
	if (memcmp(h, start, sizeof(start)) != 0)
		return h5_refuse(r, o, RULE_HEADER, "no object header");
	n = (size_t)h5_number(h + 6, 4);
	if (n > r->size - o->header - 14)
		return h5_refuse(
		    r, o, RULE_HEADER, "the file ends inside the index");
	if (h5_sum(h, 10 + n) != h5_number(h + 10 + n, 4))
		return h5_refuse(
		    r, o, RULE_HEADER_SUM, "checksum of the header differs");
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
		return h5_refuse(
		    r, o, RULE_DEPTH, "groups are nested too deep");
	if (++r->objects > H5_OBJECTS_MAX)
		return h5_refuse(r, o, RULE_OBJECTS, "too many objects");
	if (open_header(r, o, &in) < 0)
		return -1;
	o->header_bytes = r->next - o->header;
	if ((in_peek(&in) == H5_MSG_LINK_INFO ? read_group(&in, o)
					      : read_dataset(&in, o)) < 0 ||
	    read_names(&in, o) < 0 || read_attrs(&in, o) < 0)
		return -1;
	while (o->is_group && in_peek(&in) == H5_MSG_LINK)
		if (take_link(&in, o) < 0)
			return -1;
	if (in.n != 0)
		return h5_refuse(
		    r, o, RULE_HEADER_END, "something that no model has");
	if (o->bytes > 0 && in_weights(o) && tensor_note(r, o) < 0)
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
		return h5_refuse(r, d, RULE_LINK_COUNT,
		    "another number of links than it says");
	if (d->is_group)
		return 0;
	if (d->bytes == 0)
		return d->at == H5_NOWHERE
		    ? 0
		    : h5_refuse(
			  r, d, RULE_NO_DATA, "a place of data that has none");
	if (d->at != at || at > r->size || r->size - at < d->bytes ||
	    !zeros(r, r->next, at))
		return h5_refuse(
		    r, d, RULE_PLACE, "data are not where they belong");
	d->data = r->base + at;
	r->next = at + d->bytes;
	for (i = 0; d->type.text > 0 && i < d->bytes; i += size)
		if (!h5_text_ok(r->base + at + i, size))
			return h5_refuse(
			    r, d, RULE_STRINGS, "a string that is not UTF-8");
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

	if (root == NULL || h5_super(&r) < 0)
		return NULL;
	root->header = H5_SUPER_BYTES;
	root->is_group = 0; /* until it says so */
	if (read_object(&r, root, 0) < 0)
		return NULL;
	if (!root->is_group) {
		h5_refuse(&r, root, RULE_ROOT, "the root is no group");
		return NULL;
	}
	if (h5_walk(root, read_data, &r) != 0)
		return NULL;
	if (r.next != n) {
		h5_refuse(
		    &r, NULL, RULE_FILE_END, "bytes that belong to nothing");
		return NULL;
	}
	return root;
}
