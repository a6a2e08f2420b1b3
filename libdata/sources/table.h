/* Tables as text, for CSV and TSV. */
#ifndef NN_TABLE_H
#define NN_TABLE_H

#include "source.h"

struct table_conf {
	const char *label, *y, *header;
};

extern const struct attr table_attrs[];

/* Does the first line hold the separator, and is it text? */
int table_bid(const uint8_t *bytes, size_t n, char separator);
int table_open(
    struct source *s, const void *conf, char separator, struct err *err);
int table_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err);
int32_t table_label(const struct source *s, int64_t i);
void table_close(struct source *s);

#endif
