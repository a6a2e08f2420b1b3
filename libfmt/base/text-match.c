/* Which name was meant: near names for hints, globs on paths. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum {
	WORD_MAX = 64, /* longer words have no near ones */
	GLOB_MAX =
	    1024, /* longer patterns match nothing: no path is that long */
};

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

/* Is c in the set that begins after '['?  *end is set behind its ']'; NULL
   when there is none, and '[' stands for itself. */
static int
in_set(const char *set, char c, const char **end)
{
	size_t i = *set == '!' || *set == '^';
	int negated = i > 0;
	int found = 0;

	do {
		char from = set[i], to = from;

		if (from == '\0') {
			*end = NULL;
			return 0;
		}
		if (set[i + 1] == '-' && set[i + 2] != ']' &&
		    set[i + 2] != '\0') {
			i += 2;
			to = set[i];
		}
		if (c >= from && c <= to)
			found = 1;
		i++;
	} while (set[i] != ']');
	*end = set + i + 1;
	return found != negated;
}

/* The places in a pattern where the rest of the path may go on: matching is a
   walk of all of them side by side, so that no pattern takes long. */
struct places {
	char at[GLOB_MAX];
};

/* What one piece of a pattern is, and where the next one begins. */
static size_t
piece_bytes(const char *pattern, char c, int *same)
{
	const char *end;
	int in;

	*same = *pattern == '?' ? c != '/' : *pattern == c;
	if (*pattern != '[')
		return 1;
	in = in_set(pattern + 1, c, &end);
	if (end == NULL)
		return 1;
	*same = in && c != '/';
	return (size_t)(end - pattern);
}

/* Place i is reached: stars may also stand for nothing, and "**" with the "/"
   behind it for no component at all. */
static void
reach(struct places *p, const char *pattern, size_t i)
{
	while (!p->at[i]) {
		p->at[i] = 1;
		if (pattern[i] != '*')
			return;
		if (pattern[i + 1] != '*') {
			i++;
			continue;
		}
		if (pattern[i + 2] == '/')
			reach(p, pattern, i + 3);
		i += 2;
	}
}

/* From the places before c to those behind it. */
static void
walk(struct places *to, const struct places *from, const char *pattern, char c)
{
	size_t i;

	memset(to, 0, sizeof(*to));
	for (i = 0; pattern[i] != '\0'; i++) {
		int deep = pattern[i] == '*' && pattern[i + 1] == '*';
		int same;
		size_t n;

		if (!from->at[i])
			continue;
		if (pattern[i] == '*') {
			if (deep || c != '/') {
				to->at[i] = 1;
				reach(to, pattern, i + (deep ? 2 : 1));
			}
			continue;
		}
		n = piece_bytes(pattern + i, c, &same);
		if (same)
			reach(to, pattern, i + n);
	}
}

int
text_glob(const char *pattern, const char *path)
{
	struct places places[2] = { { { 0 } } };
	size_t n = strlen(pattern);
	int now = 0;

	if (n >= GLOB_MAX)
		return 0;
	reach(&places[0], pattern, 0);
	for (; *path != '\0'; path++, now = !now)
		walk(&places[!now], &places[now], pattern, *path);
	return places[now].at[n];
}
