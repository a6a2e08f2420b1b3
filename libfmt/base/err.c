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

enum { LONG_TEXT = 8192 }; /* two paths and what is said of them */

/* Too long a text loses its front: the reason stands at the end. */
static void
keep_end(struct err *err, const char *text)
{
	static const char cut[] = "...";
	size_t n = strlen(text), most = sizeof(err->text) - sizeof(cut);

	if (n < sizeof(err->text)) {
		memcpy(err->text, text, n + 1);
		return;
	}
	text += n - most;
	while (((unsigned char)*text & 0xc0) == 0x80)
		text++; /* no half of a character */
	snprintf(err->text, sizeof(err->text), "%s%s", cut, text);
}

static int __attribute__((format(printf, 3, 0)))
set(struct err *err, enum err_code code, const char *fmt, va_list ap)
{
	char text[LONG_TEXT];

	if (err->code != ERR_NONE)
		return -1;
	err->code = code;
	vsnprintf(text, sizeof(text), fmt, ap);
	keep_end(err, text);
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
	char text[LONG_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(err, ERR_IO, "%s: %s", text, strerror(number));
}

int
err_in(struct err *err, const char *fmt, ...)
{
	char text[LONG_TEXT + ERR_TEXT];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(text, LONG_TEXT - 2, fmt, ap);
	va_end(ap);
	n = strlen(text);
	snprintf(text + n, sizeof(text) - n, ": %s", err->text);
	keep_end(err, text);
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
