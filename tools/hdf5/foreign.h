/* HDF5 as any program writes it, to a tree of our canonical profile.

   All of it runs behind the walls of sandbox.h, in the only program that knows
   libhdf5.  What our profile cannot express is refused by its name.  Handles of
   libhdf5 are closed where they were opened; memory is the arena's. */
#ifndef NN_FOREIGN_H
#define NN_FOREIGN_H

#include <hdf5.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "h5.h"

/* The bytes of a file. */
struct image {
	const uint8_t *base;
	size_t size;
};

/* Maps all of the regular file that fd is. */
int image_take(struct image *image, int fd, struct err *err);

/* The bytes as libhdf5 sees them: no file, no copy.  To be used before the
   walls are closed: what libhdf5 does once. */
int hdf5_begin(struct err *err);
hid_t image_open(const struct image *image, struct err *err);

/* Closes a handle of any kind; a negative one is none. */
void handle_close(hid_t id);

/* libhdf5 failed: what was to be done, and its own reason.  -1. */
int hdf5_failed(struct err *err, const char *what);

/* What is found: numbers of one of our types, or strings. */
struct found {
	int is_text;
	struct h5_type type; /* text: to be measured */
	int is_integer;
	int is_uint64; /* read as i64, when each number fits */
	int is_variable;
	H5T_str_t padding;
	size_t cell; /* bytes of a string of fixed size */
	struct shape shape;
};

/* The type and shape of a dataset or an attribute, whose data nothing has
   looked at yet. */
int found_look(struct found *f, hid_t type, hid_t space, struct err *err);

/* The type of libhdf5 that is stored as ours is; to be closed. */
hid_t type_ours(struct h5_type type, struct err *err);

/* A dataset or an attribute to be read. */
struct value {
	hid_t id;
	int is_attribute;
	const struct found *found;
};

/* Numbers as type, so many bytes, into out. */
int value_numbers(const struct value *v, struct h5_type type, void *out,
    size_t bytes, struct err *err);

/* Strings without their padding, in the arena. */
struct texts {
	int64_t n;
	const char **at;
	size_t longest;
};
int value_texts(const struct value *v, struct texts *out, struct arena *arena,
    struct err *err);

/* The layout of a program's models: which files have it, and what each dataset
   becomes.  A further one is a file and a line in layouts.c. */
struct form {
	enum { FORM_NUMBERS, FORM_TEXTS, FORM_DOCUMENT } kind;
	struct h5_type type; /* of numbers */
};
struct layout {
	/* The attribute of the root that only its files have. */
	const char *mark;
	/* The form of the dataset at path, by what was found; sets err. */
	int (*form)(const char *path, const struct found *found,
	    struct form *form, struct err *err);
};
extern const struct layout layout_model;
const struct layout *layout_find(hid_t file, struct err *err);

/* Everything but the data: a tree that can be laid out. */
struct tree {
	hid_t file;
	const struct image *image;
	const struct layout *layout;
	struct h5_object *root;
	int datasets, packed;
	struct arena *arena;
	struct err *err;
};
int tree_walk(struct tree *t);

/* Writes the tree, reading each dataset when its turn comes. */
int tree_pour(struct tree *t, int fd);

/* Can its numbers be taken from the image where they lie?  Their place, or
   NULL. */
const void *data_in_place(
    const struct tree *t, hid_t dataset, struct h5_type type, size_t bytes);

/* May libhdf5 read the data of that dataset?  To be asked before its extent
   is. */
int storage_check(hid_t dataset, int *packed, struct err *err);

/* Are so many bytes believable for what is stored of it? */
int storage_size_check(
    const struct tree *t, hid_t dataset, uint64_t bytes, struct err *err);

#endif
