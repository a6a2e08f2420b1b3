/* What the files of libfmt share about models as trees.  Private. */
#ifndef NN_MODEL_H
#define NN_MODEL_H

#include <time.h>

#include "fmt.h"
#include "h5.h"
#include "rule.h"

enum {
	DIGEST_HEX_MAX = 2 * SHA256_BYTES + 1,
	DOCUMENT_VERSION = 1, /* of every JSON document, until one changes */
};

/* Where numbers would be that are not verified: nothing is ever mapped there. */
#define TENSOR_UNVERIFIED ((void *)(uintptr_t)H5_ALIGN)

/* Where the bytes of a model are, and the tree over them. */
struct fmt_map {
	const uint8_t *base;
	size_t size;
	enum { BYTES_BORROWED, BYTES_MAPPED, BYTES_SLAB } how;
	struct h5_object *root;
	const char *name; /* for messages */
	unsigned later;   /* parts of which nothing is verified yet */
	int threads;      /* 0: as many as pay */
	/* Numbers of a file that is far away are read, not mapped: */
	int fd; /* -1: they are where they are */
	struct arena numbers;
	int watch; /* the mapped file, open; -1: none */
	uint64_t watch_size;
	struct timespec watch_time; /* of its last change */
};

/* Maps or spools what the source gives; the bytes of a whole file. */
struct fmt_map *fmt_map_open(
    const struct fmt_source *source, struct arena *arena, struct err *err);
void fmt_map_unload(const struct fmt_map *map);
int fmt_map_unchanged(const struct fmt_map *map, struct err *err);
void fmt_map_close(struct fmt_map *map);

/* Where the numbers of a dataset are to be, and, once that is settled, there
   they are: 0 or an errno. */
int fmt_map_place(struct fmt_map *map, struct h5_object *d, struct err *err);
int fmt_map_read(const struct fmt_map *map, const struct h5_object *d);

/* What the first bytes of something that is no model are, with the cure; an
   ERR_MODEL text.  Returns -1. */
int foreign_refuse(const uint8_t *bytes, size_t n, struct err *err);

/* Datasets, in the order of the file. */
struct data_list {
	struct h5_object **at;
	int n;
	uint64_t bytes; /* of all */
};
int data_list(struct data_list *l, struct h5_object *root, struct arena *arena,
    struct err *err);

/* The same in two steps: room for all of root, and those at or below o. */
int data_list_new(struct data_list *l, struct h5_object *root,
    struct arena *arena, struct err *err);
void data_list_add(struct data_list *l, struct h5_object *o);

/* Calls work(ctx, i) for each, by so many threads as pay, at most threads (0:
   the processors); the caller's calls first(ctx) before, unless it is NULL. */
void data_each(const struct data_list *l, int threads, void (*first)(void *ctx),
    void (*work)(void *ctx, int i), void *ctx);

/* The digests of a tree's datasets, as text in their attributes. */
struct digests {
	struct data_list list;
	struct digest_text {
		char sha256[2 * SHA256_BYTES + 1];
		char xxh3[2 * XXH3_BYTES + 1];
	} * text;
};

/* A model as a tree, laid out, where digests and ids have their places; as one
   that has them as well, and the ids of m set.  known: a tree whose digests are
   right, or NULL. */
struct h5_object *tree_plan(struct fmt_model *m, struct digests *digests,
    uint64_t *bytes, struct arena *arena, struct err *err);
struct h5_object *tree_of_model(struct fmt_model *m, struct h5_object *known,
    uint64_t *bytes, struct arena *arena, struct err *err);

/* Writes a tree that has all, front to back. */
int tree_write(struct h5_object *root, uint64_t bytes, int fd,
    struct arena *arena, struct err *err);

/* Writes a tree that is planned to an empty file: the numbers while their
   digests are made, then the index. */
int tree_write_file(struct fmt_model *m, struct h5_object *root,
    struct digests *digests, uint64_t bytes, int fd, struct arena *arena,
    struct err *err);

/* A tree as a model: everything is judged but kinds and settings. */
int model_of_tree(struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err);

/* Root attributes: format, versions, features, writer. */
int version_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err);
int version_check(struct fmt_model *m, const struct h5_object *root,
    struct arena *arena, struct err *err);

/* With all members read: are the features that a reader must know those that
   the model makes use of? */
