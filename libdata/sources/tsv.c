/* TSV: a table with tab-separated fields, a row a sample. */
#include "sources/tablerow.h"

static int
tsv_bid(const uint8_t *bytes, size_t n, int is_dir)
{
	return is_dir ? 0 : table_bid(bytes, n, '\t');
}

static int
tsv_open(struct source *s, const void *conf, struct err *err)
{
	return table_open(s, conf, '\t', err);
}

const struct source_kind source_tsv = {
	.name = "tsv",
	.help = "table with tab-separated fields, a row a sample",
	.attrs = table_attrs,
	.conf_size = sizeof(struct table_conf),
	.bid = tsv_bid,
	.open = tsv_open,
	.read = table_read,
	.name_of = source_numbered,
	.label_of = table_label,
	.close = table_close,
};
