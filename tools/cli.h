/* Options as rows of a table: parsed, checked, explained, recorded.

   One row describes one option; it serves the parser, its error messages with
   one suggestion, --help, the tests of the man page, and the record of the
   options that changed a result.  A tool's options are a struct that begins
   with struct common (tool.h); the rows say which member is whose. */
#ifndef NN_CLI_H
#define NN_CLI_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"

enum cli_type {
	CLI_END,
	CLI_GROUP,  /* no option: help is the title of those that follow */
	CLI_COMMON, /* the row of that name in common_options (tool.c) */
	CLI_FLAG,   /* int, set to 1; takes no argument */
	CLI_TEXT,   /* const char * */
	CLI_INT,    /* int64_t, min..max */
	CLI_REAL,   /* double, min..max */
	CLI_WORD,   /* const char *, one of words */
	CLI_TIME,   /* double, seconds: "90", "30m", "1.5h", "2d" */
	CLI_BYTES,  /* int64_t: "4096", "256M" (2^20), "1G" */
	CLI_LIST,   /* struct cli_list: may be given often */
	CLI_ATTR,   /* member of another struct: the row `name` (with _ for -)
	               of the table attrs, which also has range, default, help;
	               offset is that of the whole struct */
	CLI_LATER,  /* known, but of a later version: help is the sentence */
};

/* Values of options in the order given.  Rows of the same offset share one
   list, so that --freeze and --train keep their order. */
struct cli_item {
	const char *option; /* "freeze" */
	const char *value;
};

struct cli_list {
	int n;
	struct cli_item *at;
};

struct cli_option {
	enum cli_type type;
	const char *name; /* long, "val-split" */
	int letter;       /* short, or 0 */
	size_t offset;    /* of the member in the options struct */
	const char *arg;  /* "FILE", for help; not for FLAG */
	const char *help; /* NULL in an ATTR row: the attr's own */

	const char *init;     /* default as text; NULL: zero */
	const char *optional; /* set: the argument may be left out
	                           (--confusion[=count]) and is then this */
	double min, max;
	const char *const *words; /* WORD, NULL-terminated */
	const char *later;        /* WORD: others of a later version, a space
	                             between */
	const struct attr *attrs; /* ATTR */
	const char *excludes;     /* names of options, space between */
	const char *needs;        /* one of them must be given as well */
	int result;               /* changes the result: goes into lineage */
	const char *offers;       /* for shells: a registry whose names are
	                             values ("loss"), and words behind it */
};

/* { CLI_TEXT, "labels-from", 0, offsetof(struct options, labels_from), "DATA",
    "take the class names from data", .result = 1 }, */

/* The opening of a row of an option that is known but not built:
   { CLI_REFUSED("roc", NULL, "the ROC") }, */
#define CLI_REFUSED(NAME, ARG, WHAT) \
	CLI_LATER, NAME, 0, 0, ARG, WHAT " belongs to a later version"

struct tool;

/* What a tool is. */
struct cli_tool {
	const char *name;         /* "nn-train" */
	const char *brief;        /* "train a model on data" */
	const char *const *usage; /* synopsis lines without the name,
	                             NULL-terminated */
	const struct cli_option *options;
	const char *const *notes; /* paragraphs at the end of --help, or NULL */
	int (*run)(struct tool *t, void *options); /* 0, or -1 with t->err */
	/* For shells: appends the names in a registry, a space between; and
	   which registry operands come from (NULL: they are files). */
	void (*offers)(const char *what, struct text *out);
	const char *operands;
};

struct cli_given {
	const struct cli_option *row;
	const char *value; /* NULL: a flag */
};

/* A parsed command line. */
struct cli {
	const struct cli_tool *tool;
	const struct cli_option *common; /* rows that CLI_COMMON refers to */
	struct arena *arena;
	void *options;
	int noperands;
	const char **operands; /* NULL-terminated */
	int help, version;     /* were asked for */
	int ngiven;
	struct cli_given *given; /* in order */
};

/* Defaults, then argv into options.  ERR_USAGE with one suggestion.  argv is
   not changed.  c: tool, common, arena and options are set by the caller. */
int cli_parse(struct cli *c, int argc, char **argv, struct err *err);

/* As if --NAME=VALUE (text: "--NAME=VALUE", "--NAME") had been given, unless
   it was: for option lines of SPEC files. */
int cli_add(struct cli *c, const char *text, struct err *err);

/* Writes the text of an option into its member, checked by its row. */
int cli_put(struct cli *c, const struct cli_option *row, const char *text,
    struct err *err);

/* Was the option given?  And its text: NULL if not, "" for a flag. */
int cli_given(const struct cli *c, const char *name);
const char *cli_value(const struct cli *c, const char *name);

/* Another text for an option that was given: what a file held rather than where
   it is, for the record and for comparison. */
void cli_restate(struct cli *c, const char *name, const char *text);

/* The usage lines; all of --help. */
void cli_usage(const struct cli *c, struct text *out);
void cli_help(const struct cli *c, struct text *out);

/* Row i with common ones looked up, --help and --version last; NULL: no more.
   And the attr behind an ATTR row. */
const struct cli_option *cli_row(const struct cli *c, int i);
const struct attr *cli_attr(const struct cli_option *row);

/* Options given whose rows say result, as members of an object: text, true
   for flags, an array when given more than once. */
int cli_record(const struct cli *c, struct json *object, struct err *err);

/* The names of such options that share a list, as often and in the order in
   which they were given, as elements of an array: without them the record does
   not say which came first. */
int cli_record_order(const struct cli *c, struct json *array, struct err *err);

#endif
