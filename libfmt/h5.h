/* The canonical profile of HDF5 as a tree: groups, datasets, attributes.

   Private to libfmt.  A tree is built by hand or by the strict reader and
   laid out by the sequential writer; one tree has exactly one form in bytes,
   and only that form is read.  schemas/format-1.md says what it is.  Nodes
   live in arenas, numbers are borrowed. */
#ifndef NN_H5_H
#define NN_H5_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/graph.h"
#include "base/tensor.h"

enum {
	H5_DEPTH_MAX = 16,         /* links from the root to an object */
	H5_OBJECTS_MAX = 1 << 18,  /* in a file */
	H5_ATTRS_MAX = 64,         /* of an object */
	H5_ATTR_BYTES_MAX = 60000, /* of a value */
	H5_TEXT_MAX = 1 << 16,     /* bytes of a string element */
	H5_ALIGN = 64,             /* of the data of a dataset */
};

/* Bytes of a file; no constant of an enum is that large. */
#define H5_FILE_MAX (INT64_MAX / 2)

/* Numbers, or strings of `text` bytes padded with NUL. */
struct h5_type {
	enum dtype dtype;
	uint32_t text;
};

/* One value with a name. */
struct h5_attr {
	const char *name;
	struct h5_type type;
	const void *value;
};

/* An object as one link shows it. */
struct h5_object {
	const char *name;
	struct h5_object *parent; /* NULL: the root */
	struct h5_object *same;   /* a further link to that dataset */
	uint32_t names;           /* how many links lead to it, it says */
	uint32_t found;           /* links beside the first that were read */
	int is_group;
	int verified; /* of what was read: the data are those of the digest */
	int nattrs, attrs_room; /* ascending by name */
	struct h5_attr *attrs;
	int nlinks, links_room; /* ascending by name */
	struct h5_object **links;
	struct h5_type type;
	struct shape shape;
	const void *data;
	size_t bytes;
	uint64_t header, header_bytes; /* where in the file, once laid out */
	uint64_t at;                   /* of the data */
};

/* Building: every name is checked, a second one refused. */
struct h5_object *h5_root(struct arena *arena, struct err *err);
struct h5_object *h5_group(struct h5_object *parent, const char *name,
    struct arena *arena, struct err *err);
struct h5_object *h5_dataset(struct h5_object *parent, const char *name,
    struct h5_type type, const struct shape *shape, const void *data,
    struct arena *arena, struct err *err);
int h5_put_text(struct h5_object *o, const char *name, const char *value,
    struct arena *arena, struct err *err);
int h5_put_int(struct h5_object *o, const char *name, int64_t value,
    struct arena *arena, struct err *err);

/* The group at a path of layers ("enc/dense_1"), made as needed. */
struct h5_object *h5_groups(struct h5_object *parent, const char *path,
    struct arena *arena, struct err *err);

/* As h5_group and h5_put, from parts that the reader found. */
struct h5_object *h5_add(struct h5_object *parent, const char *name,
    struct arena *arena, struct err *err);
int h5_put(struct h5_object *o, const struct h5_attr *attr, struct arena *arena,
    struct err *err);

/* Everything below from, and its attributes, below to. */
int h5_copy(struct h5_object *to, const struct h5_object *from,
    struct arena *arena, struct err *err);

/* Takes the link of that name away, if there is one. */
void h5_drop(struct h5_object *group, const char *name);

/* Looking. */
struct h5_object *h5_find(const struct h5_object *group, const char *name);
struct h5_object *h5_at(const struct h5_object *group, const char *path);
const struct h5_attr *h5_get(const struct h5_object *o, const char *name);
const char *h5_path(
    const struct h5_object *o, struct arena *arena, struct err *err);
int h5_name_ok(const char *name, size_t n);
int h5_utf8_ok(const char *s, size_t n);
size_t h5_type_size(struct h5_type type);

/* Values: text (copied, NUL-terminated) and int, or an error that names the
   attribute. */
const char *h5_need_text(const struct h5_object *o, const char *name,
    struct arena *arena, struct err *err);
int h5_need_int(const struct h5_object *o, const char *name, int64_t *value,
    struct err *err);

/* Calls visit for o and all below, depth first, names bytewise: the order of
   the file.  Stops when visit returns nonzero, and returns that. */
int h5_walk(struct h5_object *o, int (*visit)(struct h5_object *o, void *ctx),
    void *ctx);

/* Addresses for everything; the size of the file. */
int h5_layout(struct h5_object *root, uint64_t *bytes, struct err *err);

/* The index: everything in front of the data.  After h5_layout; a slab of *n
   bytes owned by the arena; and how many they are. */
size_t h5_index_bytes(struct h5_object *root);
uint8_t *h5_index(struct h5_object *root, uint64_t file_bytes, size_t *n,
    struct arena *arena, struct err *err);

/* The tree of the bytes, believing nothing: every byte is accounted for.
   Data point into base. */
struct h5_object *h5_parse(
    const void *base, size_t n, struct arena *arena, struct err *err);

/* The length of the file that a superblock (H5_SUPER_BYTES) announces. */
enum { H5_SUPER_BYTES = 48 };
int h5_announced(const void *super, size_t n, uint64_t *bytes, struct err *err);

/* Jenkins' lookup3 checksum, which HDF5 keeps of its metadata. */
uint32_t h5_sum(const void *bytes, size_t n);

/* Encodings that writer and reader share. */
enum h5_message {
	H5_MSG_DATASPACE = 1,
	H5_MSG_LINK_INFO = 2,
	H5_MSG_DATATYPE = 3,
	H5_MSG_FILL = 5,
	H5_MSG_LINK = 6,
	H5_MSG_LAYOUT = 8,
	H5_MSG_GROUP_INFO = 10,
	H5_MSG_ATTRIBUTE = 12,
	H5_MSG_ATTR_INFO = 21,
	H5_MSG_LINKS = 22,
};
enum {
	H5_LINK_INFO_BYTES = 18,
	H5_GROUP_INFO_BYTES = 2,
	H5_FILL_BYTES = 2,
	H5_ATTR_INFO_BYTES = 18,
};
extern const uint8_t h5_link_info[H5_LINK_INFO_BYTES];
extern const uint8_t h5_group_info[H5_GROUP_INFO_BYTES];
extern const uint8_t h5_fill[H5_FILL_BYTES];
extern const uint8_t h5_attr_info[H5_ATTR_INFO_BYTES];
extern const uint8_t h5_signature[8];

/* A datatype: its encoding (at most 20 bytes), and the number of bytes. */
enum { H5_TYPE_BYTES_MAX = 20 };
size_t h5_type_encode(uint8_t out[H5_TYPE_BYTES_MAX], struct h5_type type);

/* The address of what is nowhere. */
#define H5_NOWHERE UINT64_MAX

#endif
