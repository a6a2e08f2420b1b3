/* A library to be preloaded into a tool: calls fail when a test wants it.

   NN_FAULT=CALL:AT:HOW:ERRNO: from the AT-th call of that kind on (from 1) one
   (HOW is once) or all (ever) fail with errno, or the file NN_FAULT_FILE is cut
   to its first half (cut) or loses its last hundred bytes (nick) just before;
   CALL is one of the names below.  NN_FAULT_COUNT=FILE: at the end the number of calls of each kind is
   written there, "CALL N" a line.  Only programs named NN_FAULT_TOOL are meant,
   and of their calls those that come from the suite itself or from what it
   stands on; the libraries of OpenMP, oneDNN and C++ end the process when they
   get no memory, whatever the tool does, and jansson does or errs: base/json.c
   looks for room before. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum call {
	ALLOC,
	OPEN,
	READ,
	WRITE,
	FSYNC,
	RENAME,
	LINK,
	UNLINK,
	SPACE,
	MODE,
	LOOK,
	MAP,
	CALLS
};

static const char *const names[CALLS] = { [ALLOC] = "alloc",
	[OPEN] = "open",
	[READ] = "read",
	[WRITE] = "write",
	[FSYNC] = "fsync",
	[RENAME] = "rename",
	[LINK] = "link",
	[UNLINK] = "unlink",
	[SPACE] = "space",
	[MODE] = "mode",
	[LOOK] = "look",
	[MAP] = "map" };

static struct {
	int meant; /* the program */
	int call;  /* CALLS: none */
	long at;
	int for_ever, cut, nick, number;
	long count[CALLS];
} fault = { .call = CALLS };

static int
is_meant(void)
{
	const char *tool = getenv("NN_FAULT_TOOL");
	const char *name = program_invocation_short_name;

	if (strncmp(name, "lt-", 3) == 0)
		name += 3;
	return tool != NULL && strcmp(tool, name) == 0;
}

static void
parse(const char *s)
{
	char call[16] = "", how[16] = "";

	/* NOLINTNEXTLINE(cert-err34-c): a test wrote it */
	if (sscanf(s, "%15[a-z]:%ld:%15[a-z]:%d", call, &fault.at, how,
		&fault.number) != 4)
		abort();
	for (fault.call = 0; strcmp(call, names[fault.call]) != 0;)
		if (++fault.call == CALLS)
			abort();
	fault.for_ever = strcmp(how, "ever") == 0;
	fault.cut = strcmp(how, "cut") == 0;
	fault.nick = strcmp(how, "nick") == 0;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *s = getenv("NN_FAULT");

	if (!is_meant())
		return;
	if (s != NULL)
		parse(s);
	fault.meant = 1;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("NN_FAULT_COUNT");
	int fd;

	if (!fault.meant || path == NULL)
		return;
	fault.meant = 0;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	for (int i = 0; i < CALLS; i++)
		dprintf(fd, "%s %ld\n", names[i], fault.count[i]);
	close(fd);
}

/* Is the code at that address one that has to live with it? */
static int
is_ours(void *from)
{
	static const char *const others[] = { "/libgomp", "/libdnnl",
		"/libstdc++", "/ld-linux", "/libgcc_s", "/libjansson" };
	Dl_info info;

	if (dladdr(from, &info) == 0 || info.dli_fname == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strstr(info.dli_fname, others[i]) != NULL)
			return 0;
	return 1;
}

static void
cut(void)
{
	const char *path = getenv("NN_FAULT_FILE");
	struct stat st;

	if (path == NULL || stat(path, &st) < 0 ||
	    truncate(path, fault.cut ? st.st_size / 2 : st.st_size - 100) < 0)
		abort();
}

static int
fails(enum call call, void *from)
{
	long n;

	if (!fault.meant || !is_ours(from))
		return 0;
	n = __atomic_add_fetch(&fault.count[call], 1, __ATOMIC_RELAXED);
	if ((int)call != fault.call || n < fault.at ||
	    (n > fault.at && !fault.for_ever))
		return 0;
	if (fault.cut || fault.nick) {
		cut();
		return 0;
	}
	errno = fault.number;
	return 1;
}

