/* A folder of PNG pictures without labels, however they lie in it. */
#include "sources/folder.h"

static int
dir_bid(const uint8_t *bytes, size_t n, int is_dir)
{
	return folder_bid(bytes, n, is_dir) > 0 ? 1 : 0;
}

const struct source_kind source_dir = {
	.name = "dir",
	.help = "folder of PNG pictures without labels",
	.decodes = 1,
	.bid = dir_bid,
	.open = folder_open_flat,
	.read = folder_read,
	.name_of = folder_name,
	.close = folder_close,
};
