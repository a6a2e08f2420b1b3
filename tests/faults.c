/* System calls that fail when a test wants it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "faults.h"

const char *const fault_names[FAULT_N] = {
	[FAULT_WRITE] = "write",
	[FAULT_FSYNC] = "fsync",
	[FAULT_RENAME] = "renameat",
	[FAULT_LINK] = "linkat",
	[FAULT_OPEN] = "openat",
	[FAULT_RESERVE] = "fallocate",
	[FAULT_MODE] = "fchmod",
	[FAULT_LOCK] = "flock",
	[FAULT_RANDOM] = "getrandom",
	[FAULT_PWRITE] = "pwrite",
	[FAULT_SIZE] = "ftruncate",
	[FAULT_OWNER] = "fchown",
	[FAULT_LOOK] = "fstatat",
	[FAULT_UNLINK] = "unlinkat",
	[FAULT_STAT] = "fstat",
	[FAULT_SEEK] = "lseek",
	[FAULT_ACCESS] = "access",
	[FAULT_LIST] = "fdopendir",
	[FAULT_READ] = "read",
	[FAULT_PREAD] = "pread",
	[FAULT_SYSTEM] = "fstatfs",
	[FAULT_CONTROL] = "fcntl",
};

static struct {
	enum fault_call call;
	int at, number, for_ever;
	enum fault_call also;
	int also_number; /* 0: none */
	int short_at, short_for_ever, no_tmpfile;
	enum fault_call before;
	int before_at;
	void (*run)(void);
	long file_system; /* 0: as it is */
	int count[FAULT_N];
	char story[256];
	size_t told;
} fault;

void
fault_set(enum fault_call call, int at, int number, int for_ever)
{
	fault.call = call;
	fault.at = at;
	fault.number = number;
	fault.for_ever = for_ever;
}

void
fault_and(enum fault_call call, int number)
{
	fault.also = call;
	fault.also_number = number;
}

void
fault_short(int at, int for_ever)
{
	fault.short_at = at;
	fault.short_for_ever = for_ever;
}

void
fault_no_tmpfile(int on)
{
	fault.no_tmpfile = on;
}

void
fault_before(enum fault_call call, int at, void (*run)(void))
{
	fault.before = call;
	fault.before_at = at;
	fault.run = run;
}

void
fault_file_system(long type)
{
	fault.file_system = type;
}

static int pretend_sync;

void
fault_pretend_sync(int on)
{
	pretend_sync = on;
}

void
fault_clear(void)
{
	memset(&fault, 0, sizeof(fault));
}

int
fault_count(enum fault_call call)
{
	return fault.count[call];
}

const char *
fault_story(void)
{
	return fault.story;
}

static void
tell(char letter)
{
	if (fault.told + 1 < sizeof(fault.story) &&
	    (letter != 'w' || fault.told == 0 ||
		fault.story[fault.told - 1] != 'w'))
		fault.story[fault.told++] = letter;
}

/* Counts the call; true, with errno, when it is to fail. */
static int
fails(enum fault_call call)
{
	int n = ++fault.count[call];

	if (fault.run != NULL && call == fault.before && n == fault.before_at)
		fault.run();
	if (fault.also_number != 0 && call == fault.also) {
		errno = fault.also_number;
		return 1;
	}
	if (call != fault.call || fault.at == 0 || n < fault.at ||
	    (n > fault.at && !fault.for_ever))
		return 0;
	errno = fault.number;
	return 1;
}

/* What a call returns that is to fail. */
static int
failure(void)
{
	return errno == 0 ? 0 : -1;
}

/* How much of n bytes the latest write takes. */
static size_t
taken(enum fault_call call, size_t n)
{
	size_t most = fault.short_for_ever ? 4096 : 1;
	int at = fault.count[call];

	if (fault.short_at == 0 || at < fault.short_at ||
	    (at > fault.short_at && !fault.short_for_ever))
		return n;
	return n > most ? most : n;
}

/* The linker's own names.
   NOLINTBEGIN(bugprone-reserved-identifier) */
#define WRAP(NAME) __real_##NAME
ssize_t WRAP(write)(int fd, const void *bytes, size_t n);
int WRAP(fsync)(int fd);
int WRAP(renameat)(int a, const char *from, int b, const char *to);
int WRAP(linkat)(int a, const char *from, int b, const char *to, int flags);
int WRAP(openat)(int folder, const char *path, int flags, ...);
int WRAP(fallocate)(int fd, int mode, off_t at, off_t n);
int WRAP(fchmod)(int fd, mode_t mode);
int WRAP(flock)(int fd, int what);
ssize_t WRAP(getrandom)(void *to, size_t n, unsigned flags);
ssize_t WRAP(pwrite)(int fd, const void *bytes, size_t n, off_t at);
int WRAP(ftruncate)(int fd, off_t n);
int WRAP(fchown)(int fd, uid_t user, gid_t group);
int WRAP(fstatat)(int folder, const char *path, struct stat *st, int flags);
int WRAP(unlinkat)(int folder, const char *path, int flags);
int WRAP(fstat)(int fd, struct stat *st);
off_t WRAP(lseek)(int fd, off_t at, int from);
int WRAP(access)(const char *path, int how);
DIR *WRAP(fdopendir)(int fd);
ssize_t WRAP(read)(int fd, void *to, size_t n);
ssize_t WRAP(pread)(int fd, void *to, size_t n, off_t at);
int WRAP(fstatfs)(int fd, struct statfs *fs);
int WRAP(fcntl)(int fd, int what, ...);

