/* nn-edit: what its parts share. */
#ifndef NN_EDIT_H
#define NN_EDIT_H

#include "tool.h"

struct edit_options {
	struct common common;
	const char *labels, *labels_from, *pre;
	struct cli_list rename; /* OLD=NEW */
	const char *title, *description, *license, *citation, *url;
	struct cli_list author, keyword;
	struct cli_list ext;      /* OWNER/NAME=FILE */
	struct cli_list drop_ext; /* OWNER */
	struct cli_list unset;    /* NAME */
};

struct edit {
	struct tool *t;
	struct edit_options *o;
	const char *name; /* of the model, for messages */
	struct fmt_model m;
	struct graph resolved;  /* its graph, when labels or --pre ask for it */
	struct text said;       /* a line for each change */
	struct edit_file *file; /* of --ext */
};

/* A file that goes under /ext. */
struct edit_file {
	const char *path; /* OWNER/NAME */
	const char *bytes;
	size_t n;
	const char *words; /* "OWNER/NAME=sha256:HEX", for the record */
};

/* Before the model is read: can what the options say be?  Then, with the model,
   each does its part and says so; an option that changes nothing is an
   error. */
int edit_about_check(struct edit *e, struct err *err);
int edit_about(struct edit *e, struct err *err);
int edit_labels(struct edit *e, struct err *err);
int edit_pre(struct edit *e, struct err *err);
int edit_ext_check(struct edit *e, struct err *err);
int edit_ext(struct edit *e, struct err *err);
int edit_ext_record(struct edit *e, struct json *record, struct err *err);

/* Is the name among those of --unset? */
int edit_unset(const struct edit *e, const char *name);

/* A line "WHAT: FROM | TO", NULL: none. */
void edit_say(
    struct edit *e, const char *what, const char *from, const char *to);

/* "--OPTION: has no effect, the model has that already". */
int edit_no_effect(const struct edit *e, const char *option, struct err *err);

#endif
