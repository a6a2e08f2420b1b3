/* Text results: the old file stays until the new one is whole, and a process
   that dies leaves none behind. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "result.h"

enum { DRAWN = 6, TRIES = 100, NAME_BYTES = 200 };

static int
write_all(int fd, const char *name, const char *s, size_t n, struct err *err)
{
	while (n) {
		ssize_t k = write(fd, s, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_errno(err, "%s", name);
		s += k;
		n -= (size_t)k;
	}
	return 0;
}

int
tool_print(struct tool *t, const char *s, size_t n, struct err *err)
{
	if (t->output_tty)
		tool_progress_clear(t);
	t->printed = 1;
	return write_all(STDOUT_FILENO, "standard output", s, n, err);
}

static int
fail(const struct result *r, struct err *err)
{
	return err_errno(err, "%s", r->path);
}

static int
draw_name(struct result *r)
{
	unsigned chance;

	if (getrandom(&chance, sizeof(chance), 0) != sizeof(chance))
		return -1;
	snprintf(r->temp + r->stem, DRAWN + 1, "%06x", chance & 0xffffff);
	return 0;
}

/* Where there are no unnamed files the name comes first; the lock tells that
   somebody is at work on it. */
static int
open_named(struct result *r)
{
	for (int i = 0; i < TRIES && draw_name(r) == 0; i++) {
		r->fd = open(
		    r->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (r->fd >= 0) {
			r->named = 1;
			return flock(r->fd, LOCK_EX);
		}
		if (errno != EEXIST)
			break;
	}
	return -1;
}

static int
open_new(struct result *r, const char *folder)
{
	char at[32];

	r->fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	if (r->fd < 0)
		return open_named(r);
	snprintf(at, sizeof(at), "/proc/self/fd/%d", r->fd);
	if (access(at, F_OK) == 0)
		return 0;
	close(r->fd);
	return open_named(r);
}

/* The owner as far as that is allowed, and the mode, of what is replaced. */
static int
keep_rights(const struct result *r)
{
	struct stat old;
	mode_t mode;

	if (stat(r->path, &old) < 0)
		return errno == ENOENT ? 0 : -1;
	mode = old.st_mode & 07777;
	if (fchown(r->fd, old.st_uid, old.st_gid) < 0)
		mode &= ~(mode_t)(S_ISUID | S_ISGID);
	return fchmod(r->fd, mode);
}

/* The new name is to outlast a power failure as well. */
static int
sync_folder(const struct result *r)
{
	int fd = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (rc < 0 && errno == EINVAL)
		rc = 0; /* some file systems cannot sync a folder */
	if (fd >= 0)
		close(fd);
	return rc;
}

int
result_begin(
    struct result *r, struct tool *t, const char *path, struct err *err)
{
	const char *base = strrchr(path, '/');
	int folder = base ? (int)(base - path) + 1 : 0;

	*r = (struct result){ .t = t, .path = path, .fd = -1 };
	if (strcmp(path, "-") == 0)
		return 0;
	if (fmt_save_check(path, err) < 0)
		return -1;
	r->folder = arena_printf(&t->arena, err, "%.*s.", folder, path);
	r->temp = arena_printf(&t->arena, err, "%.*s.%.*s.nn-XXXXXX", folder,
	    path, (int)NAME_BYTES, path + folder);
	if (!r->folder || !r->temp)
		return -1;
	r->stem = strlen(r->temp) - DRAWN;
	return open_new(r, r->folder) < 0 || keep_rights(r) < 0 ? fail(r, err)
								: 0;
}

int
result_put(struct result *r, const char *s, size_t n, struct err *err)
{
	if (!r->temp)
		return tool_print(r->t, s, n, err);
	return write_all(r->fd, r->path, s, n, err);
}

static int
name_it(struct result *r)
{
	char at[32];

	if (r->named)
		return 0;
	snprintf(at, sizeof(at), "/proc/self/fd/%d", r->fd);
	if (flock(r->fd, LOCK_EX) < 0)
		return -1;
	for (int i = 0; i < TRIES && draw_name(r) == 0; i++) {
		if (linkat(AT_FDCWD, at, AT_FDCWD, r->temp,
			AT_SYMLINK_FOLLOW) == 0) {
			r->named = 1;
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return -1;
}

int
result_end(struct result *r, struct err *err)
{
	if (!r->temp)
		return 0;
	if (fsync(r->fd) < 0 || name_it(r) < 0 || rename(r->temp, r->path) < 0)
		return fail(r, err);
	r->named = 0;
	if (sync_folder(r) < 0)
		return err_errno(err,
		    "%s: is written, but may not survive a power failure",
		    r->path);
	return 0;
}

void
result_drop(struct result *r)
{
	if (r->named)
		unlink(r->temp);
	if (r->temp && r->fd >= 0)
		close(r->fd);
	r->temp = NULL;
	r->named = 0;
}

int
tool_write_text(
    struct tool *t, const char *path, const char *s, size_t n, struct err *err)
{
	struct result r;
	int rc = -1;

	if (result_begin(&r, t, path, err) == 0 &&
	    result_put(&r, s, n, err) == 0)
		rc = result_end(&r, err);
	result_drop(&r);
	return rc;
}
