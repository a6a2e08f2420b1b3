/* Model files: the whole library in one page.

   A model file is a strict canonical profile of HDF5 (schemas/format-1.md):
   what is written here every HDF5 tool reads.  It is read and written by this
   library's own code, which believes nothing and never uses libhdf5.  The
   library never prints, exits, or reads the environment. */
#ifndef NN_FMT_H
#define NN_FMT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/graph.h"
#include "base/json.h"
#include "base/limit.h"
#include "base/tensor.h"

struct fmt_map;
struct h5_object;

enum {
	FMT_MAJOR = 1,
	FMT_MINOR = 0,
	FMT_HEX = 2 * SHA256_BYTES + 1,
	FMT_LABELS_MAX = 1 << 20,
	FMT_LABEL_BYTES_MAX = 1000, /* of one name */
	FMT_WRITER_MAX = 63,        /* bytes of the name of a writer */
};

/* A tensor beside the weights, known by name: optimizer state
   (/optimizer/LAYER/PARAM/SLOT) or other weights
   (/alternate/NAME/LAYER/PARAM). */
struct fmt_named {
	const char *layer, *param;
	const char *name; /* of the slot or of the alternate set */
	struct tensor value;
};

struct fmt_metric {
	const char *name; /* "loss", "val_acc" */
	int64_t n;        /* one number an epoch; NAN: not measured */
	const double *value;
};

/* Everything a file holds.  Numbers are borrowed: from the mapped file after
   reading, from whoever owns them before writing. */
struct fmt_model {
	struct graph graph; /* architecture, weights, frozen flags */
	int64_t nlabels;
	const char **labels;              /* in the order of the outputs */
	const struct json *preprocessing; /* an array of steps, or NULL */
	struct choice optimizer;          /* name NULL: none */
	int64_t optimizer_step;
	int nslots;
	struct fmt_named *slots;
	int nalternates;
	struct fmt_named *alternates;
	const struct json *training; /* a document with its version, or NULL */
	int nmetrics;
	struct fmt_metric *history;
	const struct json *about;   /* a document with its version, or NULL */
	const struct json *lineage; /* array of records, or NULL */
	/* Of a delta, the weights_id of its base, whose tensors are those without
	   numbers here; "": the model is whole. */
	char base_id[FMT_HEX];
	/* Of the file read: an older one is read as FMT_MAJOR.FMT_MINOR, which
	   is what is written. */
	int64_t format_major, format_minor;
	/* Set by reading and by writing, hex: */
	char content_id[FMT_HEX], weights_id[FMT_HEX], state_id[FMT_HEX];
	char writer[FMT_WRITER_MAX + 1];
	const char *features_optional; /* of the file read: kept */
	const struct h5_object *ext;   /* /ext of the file read: kept */
	size_t file_bytes;
	int threads;         /* for digests; 0: as many processors as pay */
	struct fmt_map *map; /* owned: released by fmt_close */
};

/* Numbers that may be verified later than the rest of a file. */
enum fmt_part {
	FMT_WEIGHTS = 1,
	FMT_SLOTS = 2,
	FMT_ALTERNATES = 4,
	FMT_EXT = 8,
	FMT_ALL = 15,
};

/* Whether the numbers of a regular file are looked at where they are (mapped)
   or read into memory.  Unless told: mapped, but read when the file lies on
   another machine, whose pages come one by one and slowly. */
enum fmt_load { FMT_LOAD_AUTO, FMT_LOAD_MAP, FMT_LOAD_READ };

/* Reads and verifies a model.  fd: a regular file or a pipe (spooled to memory
   up to spool bytes, then to an unlinked file in tmpdir).  name is for messages
   only, NULL: standard input.  *m is overwritten; after an error there is
   nothing to close.  Names and documents live in the arena, numbers in the map.
   Kinds and settings are not judged here (nn_resolve does). */
struct fmt_source {
	int fd;
	const char *name;   /* NULL: standard input */
	size_t spool;       /* 0: 256 MiB */
	const char *tmpdir; /* NULL: /tmp */
	unsigned later;     /* parts left for fmt_verify; 0: none */
	int threads;        /* 0: as many processors as pay */
	enum fmt_load load;
};
int fmt_read(struct fmt_model *m, const struct fmt_source *source,
    struct arena *arena, struct err *err);

/* As fmt_read from a path; and from bytes in memory (borrowed, 8-aligned). */
int fmt_open(struct fmt_model *m, const char *path, struct arena *arena,
    struct err *err);
int fmt_parse(struct fmt_model *m, const void *bytes, size_t n,
    struct arena *arena, struct err *err);
