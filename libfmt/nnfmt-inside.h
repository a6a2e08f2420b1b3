/* What is inside the objects of nnfmt.h.  Private to libfmt/nnfmt-*.c. */
#ifndef NN_NNFMT_INSIDE_H
#define NN_NNFMT_INSIDE_H

#include "fmt.h"
#include "h5.h"
#include "nnfmt.h"
#include "rule.h"

enum { SETS = NNFMT_EXT + 1 };

struct nnfmt_tensor {
	struct nnfmt_model *model;
	int set;
	const char *name;
	const char *layer, *param; /* of a weight */
	const struct nnfmt_tensor *first;
	const void *tied; /* the same for all names of the same numbers */
	enum role role;
	int frozen;
	int dtype; /* NNFMT_F32... */
	struct shape shape;
	size_t bytes;
	const struct tensor *value;      /* where the model keeps it; or */
	const struct h5_object *dataset; /* of NNFMT_EXT */
};

/* The tensors of a set, ascending. */
struct table {
	int64_t n;
	struct nnfmt_tensor *at;
};

struct document {
	const char *name, *text;
	size_t n;
};

struct nnfmt_model {
	struct arena arena; /* it lives there itself */
	struct fmt_model m;
	struct table sets[SETS];
	int ndocuments;
	struct document *documents;
	char format[32];
	const char *settings; /* of the optimizer, JSON; "" */
};

/* A tensor that a writer was given, or has from a model. */
struct entry {
	const char *name;
	struct tensor value;
	enum role role;
};

/* Entries ascending by name. */
struct entries {
	int64_t n, room;
	struct entry **at;
};

struct nnfmt_writer {
	struct arena arena; /* it lives there itself */
	struct fmt_model m; /* but for what is beside it here: */
	const struct json *frozen;
	struct entries sets[SETS]; /* NNFMT_EXT: in place of what m.ext has */
	struct entries dropped;    /* names below m.ext that do not stay */
	char written[3][FMT_HEX];  /* content, weights, state */
};

/* Hands an error on to the caller, who may not want it; -1. */
int public_fail(struct nnfmt_error *error, const struct err *err);

/* The public number of a dtype, and back: 0, or -1 with ERR_USAGE. */
int public_dtype(enum dtype dtype);
int dtype_of_public(int number, enum dtype *dtype, struct err *err);

/* The numbers, verified; NULL and no error: a delta leaves them to its
   base. */
const void *tensor_numbers(const struct nnfmt_tensor *tensor, struct err *err);

/* Names of tensors in the order of the file: as strcmp, but '/' is before all
   other characters. */
int path_compare(const char *a, const char *b);

/* All the sets of a model that was read; and the weights once more, from the
   graph of a delta that has got those of its base. */
int tables_build(struct nnfmt_model *model, struct err *err);
int table_of_weights(
    struct nnfmt_model *model, const struct graph *g, struct err *err);

/* The entry of that name, or NULL; adds or replaces one; takes one out. */
struct entry *entry_find(const struct entries *all, const char *name);
int entry_put(struct entries *all, const struct entry *entry,
    struct arena *arena, struct err *err);
void entry_drop(struct entries *all, const char *name);

/* What the writer has as a model to be written; lives in arena. */
int writer_assemble(const struct nnfmt_writer *writer, struct fmt_model *m,
    struct arena *arena, struct err *err);

/* The dataset at a path below a group, or NULL. */
struct h5_object *dataset_find(const struct h5_object *group, const char *path);

#endif
