/* System calls that fail when a test wants it: wrappers that the linker puts
   between the library and libc (-Wl,--wrap), with a record of their order. */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

#include <stddef.h>

enum fault_call {
	FAULT_WRITE,
	FAULT_FSYNC,
	FAULT_RENAME,
	FAULT_LINK,
	FAULT_OPEN,
	FAULT_RESERVE,
	FAULT_MODE,
	FAULT_LOCK,
	FAULT_RANDOM,
	FAULT_PWRITE,
	FAULT_SIZE,
	FAULT_OWNER,
	FAULT_LOOK,
	FAULT_UNLINK,
	FAULT_STAT,
	FAULT_SEEK,
	FAULT_ACCESS,
	FAULT_LIST,
	FAULT_READ,
	FAULT_PREAD,
	FAULT_SYSTEM,
	FAULT_CONTROL,
	FAULT_N
};
extern const char *const fault_names[FAULT_N];

/* From now on the at-th call (from 1; 0 = none) of that kind fails with
   errno, it alone or every later one as well; with errno 0 it does nothing and
   returns 0. */
void fault_set(enum fault_call call, int at, int number, int for_ever);

/* And every call of this kind from now on, besides. */
void fault_and(enum fault_call call, int number);

/* The at-th write takes one byte only, or (for_ever) it and every later one a
   page. */
void fault_short(int at, int for_ever);

/* Unnamed files are not supported from now on. */
void fault_no_tmpfile(int on);

/* Syncing is counted and told, and not done: it takes long, and who is only
   watched needs none.  Outlasts fault_clear. */
void fault_pretend_sync(int on);

/* Just before the at-th call (from 1) of this kind somebody else does that. */
void fault_before(enum fault_call call, int at, void (*run)(void));

/* From now on every file is said to be on a file system of this type. */
void fault_file_system(long type);

/* Forgets all; counting begins anew. */
void fault_clear(void);
int fault_count(enum fault_call call);

/* One letter a call that succeeded, in order: w f r l (writes in a row are
   one), F = fsync of a folder. */
const char *fault_story(void);

#endif
