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

int
fmt_clause(struct err *err, enum rule rule)
{
	return err_clause(err, clauses[rule]);
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
	const char *at = strstr(err->text, err_clause_mark);
	size_t k = 0;

	if (at != NULL) {
		at += strlen(err_clause_mark);
		k = strcspn(at, "]");
		k = k < n ? k : n - 1;
		memcpy(clause, at, k);
	}
	clause[k] = '\0';
}
