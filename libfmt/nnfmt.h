/* Model files read and written by any program: the whole of libnnfmt.

   Objects are opaque, the interface is plain C, good for C++ too, and it only
   grows: what version 1.0 has stays as it is, in source and in binaries.

   No call prints, exits, reads the environment or the clock, runs code out of
   a file, or remembers anything outside the object that it is given.  Threads
   may use different objects at once; one object is used by one thread at a
   time.  Large files are verified and written by several threads, which end
   with the call.

   What a model gives (texts, tensors, numbers) is the model's, stays until
   nnfmt_close and is only read.  What a writer is given it copies, but for the
   numbers of tensors and the model it began from: they must stay until
   nnfmt_writer_free.  Texts are UTF-8 that ends in NUL.

   A call that can fail takes a struct nnfmt_error last, or NULL, and returns 0
   or -1, or NULL; what failed changes nothing but the error. */
#ifndef NNFMT_H
#define NNFMT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What went wrong, set by a call that fails and by no other. */
enum {
	NNFMT_OK = 0,
	NNFMT_ERROR_USE = 2,    /* a call that cannot be meant */
	NNFMT_ERROR_MODEL = 3,  /* not a model that can be used */
	NNFMT_ERROR_SYSTEM = 5, /* refused: file, disk, memory */
};
struct nnfmt_error {
	int code;
	char clause[12]; /* of the format that a file breaks, "3.2"; or "" */
	char text[512];  /* one line for people, without a full stop */
};

/* Of the library, "1.0.0". */
const char *nnfmt_version(void);

/* Reading.  A file is mapped; its structure, names, shapes and documents are
   judged at once, and nothing is believed.  The kinds of layers and their
   settings are not judged here. */
struct nnfmt_model;
struct nnfmt_model *nnfmt_open(const char *path, struct nnfmt_error *error);

/* From a descriptor, which stays the caller's and may be closed afterwards: a
   regular file or a pipe.  name is for messages; NULL: standard input. */
struct nnfmt_model *nnfmt_open_fd(
    int fd, const char *name, struct nnfmt_error *error);

/* From n bytes that stay as they are until nnfmt_close; aligned to 8. */
struct nnfmt_model *nnfmt_open_memory(
    const void *bytes, size_t n, struct nnfmt_error *error);
void nnfmt_close(struct nnfmt_model *model); /* NULL is allowed */

/* Compares the numbers of all tensors with their checksums (XXH3), now rather
   than when nnfmt_tensor_data first gives each. */
int nnfmt_verify(struct nnfmt_model *model, struct nnfmt_error *error);

/* Looks for everything that can be wrong, the SHA-256 of every tensor
   included, and calls report, unless it is NULL, for each finding: where, and
   what.  How many there were, or -1. */
int nnfmt_check(struct nnfmt_model *model,
    void (*report)(void *context, const char *where, const char *what),
    void *context, struct nnfmt_error *error);

/* Is the address inside the mapped file?  Safe in a signal handler: a SIGBUS
   there means that somebody cut the file while it was in use.  Whoever cannot
   have that reads the file and takes nnfmt_open_memory. */
int nnfmt_maps(const struct nnfmt_model *model, const void *address);

/* Short texts about a model; "" where the file has none. */
enum {
	NNFMT_TEXT_FORMAT,     /* of the file: "1.0" */
	NNFMT_TEXT_WRITER,     /* which program wrote it */
	NNFMT_TEXT_CONTENT_ID, /* 64 hex digits: what the model is */
	NNFMT_TEXT_WEIGHTS_ID, /* its architecture and numbers alone */
	NNFMT_TEXT_STATE_ID,   /* everything but its story */
	NNFMT_TEXT_BASE_ID,    /* of a delta, the weights id of its base */
	NNFMT_TEXT_OPTIMIZER,  /* the name of the optimizer */
	NNFMT_TEXT_SETTINGS,   /* of the optimizer, JSON */
};
const char *nnfmt_text(const struct nnfmt_model *model, int which);
int64_t nnfmt_optimizer_step(const struct nnfmt_model *model);

/* Class names in the order of the outputs; NULL: there is no such one. */
int64_t nnfmt_label_count(const struct nnfmt_model *model);
const char *nnfmt_label(const struct nnfmt_model *model, int64_t i);

/* Documents, JSON: "about", "architecture", "preprocessing", "frozen",
   "training", "lineage" and what else stands at the root; NULL: there is no such one.  n,
   unless it is NULL, gets the length. */
int nnfmt_document_count(const struct nnfmt_model *model);
const char *nnfmt_document_name(const struct nnfmt_model *model, int i);
const char *nnfmt_document(
    const struct nnfmt_model *model, const char *name, size_t *n);

/* Numbers with a name, in sets. */
enum {
	NNFMT_WEIGHTS,   /* "dense_1/kernel" */
	NNFMT_OPTIMIZER, /* what it remembers of one: "dense_1/kernel/m" */
	NNFMT_ALTERNATE, /* other values of one: "best/dense_1/kernel" */
	NNFMT_HISTORY,   /* "val_acc": f64, one an epoch, NaN: not measured */
	NNFMT_EXT,       /* what others keep there: "org.example/thing" */
};
enum {
	NNFMT_F32,
	NNFMT_F64,
	NNFMT_I64,
	NNFMT_I32,
	NNFMT_U8,
	NNFMT_BF16,
	NNFMT_F16,
	NNFMT_I8,
	NNFMT_STRING, /* fixed width, padded with NUL; only in NNFMT_EXT */
};
const char *nnfmt_dtype_name(int dtype); /* "f32"; NULL: none has that number */
size_t nnfmt_dtype_bytes(int dtype);     /* of one; 0 for strings and others */

