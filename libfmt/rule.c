/* Refusals: what is wrong with a file, and which clause of its format says
   so. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

#ifdef __clang_analyzer__
#undef fmt_refuse
#undef fmt_clause
#endif

static const char *const clauses[] = {
#define RULE(NAME, CLAUSE, TEXT) CLAUSE,
#include "rules.def"
#undef RULE
};

/* Room for the clause behind any text. */
enum { MARK_MAX = 24 };
static const char mark[] = " [format 1: ";

int
fmt_clause(struct err *err, enum rule rule)
{
	size_t n = strlen(err->text);

	if (err->code != ERR_MODEL || strstr(err->text, mark) != NULL)
		return -1;
	if (n > sizeof(err->text) - MARK_MAX)
		n = sizeof(err->text) - MARK_MAX;
	snprintf(
	    err->text + n, sizeof(err->text) - n, "%s%s]", mark, clauses[rule]);
	return -1;
}

int
fmt_refuse(struct err *err, enum rule rule, const char *fmt, ...)
{
	char text[ERR_TEXT];
	va_list ap;

	if (err->code != ERR_NONE)
		return -1;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(err, ERR_MODEL, "%s", text);
	return fmt_clause(err, rule);
}

void
fmt_clause_of(const struct err *err, char *clause, size_t n)
{
	const char *at = strstr(err->text, mark);
	size_t k = 0;

	if (at != NULL) {
		at += sizeof(mark) - 1;
		k = strcspn(at, "]");
		k = k < n ? k : n - 1;
		memcpy(clause, at, k);
	}
	clause[k] = '\0';
}
