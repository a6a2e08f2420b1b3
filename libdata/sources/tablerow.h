/* One row of a table read as a sample. */
#ifndef NN_TABLEROW_H
#define NN_TABLEROW_H

#include "sources/table.h"

/* The fields from byte `at` on; text is their FIELD_MAX + 1 bytes. */
struct fields table_fields_at(const struct source *s, size_t at, char *text);

/* Puts the line in front of the error. */
int table_at_line(const struct source *s, const uint8_t *at, struct err *err);

int table_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err);

#endif
