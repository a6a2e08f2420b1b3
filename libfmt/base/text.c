/* Growing strings, and safe printing of foreign names. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { FIRST_ROOM = 128 }; /* bytes a text begins with */

void
text_begin(struct text *t, struct arena *arena, struct err *err)
{
	*t = (struct text){ .arena = arena, .err = err, .size = FIRST_ROOM };
	t->s = arena_alloc(arena, t->size, err);
}

/* Room for n more bytes and the NUL; 0 when there is none. */
static int
room_for(struct text *t, size_t n)
{
	size_t size = t->size;
	char *s;

	if (t->s == NULL)
		return 0;
	if (n < size - t->len)
		return 1;
	while (size - t->len <= n && size <= SIZE_MAX / 2)
		size *= 2;
	s = size - t->len > n ? arena_alloc(t->arena, size, t->err) : NULL;
	if (s == NULL) {
		err_set(t->err, ERR_IO, "out of memory (a text)");
		t->s = NULL;
		return 0;
	}
	memcpy(s, t->s, t->len);
	t->s = s;
	t->size = size;
	return 1;
}

void
text_add_n(struct text *t, const char *s, size_t n)
{
	if (!room_for(t, n))
		return;
	memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void
text_add(struct text *t, const char *s)
{
	text_add_n(t, s, strlen(s));
}

void
text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !room_for(t, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

char *
text_end(struct text *t)
{
	return t->s;
}

/* Characters that are valid but play tricks on a terminal: C1 controls and
   those that turn the direction of the text around. */
static int
tricky(uint32_t c)
{
	return (c >= 0x80 && c < 0xa0) || c == 0x200e || c == 0x200f ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0xfeff;
}

/* Bytes of the UTF-8 sequence at s that may be shown as it is, else 0. */
static size_t
showable(const unsigned char *s, size_t n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len, i;
	uint32_t c;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] < 0x7f;
	len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || len > n)
		return 0;
	c = s[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return tricky(c) ? 0 : len;
}

char *
text_safe(char *out, size_t size, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t used = 0, cut = 0, i = 0;
	char piece[8];

	if (size == 0)
		return out;
	while (i < n) {
		size_t take = showable(p + i, n - i);
		size_t len = take > 0 ? take : 4;

		if (take > 0)
			memcpy(piece, p + i, take);
		else
			snprintf(piece, sizeof(piece), "\\x%02x", p[i]);
		if (used + len >= size)
			break;
		memcpy(out + used, piece, len);
		used += len;
		if (used + 3 < size)
			cut = used; /* "..." would still fit behind */
		i += take > 0 ? take : 1;
	}
	if (i < n && size > 3) {
		memcpy(out + cut, "...", 3);
		used = cut + 3;
	}
	out[used] = '\0';
	return out;
}

int
text_order(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}