ssize_t __wrap_write(int fd, const void *bytes, size_t n);
int __wrap_fsync(int fd);
int __wrap_renameat(int a, const char *from, int b, const char *to);
int __wrap_linkat(int a, const char *from, int b, const char *to, int flags);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_fallocate(int fd, int mode, off_t at, off_t n);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_flock(int fd, int what);
ssize_t __wrap_getrandom(void *to, size_t n, unsigned flags);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t at);
int __wrap_ftruncate(int fd, off_t n);
int __wrap_fchown(int fd, uid_t user, gid_t group);
int __wrap_fstatat(int folder, const char *path, struct stat *st, int flags);
int __wrap_unlinkat(int folder, const char *path, int flags);
int __wrap_fstat(int fd, struct stat *st);
off_t __wrap_lseek(int fd, off_t at, int from);
int __wrap_access(const char *path, int how);
DIR *__wrap_fdopendir(int fd);
ssize_t __wrap_read(int fd, void *to, size_t n);
ssize_t __wrap_pread(int fd, void *to, size_t n, off_t at);
int __wrap_fstatfs(int fd, struct statfs *fs);
int __wrap_fcntl(int fd, int what, ...);
/* NOLINTEND(bugprone-reserved-identifier) */

ssize_t
__wrap_write(int fd, const void *bytes, size_t n)
{
	if (fails(FAULT_WRITE))
		return failure();
	tell('w');
	return WRAP(write)(fd, bytes, taken(FAULT_WRITE, n));
}

ssize_t
__wrap_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	if (fails(FAULT_PWRITE))
		return -1;
	tell('w');
	return WRAP(pwrite)(fd, bytes, taken(FAULT_PWRITE, n), at);
}

int
__wrap_ftruncate(int fd, off_t n)
{
	return fails(FAULT_SIZE) ? -1 : WRAP(ftruncate)(fd, n);
}

int
__wrap_fchown(int fd, uid_t user, gid_t group)
{
	return fails(FAULT_OWNER) ? -1 : WRAP(fchown)(fd, user, group);
}

int
__wrap_fstatat(int folder, const char *path, struct stat *st, int flags)
{
	return fails(FAULT_LOOK) ? -1 : WRAP(fstatat)(folder, path, st, flags);
}

int
__wrap_unlinkat(int folder, const char *path, int flags)
{
	return fails(FAULT_UNLINK) ? -1 : WRAP(unlinkat)(folder, path, flags);
}

int
__wrap_fsync(int fd)
{
	struct stat st;

	if (fails(FAULT_FSYNC))
		return -1;
	tell(WRAP(fstat)(fd, &st) == 0 && S_ISDIR(st.st_mode) ? 'F' : 'f');
	return pretend_sync ? 0 : WRAP(fsync)(fd);
}

int
__wrap_renameat(int a, const char *from, int b, const char *to)
{
	if (fails(FAULT_RENAME))
		return -1;
	tell('r');
	return WRAP(renameat)(a, from, b, to);
}

int
__wrap_linkat(int a, const char *from, int b, const char *to, int flags)
{
	if (fails(FAULT_LINK))
		return -1;
	tell('l');
	return WRAP(linkat)(a, from, b, to, flags);
}

int
__wrap_openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & (O_CREAT | O_TMPFILE)) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (fails(FAULT_OPEN))
		return -1;
	if (fault.no_tmpfile && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return WRAP(openat)(folder, path, flags, mode);
}

int
__wrap_fallocate(int fd, int mode, off_t at, off_t n)
{
	return fails(FAULT_RESERVE) ? -1 : WRAP(fallocate)(fd, mode, at, n);
}

int
__wrap_fchmod(int fd, mode_t mode)
{
	return fails(FAULT_MODE) ? -1 : WRAP(fchmod)(fd, mode);
}

int
__wrap_flock(int fd, int what)
{
	return fails(FAULT_LOCK) ? -1 : WRAP(flock)(fd, what);
}

ssize_t
__wrap_getrandom(void *to, size_t n, unsigned flags)
{
	return fails(FAULT_RANDOM) ? -1 : WRAP(getrandom)(to, n, flags);
}

int
__wrap_fstat(int fd, struct stat *st)
{
	return fails(FAULT_STAT) ? -1 : WRAP(fstat)(fd, st);
}

off_t
__wrap_lseek(int fd, off_t at, int from)
{
	return fails(FAULT_SEEK) ? -1 : WRAP(lseek)(fd, at, from);
}

int
__wrap_access(const char *path, int how)
{
	return fails(FAULT_ACCESS) ? -1 : WRAP(access)(path, how);
}

DIR *
__wrap_fdopendir(int fd)
{
	return fails(FAULT_LIST) ? NULL : WRAP(fdopendir)(fd);
}

ssize_t
__wrap_read(int fd, void *to, size_t n)
{
	return fails(FAULT_READ) ? failure() : WRAP(read)(fd, to, n);
}

ssize_t
__wrap_pread(int fd, void *to, size_t n, off_t at)
{
	return fails(FAULT_PREAD) ? failure() : WRAP(pread)(fd, to, n, at);
}

int
__wrap_fstatfs(int fd, struct statfs *fs)
{
	int rc = fails(FAULT_SYSTEM) ? -1 : WRAP(fstatfs)(fd, fs);

	if (rc == 0 && fault.file_system != 0)
		fs->f_type = fault.file_system;
	return rc;
}

/* Its argument is a number, for what is asked here. */
int
__wrap_fcntl(int fd, int what, ...)
{
	va_list ap;
	int number;

	va_start(ap, what);
	number = va_arg(ap, int);
	va_end(ap);
	return fails(FAULT_CONTROL) ? -1 : WRAP(fcntl)(fd, what, number);
}
