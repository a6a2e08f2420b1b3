/* Fields of a table as text: RFC 4180, one after the other. */
#include <string.h>

#include "sources/field.h"

static int
put(struct fields *f, uint8_t c, struct err *err)
{
	if (f->n == FIELD_MAX)
		return err_set(
		    err, ERR_DATA, "a field of more than %d bytes", FIELD_MAX);
	f->text[f->n++] = (char)c;
	return 0;
}

/* Behind the opening quote; "" stands for one quote. */
static int
take_quoted(struct fields *f, struct err *err)
{
	for (;; f->at++) {
		if (f->at == f->end)
			return err_set(
			    err, ERR_DATA, "a quote (\") is never closed");
		if (*f->at == '"') {
			f->at++;
			if (f->at == f->end || *f->at != '"')
				return 0;
		}
		if (put(f, *f->at, err) < 0)
			return -1;
	}
}

static int
is_end(const struct fields *f)
{
	return f->at == f->end || *f->at == '\n' ||
	    (*f->at == '\r' && (f->at + 1 == f->end || f->at[1] == '\n'));
}

/* Goes behind the separator or the end of the row. */
static int
take_end(struct fields *f, struct err *err)
{
	f->last = is_end(f);
	if (!f->last && *f->at != (uint8_t)f->separator)
		return err_set(
		    err, ERR_DATA, "text behind the closing quote (\")");
	if (!f->last)
		f->at++;
	else if (f->at < f->end) {
		f->at += *f->at == '\r';
		f->at += f->at < f->end && *f->at == '\n';
	}
	return 0;
}

int
field_next(struct fields *f, struct err *err)
{
	f->n = 0;
	if (f->at < f->end && *f->at == '"') {
		f->at++;
		if (take_quoted(f, err) < 0)
			return -1;
	} else
		for (; !is_end(f) && *f->at != (uint8_t)f->separator; f->at++)
			if (*f->at == '"')
				return err_set(err, ERR_DATA,
				    "a quote (\") inside a field");
			else if (put(f, *f->at, err) < 0)
				return -1;
	f->text[f->n] = '\0';
	return take_end(f, err);
}

/* Bytes of the character at s, 0 when it is none. */
static size_t
character(const uint8_t *s, size_t n)
{
	uint32_t v;
	size_t length = s[0] < 0x80       ? 1
	    : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
	    : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
	    : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
					  : 0;
	size_t i;

	if (length == 0 || length > n || s[0] == 0)
		return 0;
	v = length == 1 ? s[0] : s[0] & (0x7fu >> length);
	for (i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s[i] & 0x3fu);
	}
	if ((length == 3 && (v < 0x800 || (v >= 0xd800 && v < 0xe000))) ||
	    (length == 4 && (v < 0x10000 || v > 0x10ffff)))
		return 0;
	return length;
}

int
field_utf8(const uint8_t *s, size_t n, size_t *bad)
{
	size_t i = 0, length;

	while (i < n) {
		length = character(s + i, n - i);
		if (length == 0) {
			*bad = i;
			return 0;
		}
		i += length;
	}
	return 1;
}

int64_t
field_line(const uint8_t *s, size_t n)
{
	int64_t line = 1;
	const uint8_t *end = s + n;

	while (s < end && (s = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		line++;
		s++;
	}
	return line;
}
