/* Memory that lies in a file without a name: what is too large for the other
   kind, or must be a file. */
#ifndef NN_BASE_DISK_H
#define NN_BASE_DISK_H

#include <stddef.h>

#include "base/err.h"

/* An unlinked file in a folder, open for reading and writing; -1. */
int disk_file(const char *folder, struct err *err);

/* n bytes that are there: a full disk is an error now, not a signal later.
   Zeroed; NULL on error. */
void *disk_new(size_t n, const char *folder, struct err *err);
void disk_free(void *p, size_t n);

#endif
