/* Growing strings, safe printing of foreign names, near names for hints. */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
	FIRST_ROOM = 128, /* bytes a text begins with */
	WORD_MAX = 64,    /* longer words have no near ones */
};

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

/* Runs with the C locale's decimal point; the caller's locale comes back with
   locale_back. */
static locale_t
locale_c(locale_t *made)
{
	*made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return *made == (locale_t)0 ? (locale_t)0 : uselocale(*made);
}

static void
locale_back(locale_t old, locale_t made)
{
	if (made == (locale_t)0)
		return;
	uselocale(old);
	freelocale(made);
}

/* "1e-05" and "1e+15" to "1e-5" and "1e15". */
static void
tidy_exponent(char *s)
{
	char *e = strchr(s, 'e');
	const char *digits;

	if (e == NULL)
		return;
	e++;
	digits = e + 1;
	if (*e == '-')
		e++;
	while (*digits == '0')
		digits++;
	memmove(e, digits, strlen(digits) + 1);
}

/* Every decimal of 15 digits survives a double, so that 15 digits without
   trailing zeros are the shortest if they read back equal; only numbers near
   the smallest have shorter ones. */
static void
print_shortest(char out[32], double v)
{
	int digits = fabs(v) < 1e-290 ? 1 : 15;

	do {
		snprintf(out, 32, "%.*g", digits, v);
	} while (strtod(out, NULL) != v && digits++ < 17);
}

char *
text_number(char out[32], double v)
{
	locale_t made, old;

	if (isnan(v))
		return strcpy(out, "nan");
	if (isinf(v))
		return strcpy(out, v < 0 ? "-inf" : "inf");
	old = locale_c(&made);
	print_shortest(out, v);
	locale_back(old, made);
	tidy_exponent(out);
	return out;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters to insert, drop, change or swap with their neighbour. */
static size_t
distance(const char *a, const char *b, size_t n, size_t m)
{
	size_t d[3][WORD_MAX + 1];
	size_t i, j;

	for (j = 0; j <= m; j++)
		d[0][j] = j;
	for (i = 1; i <= n; i++) {
		size_t *row = d[i % 3];
		const size_t *up = d[(i + 2) % 3];
		const size_t *above = d[(i + 1) % 3];

		row[0] = i;
		for (j = 1; j <= m; j++) {
			int ca = tolower((unsigned char)a[i - 1]);
			int cb = tolower((unsigned char)b[j - 1]);

			row[j] = least(up[j], row[j - 1]) + 1;
			row[j] = least(row[j], up[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], above[j - 2] + 1);
		}
	}
	return d[n % 3][m];
}

const char *
text_nearest(const char *word, const char *const *names)
{
	const char *best = NULL;
	size_t best_distance = SIZE_MAX;
	size_t n = strlen(word);

	if (n > WORD_MAX)
		return NULL;
	for (; *names != NULL; names++) {
		size_t m = strlen(*names), d;

		if (m > WORD_MAX)
			continue;
		d = distance(word, *names, n, m);
		if (d <= (n > m ? n : m) / 3 && d < best_distance) {
			best = *names;
			best_distance = d;
		}
	}
	return best;
}

int
text_to_int(const char *s, long long *v)
{
	char *end;

	if (s[0] != '-' && s[0] != '+' && !isdigit((unsigned char)s[0]))
		return -1;
	errno = 0;
	*v = strtoll(s, &end, 10);
	return end == s || *end != '\0' || errno != 0 ? -1 : 0;
}

int
text_to_real(const char *s, double *v)
{
	locale_t made, old;
	char *end;

	/* Only decimals: strtod alone would take " 1", "0x1p3" and "nan". */
	if (s[0] == '\0' || s[strspn(s, "0123456789.eE+-")] != '\0')
		return -1;
	old = locale_c(&made);
	*v = strtod(s, &end);
	locale_back(old, made);
	return end == s || *end != '\0' || !isfinite(*v) ? -1 : 0;
}

/* Is c in the set that begins after '['?  *end is set behind its ']'; NULL
   when there is none, and '[' stands for itself. */
static int
in_set(const char *set, char c, const char **end)
{
	const char *p = set;
	int not = *p == '!' || *p == '^';
	int found = 0;

	p += not ;
	do {
		unsigned char from = (unsigned char)p[0], to = from;

		if (from == '\0') {
			*end = NULL;
			return 0;
		}
		if (p[1] == '-' && p[2] != ']' && p[2] != '\0') {
			to = (unsigned char)p[2];
			p += 2;
		}
		found |= (unsigned char)c >= from && (unsigned char)c <= to;
		p++;
	} while (*p != ']');
	*end = p + 1;
	return found != not ;
}

/* "**" and, behind it, "/": as many components as there are, or none. */
static int
glob_deep(const char *rest, const char *path)
{
	if (*rest == '/' && text_glob(rest + 1, path))
		return 1;
	for (;; path++) {
		if (text_glob(rest, path))
			return 1;
		if (*path == '\0')
			return 0;
	}
}

static int
glob_star(const char *rest, const char *path)
{
	for (;; path++) {
		if (text_glob(rest, path))
			return 1;
		if (*path == '\0' || *path == '/')
			return 0;
	}
}

int
text_glob(const char *pattern, const char *path)
{
	for (; *pattern != '\0'; path++) {
		const char *next = pattern + 1;
		int same = *pattern == *path;

		if (pattern[0] == '*' && pattern[1] == '*')
			return glob_deep(pattern + 2, path);
		if (*pattern == '*')
			return glob_star(pattern + 1, path);
		if (*path == '\0')
			return 0;
		if (*pattern == '?')
			same = *path != '/';
		if (*pattern == '[') {
			const char *end;
			int in = in_set(pattern + 1, *path, &end);

			if (end != NULL) {
				next = end;
				same = in && *path != '/';
			}
		}
		if (!same)
			return 0;
		pattern = next;
	}
	return *path == '\0';
}