void fmt_close(struct fmt_model *m);

/* Verifies the numbers of parts that were left for later, or of one tensor of
   the weights, against the digests in the file (ERR_MODEL).  Whatever reads a
   file verifies all else: the structure, every document, labels, history, and
   that the ids are those of the digests.  Until they are verified the numbers
   of a tensor stand at an address that kills whoever looks there
   (fmt_unverified); writing a model verifies what is left.  To be called before
   layers get other names. */
int fmt_verify(struct fmt_model *m, unsigned parts, struct err *err);
int fmt_verify_tensor(
    struct fmt_model *m, const char *layer, const char *param, struct err *err);
int fmt_unverified(const struct tensor *t);

/* Gives the memory of a mapped file back until its numbers are looked at again:
   for whoever has copied them.  What was read from a pipe stays. */
void fmt_unload(const struct fmt_model *m);

/* Has nobody written to the mapped file of m, or cut it, since it was opened?
   ERR_IO when somebody has.  For whoever has just copied or written numbers of
   m: they are those that were verified.  A file that is replaced or removed
   stays what it was. */
int fmt_unchanged(const struct fmt_model *m, struct err *err);

/* Is the address inside the mapped file of m?  Safe in a signal handler: a
   SIGBUS there means that somebody cut the file while it was in use. */
int fmt_maps(const struct fmt_model *m, const void *address);

/* Deltas: files that hold of a model only the tensors that are not those of
   another, their base.  fmt_leave_out: makes m one, without what the base has
   with the same name and the same bytes.  fmt_complete: gives m the numbers of
   its base, borrowed; every tensor must be there and verified, and the base
   must be the whole model that m was made for (ERR_MODEL).  Kinds and shapes
   are not judged here. */
int fmt_is_delta(const struct fmt_model *m);
void fmt_leave_out(
    struct fmt_model *m, const struct graph *base, const char *base_id);
int fmt_complete(
    struct fmt_model *m, const struct fmt_model *base, struct err *err);

/* Writes front to back, no seek: to a pipe as well.  The three ids of m are
   computed and set, from all the numbers, wherever they came from.  The same
   model gives the same bytes, always. */
int fmt_write(struct fmt_model *m, int fd, struct err *err);

/* The file at path is replaced at once or not at all: see base/replace.h. */
int fmt_save(struct fmt_model *m, const char *path, struct err *err);

/* Both digests of every dataset, and what else can be wrong with a file that
   fmt_read accepted; calls report for each finding (where, what).  How many
   there were, or -1. */
int fmt_check(struct fmt_model *m,
    void (*report)(void *ctx, const char *where, const char *what), void *ctx,
    struct err *err);

/* SHA-256 of a tensor's bytes (its digest attribute in the file). */
int fmt_digest(
    const struct tensor *t, uint8_t out[SHA256_BYTES], struct err *err);

/* What people are told of a model (/about): the members that its document may
   have beside its version, ascending, ended by one without a name. */
enum fmt_about_form {
	FMT_ABOUT_LINE,    /* one line of text */
	FMT_ABOUT_TEXT,    /* with line ends and tabs */
	FMT_ABOUT_LICENSE, /* a license expression of SPDX */
	FMT_ABOUT_URL,     /* http, https, ftp or sftp */
};
struct fmt_about_field {
	const char *name;
	enum fmt_about_form form;
	int items;  /* a list of at most so many; 0: a single text */
	int length; /* of a text, in characters, at most */
};
enum { FMT_ABOUT_FIELDS = 7 };
extern const struct fmt_about_field fmt_about_fields[FMT_ABOUT_FIELDS + 1];

/* Is the object that, and nothing else?  Errors with code name the member. */
int fmt_about_check(
    const struct json *about, enum err_code code, struct err *err);

/* Bytes (borrowed) as /ext/PATH, in place of what is there; PATH is OWNER/NAME.
   All of an owner away again: 1, 0 when there is nothing of his, or -1.  Have
   two models the same under /ext? */
int fmt_ext_put(struct fmt_model *m, const char *path, const void *bytes,
    size_t n, struct arena *arena, struct err *err);
int fmt_ext_drop(struct fmt_model *m, const char *owner, struct arena *arena,
    struct err *err);
int fmt_ext_same(const struct fmt_model *a, const struct fmt_model *b);

/* Every limit of a model file with its reason; a table that a row without a
   name ends.  What goes beyond one is refused before anything is allocated. */
const struct limit *fmt_limits(void);

/* Appends a record to the lineage of m (copying the older ones). */
int fmt_lineage_add(struct fmt_model *m, struct json *record,
    struct arena *arena, struct err *err);

#endif
