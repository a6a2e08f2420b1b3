/* Writing everything, however little the system takes at once. */
#ifndef NN_BASE_WRITE_ALL_H
#define NN_BASE_WRITE_ALL_H

#include <stddef.h>

#include "base/err.h"

/* All of n bytes, which may be mapped from a file, to a file or a pipe: short
   writes, EINTR and EAGAIN are no end.  -1, ERR_IO: "cannot write: ...". */
int write_all(int fd, const void *bytes, size_t n, struct err *err);

#endif