int version_features(const struct fmt_model *m, const struct h5_object *root,
    struct arena *arena, struct err *err);

/* Writing: places for the digests of every dataset; those of the i-th (ctx: the
   struct digests); all of them, those whose data are the very same in the tree
   known (or NULL) by copying; places and digests at once. */
int digests_place(struct digests *s, struct h5_object *root,
    struct arena *arena, struct err *err);
void digests_make(void *ctx, int i);
int digests_fill(struct digests *s, struct h5_object *known, int threads,
    struct arena *arena, struct err *err);
int digests_put(struct h5_object *root, struct arena *arena, struct err *err);

/* Reading: has every dataset something that looks like digests?  Are the data
   those of its XXH3?  Of both? */
int digests_form(struct h5_object *root, struct err *err);
int digest_is(const struct h5_object *d, const uint8_t xxh3[XXH3_BYTES]);
int digest_agrees(const struct h5_object *d);
int digest_refuse(const struct h5_object *d, struct err *err);
enum digest_found { DIGEST_SOUND, DIGEST_DAMAGED, DIGEST_FALSE };
enum digest_found digest_judge(const struct h5_object *d);

/* Verifies what is not left for later; what is carried from file to file. */
int verify_read(struct fmt_map *map, struct err *err);
int verify_carried(const struct h5_object *o, struct err *err);

/* "/weights/a/kernel" in front of what is wrong with it; -1. */
int object_in(const struct h5_object *o, struct err *err);

/* The three ids of a tree from the digests in its attributes. */
enum fmt_id { ID_CONTENT, ID_WEIGHTS, ID_STATE, ID_N };
extern const char *const id_names[ID_N];
int id_compute(const struct h5_object *root, enum fmt_id id, char hex[FMT_HEX],
    struct err *err);

/* Documents: a dataset of JSON text under a name; names in one are put in
   bytewise order. */
int document_put(struct h5_object *parent, const char *name,
    const struct json *j, struct arena *arena, struct err *err);
int document_put_names(struct json *parent, const char *key, const char **names,
    size_t n, struct arena *arena, struct err *err);
struct json *document_parse(
    const char *text, size_t n, struct arena *arena, struct err *err);
struct json *document_get(
    const struct h5_object *d, struct arena *arena, struct err *err);

/* /about and back. */
int about_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err);
int about_get(struct fmt_model *m, const struct h5_object *d,
    struct arena *arena, struct err *err);

/* {"version":1} to begin with. */
struct json *document_new(struct arena *arena, struct err *err);

/* What the lists of /preprocessing and /lineage hold, against their schemas. */
int steps_check(const struct json *steps, struct err *err);
int records_check(const struct json *records, struct err *err);

/* graph <-> /architecture (layers, wiring), /frozen (flags). */
struct json *architecture_of_graph(
    const struct graph *g, struct arena *arena, struct err *err);
int graph_of_architecture(struct graph *g, const struct json *j,
    struct arena *arena, struct err *err);
int frozen_put(struct h5_object *root, const struct graph *g,
    struct arena *arena, struct err *err);
int frozen_to_graph(struct graph *g, const struct json *j, struct err *err);

/* /delta (fmt_is_delta) and back: tensors left to the base, without numbers;
   to be read behind /weights. */
int delta_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err);
int tensor_left_out(const struct tensor *t);
int delta_get(struct fmt_model *m, const struct json *j, struct arena *arena,
    struct err *err);

/* Has o exactly these attributes?  The list is ascending, NULL-terminated. */
int attrs_only(
    const struct h5_object *o, const char *const *names, struct err *err);
extern const char *const plain_attrs[]; /* of a dataset: sha256 xxh3 */

/* /weights, /optimizer, /alternate and back. */
int weights_put(struct h5_object *root, const struct fmt_model *m,
    struct arena *arena, struct err *err);
int weights_get(struct graph *g, struct h5_object *weights, struct arena *arena,
    struct err *err);
int tensor_at(struct h5_object *group, const char *path, const char *name,
    const struct tensor *t, struct arena *arena, struct err *err);
int labels_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err);
int labels_get(struct fmt_model *m, const struct h5_object *d,
    struct arena *arena, struct err *err);
int slots_get(struct fmt_model *m, struct h5_object *optimizer,
    struct arena *arena, struct err *err);
int alternates_get(struct fmt_model *m, struct h5_object *alternate,
    struct arena *arena, struct err *err);

#endif
