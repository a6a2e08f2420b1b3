/* What the strict reader shares: where it is, and how bytes are taken. */
#ifndef NN_H5IN_H
#define NN_H5IN_H

#include "h5.h"
#include "rule.h"

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

/* The next n bytes, or NULL; a little-endian number, or nought when the bytes
   end too early (the caller asks short_of). */
const uint8_t *in_take(struct in *in, size_t n);
uint64_t in_number(struct in *in, int bytes);
uint64_t h5_number(const uint8_t *b, int bytes);

/* The next message, which must be of that type and have those flags; one that
   must be exactly those bytes; the type of the next one, -1: there is none. */
int in_message(struct in *in, enum h5_message type, int flags, struct in *body);
int in_same(struct in *in, enum h5_message type, int flags, const void *bytes,
    size_t n);
int in_peek(const struct in *in);

/* A dataspace, a datatype of n bytes, the whole of an attribute's message. */
int in_space(struct in *in, struct shape *shape);
int in_type(struct in *in, size_t n, struct h5_type *type);
int in_attr(struct in *body, struct h5_attr *a);

/* Does a string of an attribute have exactly as many bytes as its type? */
int h5_attr_text_ok(const struct h5_attr *a);

/* Strings hold UTF-8, then nothing but NULs. */
int h5_text_ok(const void *value, size_t size);

/* Checks the superblock, and that the file is as long as it says. */
int h5_super(struct reader *r);

/* Every refusal says which object, where in the file, the cure and the
   clause. */
int h5_refuse(struct reader *r, const struct h5_object *o, enum rule rule,
    const char *what);

#endif
