/* Tables as machines and people want them: TSV, CSV, JSON, Markdown. */
#ifndef NN_REPORT_H
#define NN_REPORT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum report_form { REPORT_TSV, REPORT_CSV, REPORT_JSON, REPORT_MD };
extern const char *const report_words[]; /* in that order */

/* "csv" to REPORT_CSV; the word is one of report_words. */
enum report_form report_form(const char *word);

/* Cells are text; a row is as long as the head.  Numbers are cells too, and
   JSON writes them bare. */
struct report_cell {
	const char *s;
	int is_number;
};

struct report {
	const char *name; /* "confusion": file name, JSON key */
	int columns;
	int bare; /* two columns: in JSON its members are the report's own */
	int64_t cells, room;
	struct report_cell *cell; /* the head is the first row */
	struct arena *arena;
	struct err *err;
};

void report_begin(struct report *r, const char *name, int columns,
    struct arena *arena, struct err *err);
void report_text(struct report *r, const char *s);
void report_int(struct report *r, int64_t v);
/* Six significant digits; "nan" (JSON: null) when there is no value. */
void report_real(struct report *r, double v);

/* Appends the table.  JSON: an array of objects, without a name. */
void report_print(
    const struct report *r, enum report_form form, struct text *out);

/* All tables, one after the other; JSON: one object. */
void report_print_all(
    const struct report *all, int n, enum report_form form, struct text *out);

/* One cell, escaped as the form wants it. */
void report_put(struct text *out, enum report_form form, const char *s);

/* A number as JSON has it, and a string with its quotes. */
void report_json_text(struct text *out, const char *s);
const char *report_number(char out[32], double v);

#endif
