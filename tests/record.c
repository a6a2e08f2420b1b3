/* What a process does to the files of one folder, written down. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FDS = 1024 };

static struct record *on;
static int no_tmpfile;
static int file_of_fd[FDS]; /* 1 + the file; 0: not of interest */
static uint64_t size_of[RECORD_FILES];
static atomic_flag busy = ATOMIC_FLAG_INIT;

/* Saving may write from several threads. */
static void
enter(void)
{
	while (atomic_flag_test_and_set(&busy))
		;
}

static void
leave(void)
{
	atomic_flag_clear(&busy);
}

void
record_begin(struct record *r)
{
	record_free(r);
	memset(file_of_fd, 0, sizeof(file_of_fd));
	memset(size_of, 0, sizeof(size_of));
	on = r;
}

void
record_end(struct record *r)
{
	(void)r;
	on = NULL;
}

void
record_free(struct record *r)
{
	for (int i = 0; i < r->nops; i++)
		free(r->ops[i].bytes);
	memset(r, 0, sizeof(*r));
}

void
record_no_tmpfile(int none)
{
	no_tmpfile = none;
}

static struct record_op *
add(int kind, int file)
{
	static struct record_op nowhere;
	struct record_op *op = &nowhere;

	if (on->nops < RECORD_OPS && on->nfiles <= RECORD_FILES)
		op = &on->ops[on->nops++];
	else
		on->overflow = 1;
	op->kind = kind;
	op->file = file;
	return op;
}

void
record_saved(struct record *r, int generation)
{
	if (on == r)
		add(RECORD_SAVED, -1)->n = (uint64_t)generation;
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
name_to(char to[RECORD_NAME], const char *path)
{
	if (strlen(base_of(path)) >= RECORD_NAME)
		on->overflow = 1;
	snprintf(to, RECORD_NAME, "%s", base_of(path));
}

/* The file of that name, as the process sees it; or -1. */
static int
file_named(const char *path)
{
	int file = -1;

	for (int i = 0; i < on->nops; i++) {
		const struct record_op *op = &on->ops[i];
		int named = op->kind == RECORD_LINK ||
		    op->kind == RECORD_RENAME || op->kind == RECORD_UNLINK;

		if (named && strcmp(op->name, base_of(path)) == 0)
			file = op->kind == RECORD_UNLINK ? -1 : op->file;
		if (op->kind == RECORD_RENAME &&
		    strcmp(op->from, base_of(path)) == 0)
			file = -1;
	}
	return file;
}

static int
file_at(int fd)
{
	return on != NULL && fd >= 0 && fd < FDS ? file_of_fd[fd] - 1 : -1;
}

static void
resized(int file, uint64_t n)
{
	size_of[file] = n;
	add(RECORD_SIZE, file)->n = n;
}

static void
opened(int fd, const char *path, int flags)
{
	int file = -1;

	if (on == NULL || fd < 0 || fd >= FDS)
		return;
	enter();
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		file = on->nfiles++;
	} else if (flags & O_CREAT) {
		file = file_named(path);
		if (file < 0) {
			file = on->nfiles++;
			name_to(add(RECORD_LINK, file)->name, path);
		} else if (flags & O_TRUNC) {
			resized(file, 0);
		}
	}
	file_of_fd[fd] = file + 1;
	leave();
}

static void
wrote(int fd, uint64_t at, const void *bytes, ssize_t n)
{
	int file = file_at(fd);
	struct record_op *op;

	if (file < 0 || n <= 0)
		return;
	enter();
	op = add(RECORD_WRITE, file);
	op->at = at;
	op->n = (uint64_t)n;
	op->bytes = malloc((size_t)n);
	if (op->bytes == NULL)
		on->overflow = 1;
	else
		memcpy(op->bytes, bytes, (size_t)n);
	if (at + (uint64_t)n > size_of[file])
		size_of[file] = at + (uint64_t)n;
	leave();
}

static void
wrote_pieces(int fd, uint64_t at, const struct iovec *v, int n, ssize_t done)
{
	for (int i = 0; i < n && done > 0; i++) {
		ssize_t k = (ssize_t)v[i].iov_len;

		k = k < done ? k : done;
		wrote(fd, at, v[i].iov_base, k);
		at += (uint64_t)k;
		done -= k;
	}
}

static void
synced(int fd)
{
	struct stat st;

	if (on == NULL || fstat(fd, &st) < 0)
		return;
	enter();
	if (S_ISDIR(st.st_mode))
		add(RECORD_SYNC_FOLDER, -1);
	else if (file_at(fd) >= 0)
		add(RECORD_SYNC, file_at(fd));
	leave();
}

static void
named(const char *from, const char *to)
{
	int fd = -1;

	if (on == NULL)
		return;
	enter();
	/* NOLINTNEXTLINE(cert-err34-c): what is no number is no descriptor */
	if (sscanf(from, "/proc/self/fd/%d", &fd) == 1 && file_at(fd) >= 0)
		name_to(add(RECORD_LINK, file_at(fd))->name, to);
	else
		on->overflow = 1; /* a second name: not thought of */
	leave();
}

static void
renamed(const char *from, const char *to)
{
	struct record_op *op;
	int file;

	if (on == NULL)
		return;
	enter();
	file = file_named(from);
	op = add(RECORD_RENAME, file);
	name_to(op->from, from);
	name_to(op->name, to);
	leave();
}