/* The tensors of a set, ascending by name ('/' before all other characters);
   NULL: there is no such one. */
struct nnfmt_tensor;
int64_t nnfmt_tensor_count(const struct nnfmt_model *model, int set);
const struct nnfmt_tensor *nnfmt_tensor_at(
    const struct nnfmt_model *model, int set, int64_t i);
const struct nnfmt_tensor *nnfmt_tensor_find(
    const struct nnfmt_model *model, int set, const char *name);

/* Row-major, little-endian; rank 0 is one number, without dims. */
enum { NNFMT_RANK_MAX = 8 };
const char *nnfmt_tensor_name(const struct nnfmt_tensor *tensor);
int nnfmt_tensor_dtype(const struct nnfmt_tensor *tensor);
int nnfmt_tensor_rank(const struct nnfmt_tensor *tensor);
const int64_t *nnfmt_tensor_dims(const struct nnfmt_tensor *tensor);
int64_t nnfmt_tensor_length(const struct nnfmt_tensor *tensor); /* numbers */
size_t nnfmt_tensor_bytes(const struct nnfmt_tensor *tensor);   /* of all */

/* The numbers, in the mapped file and aligned to 64 bytes, verified the first
   time.  NULL: they are damaged, or a delta leaves them to its base. */
const void *nnfmt_tensor_data(
    const struct nnfmt_tensor *tensor, struct nnfmt_error *error);

/* Of a weight: may it learn, or is it measured; is it kept from learning. */
enum { NNFMT_PARAMETER, NNFMT_STATISTIC };
int nnfmt_tensor_role(const struct nnfmt_tensor *tensor);
int nnfmt_tensor_frozen(const struct nnfmt_tensor *tensor);

/* Of a weight under several names, the one with the first of them; else the
   tensor itself. */
const struct nnfmt_tensor *nnfmt_tensor_first(
    const struct nnfmt_tensor *tensor);

/* A delta (its NNFMT_TEXT_BASE_ID is not "") gets the numbers that it lacks
   from its base, which must stay open as long as it. */
int nnfmt_complete(struct nnfmt_model *delta, struct nnfmt_model *base,
    struct nnfmt_error *error);

/* Writing: a new file from nothing, or from all that a model has, /ext and the
   optional features that nobody here knows included. */
struct nnfmt_writer;
struct nnfmt_writer *nnfmt_writer_new(struct nnfmt_error *error);
struct nnfmt_writer *nnfmt_writer_from(
    struct nnfmt_model *model, struct nnfmt_error *error);
void nnfmt_writer_free(struct nnfmt_writer *writer); /* NULL is allowed */

/* Puts a document in the place of the one of that name: any JSON text of the
   schema of that name, with its "version".  NULL: there will be none.
   "lineage" can only be left out, or added to. */
int nnfmt_put_document(struct nnfmt_writer *writer, const char *name,
    const char *json, struct nnfmt_error *error);

/* Adds a record to the story of the model, a JSON object that has at least
   "tool", "version" and "options" (lineage.schema.json). */
int nnfmt_add_lineage(
    struct nnfmt_writer *writer, const char *json, struct nnfmt_error *error);

/* n class names in the place of those that are there; 0: none. */
int nnfmt_put_labels(struct nnfmt_writer *writer, int64_t n,
    const char *const *labels, struct nnfmt_error *error);

/* A tensor in the place of the one of that name, or a new one.  Weights of the
   same numbers (the same pointer), type, shape and role are one tensor with
   several names in the file.  A tensor keeps its role; a new one may learn. */
int nnfmt_put_tensor(struct nnfmt_writer *writer, int set, const char *name,
    int dtype, int rank, const int64_t *dims, const void *data,
    struct nnfmt_error *error);
int nnfmt_put_role(struct nnfmt_writer *writer, const char *name, int role,
    struct nnfmt_error *error);

/* Leaves a tensor out, which must be there; NULL: all of the set. */
int nnfmt_drop_tensor(struct nnfmt_writer *writer, int set, const char *name,
    struct nnfmt_error *error);

/* The optimizer: its name, its settings (JSON with a "version") and how many
   updates it has made.  NULL: none, and nothing that it remembers. */
int nnfmt_put_optimizer(struct nnfmt_writer *writer, const char *name,
    const char *json, int64_t step, struct nnfmt_error *error);

/* The file at path is replaced at once or not at all, durably; what is there
   is a regular file or nothing.  Or front to back to a descriptor, which may
   be a pipe.  The same model gives the same bytes.  A writer may go on. */
int nnfmt_save(
    struct nnfmt_writer *writer, const char *path, struct nnfmt_error *error);
int nnfmt_write(struct nnfmt_writer *writer, int fd, struct nnfmt_error *error);

/* The ids of what was written last: NNFMT_TEXT_CONTENT_ID, _WEIGHTS_ID or
   _STATE_ID; "" before. */
const char *nnfmt_written(const struct nnfmt_writer *writer, int which);

#ifdef __cplusplus
}
#endif

#endif
