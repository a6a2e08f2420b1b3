/* Bytes of a file taken apart: numbers, messages, shapes, types, attributes,
   and the superblock. */
#include <string.h>

#include "h5in.h"

const uint8_t *
in_take(struct in *in, size_t n)
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

uint64_t
h5_number(const uint8_t *b, int bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | b[bytes];
	return v;
}

/* Nought when the bytes end too early: the caller asks short_of. */
uint64_t
in_number(struct in *in, int bytes)
{
	const uint8_t *b = in_take(in, (size_t)bytes);

	return b == NULL ? 0 : h5_number(b, bytes);
}

int
h5_refuse(struct reader *r, const struct h5_object *o, enum rule rule,
    const char *what)
{
	struct arena scratch = { 0 };
	struct err ignored = { 0 };
	const char *path = o == NULL ? "/" : h5_path(o, &scratch, &ignored);

	fmt_refuse(r->err, rule,
	    "%s: %s (byte %llu); the file was damaged, or another program "
	    "changed it: restore it from a copy, or try nn-convert",
	    path != NULL ? path : "?", what,
	    (unsigned long long)(o == NULL ? 0 : o->header));
	arena_free(&scratch);
	return -1;
}

/* The next message, which must be of that type. */
int
in_message(struct in *in, enum h5_message type, int flags, struct in *body)
{
	uint64_t got = in_number(in, 1);
	uint64_t n = in_number(in, 2);
	uint64_t f = in_number(in, 1);

	*body = (struct in){ .r = in->r };
	if (in->short_of || got != (uint64_t)type || f != (uint64_t)flags)
		return -1;
	body->n = n;
	body->at = in_take(in, n);
	return body->at == NULL ? -1 : 0;
}

/* What type does the next message have?  -1: there is none. */
int
in_peek(const struct in *in)
{
	return in->n == 0 ? -1 : in->at[0];
}

int
in_same(
    struct in *in, enum h5_message type, int flags, const void *bytes, size_t n)
{
	struct in body;

	if (in_message(in, type, flags, &body) < 0 || body.n != n)
		return -1;
	return memcmp(body.at, bytes, n) == 0 ? 0 : -1;
}

int
in_space(struct in *in, struct shape *shape)
{
	uint64_t version = in_number(in, 1);
	uint64_t rank = in_number(in, 1);
	uint64_t flags = in_number(in, 1);
	uint64_t type = in_number(in, 1);
	int i;

	*shape = (struct shape){ 0 };
	if (in->short_of || version != 2 || rank > SHAPE_MAX || flags != 0 ||
	    type != (rank > 0))
		return -1;
	shape->rank = (int)rank;
	for (i = 0; i < shape->rank; i++) {
		uint64_t dim = in_number(in, 8);

		if (in->short_of || dim > INT64_MAX)
			return -1;
		shape->dim[i] = (int64_t)dim;
	}
	return shape_count(shape) < 0 ? -1 : 0;
}

/* A datatype is one of the few that are written, byte for byte. */
int
in_type(struct in *in, size_t n, struct h5_type *type)
{
	const uint8_t *b = in_take(in, n);
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
	type->text = (uint32_t)h5_number(b + 4, 4);
	if (type->text == 0 || type->text > H5_TEXT_MAX)
		return -1;
	h5_type_encode(want, *type);
	return memcmp(b, want, n) == 0 ? 0 : -1;
}

/* Strings hold UTF-8, then nothing but NULs; one that fills no byte is a
   single NUL. */
int
h5_text_ok(const void *value, size_t size)
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
	const uint8_t *name = in_take(body, n);

	if (name == NULL || n < 2 || name[n - 1] != '\0' ||
	    !h5_name_ok((const char *)name, n - 1))
		return NULL;
	return arena_text_n(
	    body->r->arena, (const char *)name, n - 1, body->r->err);
}

int
in_attr(struct in *body, struct h5_attr *a)
{
	uint64_t version = in_number(body, 2);
	size_t name_bytes = in_number(body, 2);
	size_t type_bytes = in_number(body, 2);
	size_t space_bytes = in_number(body, 2);
	uint64_t charset = in_number(body, 1);
	struct shape shape;
	size_t n;

	if (body->short_of || version != 3 || space_bytes != 4 || charset != 0)
		return -1;
	a->name = attr_name(body, name_bytes);
	if (a->name == NULL || in_type(body, type_bytes, &a->type) < 0 ||
	    in_space(body, &shape) < 0 || shape.rank != 0)
		return -1;
	n = h5_type_size(a->type);
	a->value = in_take(body, n);
	return a->value == NULL || body->n != 0 ? -1 : 0;
}

/* A string fills its bytes; the empty one is a single NUL. */
int
h5_attr_text_ok(const struct h5_attr *a)
{
	size_t n = strnlen(a->value, a->type.text);

	return a->type.text == 0 ||
	    (h5_text_ok(a->value, a->type.text) &&
		a->type.text == (n > 0 ? n : 1));
}

int
h5_announced(const void *super, size_t n, uint64_t *bytes, struct err *err)
{
	static const uint8_t fixed[4] = { 2, 8, 8, 0 };
	const uint8_t *s = super;

	if (n < H5_SUPER_BYTES || memcmp(s, h5_signature, 8) != 0)
		return fmt_refuse(err, RULE_SUPERBLOCK, "not a model file");
	if (memcmp(s + 8, fixed, 4) != 0 || h5_number(s + 12, 8) != 0 ||
	    h5_number(s + 20, 8) != H5_NOWHERE ||
	    h5_number(s + 36, 8) != H5_SUPER_BYTES)
		return fmt_refuse(err, RULE_SUPERBLOCK,
		    "an HDF5 file, but not one that an nn- tool wrote "
		    "(superblock version %d); a model that another program "
		    "rewrote is brought back by nn-convert IN -o OUT",
		    s[8]);
	if (h5_sum(s, H5_SUPER_BYTES - 4) != h5_number(s + 44, 4))
		return fmt_refuse(err, RULE_SUPERBLOCK_SUM,
		    "damaged: checksum of the superblock differs; restore it "
		    "from a copy");
	*bytes = h5_number(s + 28, 8);
	return 0;
}

int
h5_super(struct reader *r)
{
	uint64_t bytes;

	if (h5_announced(r->base, r->size, &bytes, r->err) < 0)
		return -1;
	if (bytes != r->size)
		return fmt_refuse(r->err, RULE_LENGTH,
		    bytes > r->size
			? "cut short: %zu bytes of %llu; copy or make it again"
			: "%zu bytes where %llu belong: something was "
			  "appended; restore it from a copy",
		    r->size, (unsigned long long)bytes);
	return 0;
}
