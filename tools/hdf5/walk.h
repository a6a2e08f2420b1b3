/* What walking over a tree consists of. */
#ifndef NN_WALK_H
#define NN_WALK_H

#include "hdf5/foreign.h"

/* A name that a model file may hold, in the arena, or NULL. */
const char *name_take(const char *name, struct arena *arena, struct err *err);

/* The names of a group's links, ascending; every one leads to an object of the
   same file. */
struct names {
	int n, room;
	const char **at;
	struct arena *arena;
	struct err *err;
};
int names_take(struct names *names, hid_t group);

/* Gives o what the attributes of an object say. */
int attributes_take(struct tree *t, hid_t object, struct h5_object *o);

/* What is at path and what it becomes. */
struct piece {
	hid_t dataset;
	struct found found;
	struct form form;
	int packed;
};
int piece_look(
    struct tree *t, hid_t dataset, const char *path, struct piece *piece);

/* The shape and type of the dataset that it becomes. */
int piece_measure(struct tree *t, const struct piece *piece,
    struct h5_type *type, struct shape *shape);

#endif
