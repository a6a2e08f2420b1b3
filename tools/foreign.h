/* HDF5 of other programs, read by nn-hdf5 behind its walls. */
#ifndef NN_TOOLS_FOREIGN_H
#define NN_TOOLS_FOREIGN_H

#include "tool.h"

/* Is nn-hdf5 there?  Not when the suite was built without HDF5. */
int foreign_can_be_read(struct tool *t, struct err *err);

/* The regular file fd, called name in messages, to an unlinked file of the
   canonical profile, which nobody has judged yet: its descriptor, or -1.  what:
   one line about what came. */
struct foreign {
	int fd;
	const char *name;
	const char *what;
};
int foreign_read(struct tool *t, struct foreign *f, struct err *err);

#endif