static void
unlinked(const char *path)
{
	if (on == NULL)
		return;
	enter();
	name_to(add(RECORD_UNLINK, -1)->name, path);
	leave();
}

/* The linker's own names.
   NOLINTBEGIN(bugprone-reserved-identifier) */
#define REAL(NAME) __real_##NAME
#define WRAP(NAME) __wrap_##NAME
int REAL(openat)(int folder, const char *path, int flags, ...);
ssize_t REAL(write)(int fd, const void *bytes, size_t n);
ssize_t REAL(pwrite)(int fd, const void *bytes, size_t n, off_t at);
ssize_t REAL(writev)(int fd, const struct iovec *v, int n);
ssize_t REAL(pwritev)(int fd, const struct iovec *v, int n, off_t at);
int REAL(fsync)(int fd);
int REAL(fdatasync)(int fd);
int REAL(ftruncate)(int fd, off_t n);
int REAL(fallocate)(int fd, int mode, off_t at, off_t n);
int REAL(linkat)(int a, const char *from, int b, const char *to, int flags);
int REAL(renameat)(int a, const char *from, int b, const char *to);
int REAL(unlinkat)(int folder, const char *path, int flags);
int REAL(close)(int fd);

int WRAP(openat)(int folder, const char *path, int flags, ...);
ssize_t WRAP(write)(int fd, const void *bytes, size_t n);
ssize_t WRAP(pwrite)(int fd, const void *bytes, size_t n, off_t at);
ssize_t WRAP(writev)(int fd, const struct iovec *v, int n);
ssize_t WRAP(pwritev)(int fd, const struct iovec *v, int n, off_t at);
int WRAP(fsync)(int fd);
int WRAP(fdatasync)(int fd);
int WRAP(ftruncate)(int fd, off_t n);
int WRAP(fallocate)(int fd, int mode, off_t at, off_t n);
int WRAP(linkat)(int a, const char *from, int b, const char *to, int flags);
int WRAP(renameat)(int a, const char *from, int b, const char *to);
int WRAP(unlinkat)(int folder, const char *path, int flags);
int WRAP(close)(int fd);
/* NOLINTEND(bugprone-reserved-identifier) */

int
WRAP(openat)(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;
	int fd;

	if (flags & (O_CREAT | O_TMPFILE)) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (no_tmpfile && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	fd = REAL(openat)(folder, path, flags, mode);
	opened(fd, path, flags);
	return fd;
}

ssize_t
WRAP(write)(int fd, const void *bytes, size_t n)
{
	off_t at = file_at(fd) >= 0 ? lseek(fd, 0, SEEK_CUR) : 0;
	ssize_t k = REAL(write)(fd, bytes, n);

	wrote(fd, (uint64_t)at, bytes, k);
	return k;
}

ssize_t
WRAP(pwrite)(int fd, const void *bytes, size_t n, off_t at)
{
	ssize_t k = REAL(pwrite)(fd, bytes, n, at);

	wrote(fd, (uint64_t)at, bytes, k);
	return k;
}

ssize_t
WRAP(writev)(int fd, const struct iovec *v, int n)
{
	off_t at = file_at(fd) >= 0 ? lseek(fd, 0, SEEK_CUR) : 0;
	ssize_t k = REAL(writev)(fd, v, n);

	wrote_pieces(fd, (uint64_t)at, v, n, k);
	return k;
}

ssize_t
WRAP(pwritev)(int fd, const struct iovec *v, int n, off_t at)
{
	ssize_t k = REAL(pwritev)(fd, v, n, at);

	wrote_pieces(fd, (uint64_t)at, v, n, k);
	return k;
}

int
WRAP(fsync)(int fd)
{
	int rc = REAL(fsync)(fd);

	if (rc == 0)
		synced(fd);
	return rc;
}

int
WRAP(fdatasync)(int fd)
{
	int rc = REAL(fdatasync)(fd);

	if (rc == 0)
		synced(fd);
	return rc;
}

int
WRAP(ftruncate)(int fd, off_t n)
{
	int rc = REAL(ftruncate)(fd, n);

	if (rc == 0 && file_at(fd) >= 0) {
		enter();
		resized(file_at(fd), (uint64_t)n);
		leave();
	}
	return rc;
}

int
WRAP(fallocate)(int fd, int mode, off_t at, off_t n)
{
	int rc = REAL(fallocate)(fd, mode, at, n);
	int file = file_at(fd);

	if (rc == 0 && file >= 0) {
		enter();
		if (mode == 0 && (uint64_t)(at + n) > size_of[file])
			resized(file, (uint64_t)(at + n));
		leave();
	}
	return rc;
}

int
WRAP(linkat)(int a, const char *from, int b, const char *to, int flags)
{
	int rc = REAL(linkat)(a, from, b, to, flags);

	if (rc == 0)
		named(from, to);
	return rc;
}

int
WRAP(renameat)(int a, const char *from, int b, const char *to)
{
	int rc = REAL(renameat)(a, from, b, to);

	if (rc == 0)
		renamed(from, to);
	return rc;
}

int
WRAP(unlinkat)(int folder, const char *path, int flags)
{
	int rc = REAL(unlinkat)(folder, path, flags);

	if (rc == 0)
		unlinked(path);
	return rc;
}

int
WRAP(close)(int fd)
{
	if (on != NULL && fd >= 0 && fd < FDS)
		file_of_fd[fd] = 0;
	return REAL(close)(fd);
}
