/* Every limit of the files that data are read from in one table, with its
   reason.  The values are the constants that the readers compare with. */
#include "bounds.h"
#include "data.h"

static const struct limit limits[] = {
	{ "classes", LABELS_MAX, "classes of a data set",
	    "labels of samples are kept as small numbers" },
	{ "class-bytes", LABEL_BYTES_MAX, "bytes of a class's name",
	    "more than a file name can have" },
	{ "field-bytes", FIELD_MAX, "bytes of a field of a table",
	    "one field is held at a time" },
	{ "line-bytes", LINE_MAX_BYTES, "bytes of a line of a table",
	    "a million columns fit; a file without line ends is no table" },
	{ "columns", COLUMNS_MAX, "columns of a table",
	    "memory is counted by columns, not by rows" },
	{ "png-side", PNG_SIDE_MAX, "pixels of a side",
	    "what a picture says it has is allocated" },
	{ "png-pixels", PNG_PIXELS_MAX, "pixels of a picture",
	    "at most 512 MiB while it is decoded" },
	{ "png-bytes", PNG_FILE_MAX, "bytes of a picture's file",
	    "twice the largest picture's pixels" },
	{ "npy-header-bytes", NPY_HEADER_MAX, "bytes of a NumPy header",
	    "a shape and a type need a hundred" },
	{ "idx-rank", IDX_RANK_MAX, "dimensions of an IDX file",
	    "samples, rows, columns, channels" },
	{ "gzip-ratio", GZ_RATIO_MAX, "bytes inside for one of gzip",
	    "deflate cannot do more, so a file that claims it lies; known "
	    "before anything is allocated" },
	{ "folder-depth", WALK_DEPTH_MAX, "folders in folders",
	    "the walk calls itself once a folder" },
	{ "list-path-bytes", LIST_PATH_MAX, "bytes of a path in a list",
	    "Linux opens no longer one" },
	{ "pre-steps", PRE_STEPS_MAX, "steps of a preprocessing chain",
	    "each costs a pass over every sample" },
	{ NULL, 0, NULL, NULL },
};

const struct limit *
data_limits(void)
{
	return limits;
}
