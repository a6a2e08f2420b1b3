/* What every tool that runs a model does first: the model read and judged, its
   preprocessing made ready, its data opened, its net built. */
#ifndef NN_SESSION_H
#define NN_SESSION_H

#include "data.h"
#include "fmt.h"
#include "nn.h"
#include "plan.h"
#include "tool.h"

struct session {
	struct tool *t;
	const char *name;      /* of the model, for messages */
	const char *adapter;   /* a delta of the model; NULL: none */
	struct fmt_model base; /* what it belongs to */
	struct fmt_model model;
	struct training training;
	struct shape x, y; /* of one sample and of its output */
	enum target target;
	struct pre *pre;
	int64_t skip_bad;
	int keep_bad; /* what cannot be read is left out and noted */
	int strict_labels;
	int again; /* samples are read epoch after epoch */
};

/* Checks what can be checked before the model is read: that the data are
   there and that only one of the model and the data is standard input. */
int session_check(struct session *s, struct tool *t,
    const char *const *operands, int n, struct err *err);

/* Reads the model, and what became of it when s->adapter says so, and makes sure of its graph, task and shapes. */
int session_read(struct session *s, struct err *err);

/* The same of the model at path, by which messages call it: s->t and s->name
   are the caller's. */
int session_read_from(struct session *s, const char *path, struct err *err);

/* Its task, and the shapes of a sample and of the output, from the graph; also
   after surgery. */
int session_ends(struct session *s, struct err *err);

/* Makes the preprocessing ready: the model's, or words that replace it. */
int session_pre(struct session *s, const char *words, struct err *err);

/* Opens data for the model's task.  Whose classes: the model's; the data's own,
   for a head that is still to be made; or the model's and behind them those
   that only the data have.  Tells the notices. */
enum classes { CLASSES_MODEL, CLASSES_DATA, CLASSES_BOTH };
int session_data(struct session *s, const char *const *operands, int n,
    enum classes whose, struct dataset **out, struct err *err);

/* Takes the class names of the data for a model that has none (any more). */
int session_labels(struct session *s, const struct dataset *d, struct err *err);

/* The loss in words, or by task and last layer for NULL and "auto". */
int session_loss(
    struct session *s, const char *words, struct choice *loss, struct err *err);

/* Warns when the data look unlike those the model was trained on: inverted,
   or in another range. */
int session_compare(
    struct session *s, double mean, double spread, const char *data);

/* How many classes a classifier's output tells apart: one output is a yes or
   no. */
int64_t session_classes(const struct session *s);

/* Options (a list that ends with NULL) that only a classifier's task gives a
   meaning: an error for the first that was given without one. */
int session_classifies(
    struct session *s, const char *const *options, struct err *err);

/* The kind of the layer that makes the output. */
const struct node *session_output(const struct session *s);

/* The layers as a table, for --dry-run; state (NULL: none) says of each whether
   and how it learns. */
void session_layers(
    const struct session *s, const char *const *state, struct text *out);

/* Digest of data as hex in the tool's arena. */
int session_digest(struct session *s, struct dataset *d, const char **hex,
    uint8_t bytes[SHA256_BYTES], struct err *err);

/* Are the files that the model was read from still what they were?  To be asked
   when its numbers have been copied or written (fmt_unchanged). */
int session_unchanged(struct session *s, struct err *err);

void session_close(struct session *s);

#endif
