/* Which name was meant: near names for hints, globs on paths. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { WORD_MAX = 64 }; /* longer words have no near ones */

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
