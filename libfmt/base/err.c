/* What went wrong, said once. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

#ifdef __clang_analyzer__
#undef err_set
#undef err_errno
#undef err_in
#undef err_clause
#undef err_blame
#endif

static int __attribute__((format(printf, 3, 0)))
set(struct err *err, enum err_code code, const char *fmt, va_list ap)
{
	if (err->code != ERR_NONE)
		return -1;
	err->code = code;
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	return -1;
}

int
err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, code, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_errno(struct err *err, const char *fmt, ...)
{
	int number = errno;
	size_t n;
	va_list ap;

	if (err->code != ERR_NONE)
		return -1;
	va_start(ap, fmt);
	set(err, ERR_IO, fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	snprintf(
	    err->text + n, sizeof(err->text) - n, ": %s", strerror(number));
	return -1;
}

int
err_in(struct err *err, const char *fmt, ...)
{
	char where[ERR_TEXT];
	char text[ERR_TEXT];
	va_list ap;
	int n;

	va_start(ap, fmt);
	vsnprintf(where, sizeof(where), fmt, ap);
	va_end(ap);
	memcpy(text, err->text, sizeof(text));
	n = snprintf(err->text, sizeof(err->text), "%s: ", where);
	if (n > 0 && (size_t)n < sizeof(err->text))
		snprintf(err->text + n, sizeof(err->text) - (size_t)n, "%.*s",
		    (int)sizeof(err->text) - n - 1, text);
	return -1;
}

int
err_blame(struct err *err, enum err_code code)
{
	if (err->code == ERR_USAGE)
		err->code = code;
	return -1;
}

/* Room for a clause behind any text. */
enum { CLAUSE_MAX = 24 };
const char err_clause_mark[] = " [format 1: ";

int
err_clause(struct err *err, const char *clause)
{
	size_t n = strlen(err->text);

	if (err->code != ERR_MODEL ||
	    strstr(err->text, err_clause_mark) != NULL)
		return -1;
	if (n > sizeof(err->text) - CLAUSE_MAX)
		n = sizeof(err->text) - CLAUSE_MAX;
	snprintf(err->text + n, sizeof(err->text) - n, "%s%s]", err_clause_mark,
	    clause);
	return -1;
}

void
err_clear(struct err *err)
{
	err->code = ERR_NONE;
	err->text[0] = '\0';
}
