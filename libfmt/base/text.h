/* Growing strings, safe printing of foreign names, near names for hints. */
#ifndef NN_BASE_TEXT_H
#define NN_BASE_TEXT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* A growing string in an arena.  Sticky: after a failure every call does
   nothing, and text_end says so. */
struct text {
	struct arena *arena;
	struct err *err;
	char *s; /* always ends in NUL once begun */
	size_t len, size;
};

void text_begin(struct text *t, struct arena *arena, struct err *err);
void text_add(struct text *t, const char *s);
void text_add_n(struct text *t, const char *s, size_t n);
void text_addf(struct text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The string, or NULL when memory ran out on the way. */
char *text_end(struct text *t);

/* Writes s into out (at most size bytes with the NUL), every byte that is not
   printable ASCII or valid UTF-8 as \xNN, cut with "..." when too long.
   Returns out.  For messages about names that strangers chose. */
char *text_safe(char *out, size_t size, const char *s, size_t n);

/* The shortest decimal that reads back as the same double; "%.17g" at worst.
   Always with '.', whatever the locale. */
char *text_number(char out[32], double v);

/* Bytewise order, for qsort and bsearch, of what begins with a string: a
   const char *, or a struct whose first member is one. */
int text_order(const void *a, const void *b);

/* The candidate (names[i], NULL-terminated) nearest to word, or NULL when
   none is near: at most a third of the letters differ. */
const char *text_nearest(const char *word, const char *const *names);

/* Whole-string numbers: 0, or -1 without an err when s is not one. */
int text_to_int(const char *s, long long *v);
int text_to_real(const char *s, double *v);

/* Glob on paths: '*' and '?' stop at '/', '**' does not, [a-z] sets. */
int text_glob(const char *pattern, const char *path);

#endif
