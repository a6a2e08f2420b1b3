/* The clauses of the format, by name, for those who refuse a file. */
#ifndef NN_RULE_H
#define NN_RULE_H

#include <stddef.h>

#include "base/err.h"

enum rule {
#define RULE(NAME, CLAUSE, TEXT) RULE_##NAME,
#include "rules.def"
#undef RULE
	RULE_N
};

/* Refuses a file: ERR_MODEL, the text, and behind it " [format 1: CLAUSE]".
   The first error wins.  Returns -1. */
int fmt_refuse(struct err *err, enum rule rule, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the clause to an ERR_MODEL that names none; returns -1. */
int fmt_clause(struct err *err, enum rule rule);

/* The clause that an error names, at most n - 1 bytes of it, or "". */
void fmt_clause_of(const struct err *err, char *clause, size_t n);

#ifdef __clang_analyzer__
#define fmt_refuse(...) ((void)fmt_refuse(__VA_ARGS__), -1)
#define fmt_clause(...) ((void)fmt_clause(__VA_ARGS__), -1)
#endif

#endif
