/* The bytes of a named file, or of standard input, checked before trusted. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "file.h"
#include "store.h"

enum { PIECE = 1 << 16 };

/* Files that are read from a pipe are held in memory. */
static const size_t pipe_max = (size_t)4 << 30;

static ssize_t
read_some(int fd, void *to, size_t n)
{
	ssize_t got;

	do
		got = read(fd, to, n);
	while (got < 0 && errno == EINTR);
	return got;
}

static int
read_pipe(struct file *f, int fd, struct err *err)
{
	void *at = NULL;
	size_t n = 0;
	ssize_t got;

	for (;;) {
		if (n >= pipe_max) {
			slab_free(at, f->slab_size);
			f->slab_size = 0;
			return err_set(err, ERR_DATA,
			    "more than %zu bytes from a pipe", pipe_max);
		}
		if (slab_grow(&at, &f->slab_size, n + PIECE, n, err) < 0)
			break;
		got = read_some(fd, (char *)at + n, PIECE);
		if (got < 0)
			err_errno(err, "cannot read");
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	f->bytes = at;
	f->n = n;
	return err->code == ERR_NONE ? 0 : -1;
}

static int
map_file(struct file *f, int fd, size_t n, struct err *err)
{
	void *at;

	f->mapped = 1;
	if (n == 0)
		return 0;
	at = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return err_errno(err, "cannot map");
	f->bytes = at;
	f->n = n;
	return 0;
}

/* A pipe with a name that nobody writes to yet reads as empty: waits for the
   writer.  That of a pipe without a name has been there before. */
static void
await_writer(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct statfs fs;

	if (fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC)
		return;
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
}

static int
take_file(struct file *f, int fd, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_errno(err, "cannot stat");
	if (S_ISDIR(st.st_mode)) {
		f->is_dir = 1;
		return 0;
	}
	if (S_ISREG(st.st_mode))
		return map_file(f, fd, (size_t)st.st_size, err);
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) {
		await_writer(fd);
		return read_pipe(f, fd, err);
	}
	return err_set(err, ERR_DATA, "is neither a file nor a pipe");
}

/* A pipe is opened without waiting for its writer and read with waiting. */
static int
open_calmly(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int flags;

	if (fd < 0)
		return err_errno(err, "cannot open");
	flags = fcntl(fd, F_GETFL);
	if (flags >= 0)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	return fd;
}

int
file_open(struct file *f, const char *path, struct err *err)
{
	int is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open_calmly(path, err);
	int failed;

	memset(f, 0, sizeof(*f));
	if (fd < 0)
		return -1;
	failed = take_file(f, fd, err);
	if (!is_stdin)
		close(fd);
	if (failed)
		file_close(f);
	return failed;
}

void
file_close(struct file *f)
{
	union {
		const uint8_t *read_only;
		void *any;
	} at = { f->bytes };

	if (f->mapped && f->bytes != NULL)
		munmap(at.any, f->n);
	else
		slab_free(at.any, f->slab_size);
	memset(f, 0, sizeof(*f));
}

/* Reads exactly n bytes and the end behind them. */
static int
read_whole(int fd, uint8_t *to, size_t n, struct err *err)
{
	size_t done = 0;
	ssize_t got;
	uint8_t more;

	while (done < n) {
		got = read_some(fd, to + done, n - done);
		if (got < 0)
			return err_errno(err, "cannot read");
		if (got == 0)
			return err_set(err, ERR_DATA, "became shorter");
		done += (size_t)got;
	}
	got = read_some(fd, &more, 1);
	if (got < 0)
		return err_errno(err, "cannot read");
	return got == 0 ? 0 : err_set(err, ERR_DATA, "became longer");
}

static int
read_regular(
    int fd, size_t max, void **at, size_t *size, size_t *n, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_errno(err, "cannot stat");
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_DATA, "is not a regular file");
	if ((uintmax_t)st.st_size > max)
		return err_set(err, ERR_DATA, "has %jd bytes, more than %zu",
		    (intmax_t)st.st_size, max);
	*n = (size_t)st.st_size;
	if (slab_grow(at, size, *n + 1, 0, err) < 0)
		return -1;
	return read_whole(fd, *at, *n, err);
}

/* One read takes a file that leaves room in the slab, and then there is
   nothing to ask about it: pipes have no place to read from, and neither
   folders nor empty files give bytes.  Otherwise 0. */
static int
read_small(int fd, size_t max, void **at, size_t *size, size_t *n)
{
	struct err quiet = { 0 };
	ssize_t got;

	if (slab_grow(at, size, PIECE, 0, &quiet) < 0)
		return 0;
	got = pread(fd, *at, *size, 0);
	*n = (size_t)got;
	return got > 0 && *n < *size && *n <= max;
}

int
file_read(int dir, const char *path, size_t max, void **at, size_t *size,
    size_t *n, struct err *err)
{
	int fd =
	    openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int failed;

	if (fd < 0)
		return err_errno(err, "cannot open");
	failed = !read_small(fd, max, at, size, n) &&
	    read_regular(fd, max, at, size, n, err) < 0;
	close(fd);
	return failed ? -1 : 0;
}

int
file_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) != 0;
}
