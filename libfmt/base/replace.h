/* Replacing a file at once or not at all, durably: whatever happens meanwhile,
   its name is that of the old file or that of the new one, whole. */
#ifndef NN_BASE_REPLACE_H
#define NN_BASE_REPLACE_H

#include <limits.h>

#include "base/err.h"

struct replace {
	int fd; /* the new file, open for reading and writing */
	const char *path, *name; /* the target, borrowed; its last component */
	int folder;              /* open */
	int named;               /* temp is a name of the new file */
	char temp[NAME_MAX + 1];
};
#define REPLACE_NOTHING ((struct replace){ .fd = -1, .folder = -1 })

/* Checks, before any work is done, that path could be replaced: its folder can
   be written, and what is there is a regular file or nothing.  ERR_IO. */
int replace_check(const char *path, struct err *err);

/* Opens an empty file with the rights of the old one, and removes what killed
   processes left.  replace_drop is called in any case. */
int replace_begin(struct replace *r, const char *path, struct err *err);

/* What was written takes the target's place: fsync, rename, fsync of the
   folder.  Errors (ERR_IO) name the target. */
int replace_end(struct replace *r, struct err *err);

/* Without replace_end nothing stays. */
void replace_drop(struct replace *r);

#endif
