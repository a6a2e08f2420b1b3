/* Numbers that PyTorch and Keras computed, recorded in tests/golden: lines of
   a name and words or numbers.  The inputs follow from a formula that
   golden.py knows as well. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "parts.h"

#include <stdlib.h>

#include "base/text.h"

enum { GOLDEN_LINE = 1 << 16, GOLDEN_VALUES = 256, GOLDEN_WORDS = 8 };

/* Salts: what a number is for. */
enum {
	SALT_X = 1,
	SALT_DY = 50,
	SALT_PARAM = 60,
	SALT_Z = 100,
	SALT_TARGET = 110,
	SALT_W = 120,
	SALT_G = 200,
	SALT_IMAGE = 1000,
};

/* Number i of -1..1 for that use, with 24 bits. */
static inline double
golden(uint32_t salt, int64_t i)
{
	uint32_t x = (uint32_t)i * 0x9E3779B1u;

	x ^= salt * 0x85EBCA6Bu;
	x = (x ^ x >> 15) * 0x2C1B3C6Du;
	x = (x ^ x >> 12) * 0x297A2D39u;
	x ^= x >> 15;
	return (double)(x >> 8) / (1 << 23) - 1;
}

struct golden {
	const char *name; /* of the file */
	FILE *file;
	int row;
	char line[GOLDEN_LINE];
};

static inline void
golden_open(struct golden *g, const char *name)
{
	const char *top = getenv("srcdir");
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/golden/%s",
	    top != NULL ? top : ".", name);
	g->name = name;
	g->row = 0;
	g->file = fopen(path, "r");
	if (g->file == NULL)
		fail_msg("cannot open %s", path);
}

/* The next line that is not a comment: its first word, the rest in *rest;
   NULL at the end. */
static inline const char *
golden_next(struct golden *g, char **rest)
{
	do {
		g->row++;
		if (fgets(g->line, sizeof(g->line), g->file) == NULL) {
			fclose(g->file);
			return NULL;
		}
	} while (g->line[0] == '#');
	return strtok_r(g->line, " \n", rest);
}

static inline const char *
golden_word(char **rest)
{
	const char *word = strtok_r(NULL, " \n", rest);

	if (word == NULL)
		fail_msg("a word is missing");
	return word;
}

static inline int
golden_int(char **rest)
{
	const char *word = golden_word(rest);
	long long v;

	if (text_to_int(word, &v) < 0)
		fail_msg("'%s' is not a whole number", word);
	return (int)v;
}

static inline double
golden_real(char **rest)
{
	const char *word = golden_word(rest);
	double v;

	if (text_to_real(word, &v) < 0)
		fail_msg("'%s' is not a number", word);
	return v;
}

/* The numbers of the rest of a line must be n and near those given. */
static inline void
golden_compare(struct golden *g, const char *what, char **rest,
    const real *values, int64_t n, double tolerance)
{
	const char *word;
	int64_t i;

	for (i = 0; (word = strtok_r(NULL, " \n", rest)) != NULL; i++) {
		double want = strtod(word, NULL);

		if (i >= n)
			break;
		if (distance((double)values[i], want) > tolerance)
			fail_msg("%s:%d: %s: number %d is %.12g, not %.12g",
			    g->name, g->row, what, (int)i, (double)values[i],
			    want);
	}
	if (i != n || word != NULL)
		fail_msg("%s:%d: %s: %d numbers recorded, %d computed", g->name,
		    g->row, what, (int)i, (int)n);
}

#endif