#define FAILS(CALL) fails(CALL, __builtin_return_address(0))

/* Memory: glibc's own names, for looking up the next malloc needs one.
   NOLINTBEGIN(bugprone-reserved-identifier) */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);
/* NOLINTEND(bugprone-reserved-identifier) */

void *
malloc(size_t n)
{
	return FAILS(ALLOC) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t count, size_t n)
{
	return FAILS(ALLOC) ? NULL : __libc_calloc(count, n);
}

void *
realloc(void *p, size_t n)
{
	return FAILS(ALLOC) ? NULL : __libc_realloc(p, n);
}

void *
aligned_alloc(size_t align, size_t n)
{
	return FAILS(ALLOC) ? NULL : __libc_memalign(align, n);
}

void *
mmap(void *at, size_t n, int prot, int flags, int fd, off_t from)
{
	if (FAILS(fd < 0 ? ALLOC : MAP))
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, from);
}

/* All others: the system call is made here. */
#define MODE_OF(FLAGS, LAST) \
	__extension__({ \
		mode_t mode_ = 0; \
		if ((FLAGS) & (O_CREAT | O_TMPFILE)) { \
			va_list ap_; \
			va_start(ap_, LAST); \
			mode_ = va_arg(ap_, mode_t); \
			va_end(ap_); \
		} \
		mode_; \
	})

int
open(const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);

	if (FAILS(OPEN))
		return -1;
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags, flags);

	if (FAILS(OPEN))
		return -1;
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

ssize_t
read(int fd, void *to, size_t n)
{
	return FAILS(READ) ? -1 : syscall(SYS_read, fd, to, n);
}

/* What goes to standard error is not meant: that is where it shall be told. */
ssize_t
write(int fd, const void *bytes, size_t n)
{
	if (fd != STDERR_FILENO && FAILS(WRITE))
		return -1;
	return syscall(SYS_write, fd, bytes, n);
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return FAILS(WRITE) ? -1 : syscall(SYS_pwrite64, fd, bytes, n, at);
}

int
fsync(int fd)
{
	return FAILS(FSYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return FAILS(FSYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
rename(const char *from, const char *to)
{
	if (FAILS(RENAME))
		return -1;
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
renameat(int a, const char *from, int b, const char *to)
{
	if (FAILS(RENAME))
		return -1;
	return (int)syscall(SYS_renameat2, a, from, b, to, 0);
}

int
link(const char *from, const char *to)
{
	if (FAILS(LINK))
		return -1;
	return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
linkat(int a, const char *from, int b, const char *to, int flags)
{
	if (FAILS(LINK))
		return -1;
	return (int)syscall(SYS_linkat, a, from, b, to, flags);
}

int
unlink(const char *path)
{
	if (FAILS(UNLINK))
		return -1;
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int
unlinkat(int folder, const char *path, int flags)
{
	if (FAILS(UNLINK))
		return -1;
	return (int)syscall(SYS_unlinkat, folder, path, flags);
}

int
ftruncate(int fd, off_t n)
{
	return FAILS(SPACE) ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

int
fallocate(int fd, int mode, off_t at, off_t n)
{
	return FAILS(SPACE) ? -1 : (int)syscall(SYS_fallocate, fd, mode, at, n);
}

int
posix_fallocate(int fd, off_t at, off_t n)
{
	if (FAILS(SPACE))
		return errno;
	return syscall(SYS_fallocate, fd, 0, at, n) < 0 ? errno : 0;
}

int
fchmod(int fd, mode_t mode)
{
	return FAILS(MODE) ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

int
flock(int fd, int what)
{
	return FAILS(MODE) ? -1 : (int)syscall(SYS_flock, fd, what);
}

ssize_t
getrandom(void *to, size_t n, unsigned flags)
{
	return FAILS(MODE) ? -1 : syscall(SYS_getrandom, to, n, flags);
}

int
access(const char *path, int how)
{
	if (FAILS(LOOK))
		return -1;
	return (int)syscall(SYS_faccessat, AT_FDCWD, path, how);
}
