/* Models that another program laid out anew or edited, for nn-convert.
   Private to this project. */
#ifndef NN_ADOPT_H
#define NN_ADOPT_H

#include "fmt.h"

/* Is the regular file HDF5, and not a model of ours that was cut short? */
int adopt_is_hdf5(int fd);

/* What differs from what the file says of itself. */
struct adopted {
	int n;
	const char **paths; /* datasets that are not what their sha256 says */
	char content_id[FMT_HEX]; /* as the file says, "": not at all */
	int changed; /* one of the ids is another, whatever the reason */
};

/* As fmt_read, of a file whose digests and ids need not be right: they are
   computed anew, JSON documents take their canonical form, and the rest is
   judged as ever. */
int fmt_adopt(struct fmt_model *m, const struct fmt_source *source,
    struct adopted *was, struct arena *arena, struct err *err);

#endif
