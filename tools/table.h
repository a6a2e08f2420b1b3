/* Tables that a person likes to read: columns as wide as they need to be. */
#ifndef NN_TABLE_H
#define NN_TABLE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum { TABLE_COLUMNS_MAX = 12 };

/* Sticky as struct text is: table_print says whether memory sufficed. */
struct table {
	struct arena *arena;
	struct err *err;
	const char *align; /* one letter a column, 'l' or 'r' */
	int columns, cells, room;
	const char **cell;
};

/* align: "rllr"; the string must stay. */
void table_begin(
    struct table *t, const char *align, struct arena *arena, struct err *err);
void table_cell(struct table *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void table_print(const struct table *t, struct text *out);

/* 1234567 as "1,234,567". */
char *table_count(char out[32], int64_t n);

#endif
