/* Fields of a table as text: RFC 4180, one after the other. */
#ifndef NN_FIELD_H
#define NN_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bounds.h"

struct fields {
	const uint8_t *at, *end;
	char separator;
	char *text; /* FIELD_MAX + 1 bytes: the field, quotes gone, NUL */
	size_t n;
	int last; /* it was the last of its row */
};

/* The next field; what is wrong with it is an error. */
int field_next(struct fields *f, struct err *err);

/* Is it valid UTF-8 without NUL?  Otherwise *bad is where it is not. */
int field_utf8(const uint8_t *s, size_t n, size_t *bad);

/* Which line is at byte n, from 1. */
int64_t field_line(const uint8_t *s, size_t n);

#endif
