/* Tables as text, for CSV and TSV. */
#ifndef NN_TABLE_H
#define NN_TABLE_H

#include "source.h"
#include "sources/field.h"

struct table_conf {
	const char *label, *y, *header;
};

enum role { ROLE_X, ROLE_LABEL, ROLE_Y };

struct table {
	char separator;
	int has_header;
	int64_t columns;
	struct names names; /* of the columns, or what the first row holds */
	uint8_t *role;      /* of each column */
	int64_t *place;     /* among the targets */
	int64_t nx, ny;
	uint64_t *row; /* where each begins */
	size_t row_size;
	int32_t *label;
	size_t label_size;
	struct label_set labels;
};

extern const struct attr table_attrs[];

/* Does the first line hold the separator, and is it text? */
int table_bid(const uint8_t *bytes, size_t n, char separator);
int table_open(
    struct source *s, const void *conf, char separator, struct err *err);
int32_t table_label(const struct source *s, int64_t i);
void table_close(struct source *s);

#endif
