/* What went wrong, said once: a code for the exit status, a text for people.

   A function that can fail takes a struct err * as its last argument and
   returns 0 or -1 (or NULL); one without it cannot fail.  The first error
   wins; callers on the way up only add where: "model.h5nn: weights: ...". */
#ifndef NN_BASE_ERR_H
#define NN_BASE_ERR_H

enum err_code {
	ERR_NONE = 0,
	ERR_PARTIAL = 1, /* a negative or partial result */
	ERR_USAGE = 2,   /* the command line contradicts itself */
	ERR_MODEL = 3,   /* not a model we can use */
	ERR_DATA = 4,    /* bad data, or data that does not fit the model */
	ERR_IO = 5,      /* the system refused: file, disk, memory */
	ERR_NUMERIC = 6, /* a number stopped being finite */
	ERR_BUDGET = 7,  /* stopped by a budget before the plan was done */
	ERR_BUG = 70,    /* our own mistake */
};

enum { ERR_TEXT = 512 };

struct err {
	enum err_code code;
	char text[ERR_TEXT];
};

/* Sets code and text unless an error is already there; returns -1.  Of too long
   a text the end is kept, where the reason stands. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* As err_set with ERR_IO and ": strerror(errno)" appended; returns -1. */
int err_errno(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts "WHERE: " in front of the text; returns -1. */
int err_in(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* What was taken for a mistake in the command line is one of what `code` says:
   the words come from a file.  What the machine did stays.  Returns -1. */
int err_blame(struct err *err, enum err_code code);

/* Puts behind the text of an ERR_MODEL which clause of the model file's format
   says so, " [format 1: 8.2]", unless it names one; returns -1. */
int err_clause(struct err *err, const char *clause);
extern const char err_clause_mark[]; /* what stands in front of its number */

#ifdef __clang_analyzer__
/* It sees one file at a time and would not know that these return -1. */
#define err_set(...) ((void)err_set(__VA_ARGS__), -1)
#define err_errno(...) ((void)err_errno(__VA_ARGS__), -1)
#define err_in(...) ((void)err_in(__VA_ARGS__), -1)
#define err_clause(...) ((void)err_clause(__VA_ARGS__), -1)
#define err_blame(...) ((void)err_blame(__VA_ARGS__), -1)
#endif

/* Forgets the error, so that the struct can be used again. */
void err_clear(struct err *err);

#endif
