/* Which names and strings a model file may have. */
#include "h5.h"

int
h5_name_ok(const char *name, size_t n)
{
	size_t i;

	if (n == 0 || n > NAME_MAX_BYTES || name[0] == '.')
		return 0;
	for (i = 0; i < n; i++) {
		char c = name[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '.' ||
			c == '-'))
			return 0;
	}
	return 1;
}

/* How many bytes the UTF-8 sequence at s has, 0 when it is not one. */
static size_t
utf8_length(const uint8_t *s, size_t n)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = s[0] < 0x80 ? 1
	    : s[0] >> 5 == 6     ? 2
	    : s[0] >> 4 == 14    ? 3
	    : s[0] >> 3 == 30    ? 4
				 : 0;
	uint32_t c;
	size_t i;

	if (len < 2 || len > n)
		return len > n ? 0 : len;
	c = s[0] & (0x7fU >> len);
	for (i = 1; i < len; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return len;
}

int
h5_utf8_ok(const char *s, size_t n)
{
	const uint8_t *at = (const uint8_t *)s;
	size_t step;

	for (; n > 0; at += step, n -= step)
		if (*at == 0 || (step = utf8_length(at, n)) == 0)
			return 0;
	return 1;
}
