/* The files of a folder and below, by name. */
#ifndef NN_WALK_H
#define NN_WALK_H

#include "store.h"

/* Adds the paths below root, relative to it, of everything that is not a
   folder and not hidden; bytewise order. */
int walk_folder(const char *root, struct names *files, struct err *err);

/* Adds the names of the folders directly below root. */
int walk_classes(const char *root, struct label_set *classes, struct err *err);

/* root/relative into out (PATH_MAX): 0, or -1 when too long. */
int walk_join(
    char *out, const char *root, const char *relative, struct err *err);

#endif
