/* Every limit of the files that data are read from; bounds.c has the reasons,
   data_limits shows them. */
#ifndef NN_BOUNDS_H
#define NN_BOUNDS_H

enum {
	LABELS_MAX = 65536,
	LABEL_BYTES_MAX = 1024,
	FIELD_MAX = 64 << 10,
	LINE_MAX_BYTES = 16 << 20,
	COLUMNS_MAX = 1 << 20,
	PNG_SIDE_MAX = 16384,
	PNG_PIXELS_MAX = 1 << 26,
	PNG_FILE_MAX = 1 << 30,
	NPY_HEADER_MAX = 65536,
	IDX_RANK_MAX = 4,
	GZ_RATIO_MAX = 1032,
	WALK_DEPTH_MAX = 32,
	LIST_PATH_MAX = 4095,
	PRE_STEPS_MAX = 32,
};

#endif
