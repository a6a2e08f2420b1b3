/* Replacing a file at once or not at all, durably.

   The model goes to an unnamed file in the folder of the target; written,
   synced and locked, it gets a name (.NAME.nn-XXXXXX) and takes the target's
   place by rename; then the folder is synced.  Where unnamed files do not
   exist the name comes first.  A name left behind by a killed process is
   recognised by its lock being free, and swept by the next save. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"

enum {
	RANDOM_CHARS = 6,
	TRIES = 100,
	STEM_MAX = 200, /* bytes of NAME in a temporary name */
};

static const char temp_mark[] = ".nn-";

struct save {
	struct fmt_model *m;
	struct h5_object *root; /* of m */
	struct digests digests;
	uint64_t bytes;
	const char *path, *name; /* the target; its last component */
	int folder;              /* open; -1: not yet */
	int fd;                  /* the new file; -1: not yet */
	int named;               /* temp is a name of it */
	char temp[NAME_MAX + 1];
	struct arena arena;
	struct err *err;
};

static int
fail(struct save *s, const char *what)
{
	return err_errno(s->err, "%s: %s", s->path, what);
}

/* Opens the folder of the target. */
static int
folder_open(struct save *s)
{
	const char *slash = strrchr(s->path, '/');
	const char *folder = ".";

	s->name = slash != NULL ? slash + 1 : s->path;
	if (*s->name == '\0')
		return err_set(s->err, ERR_IO,
		    "'%s' is no name for a file; give one after -o", s->path);
	if (slash != NULL)
		folder = arena_text_n(&s->arena, s->path,
		    slash == s->path ? 1 : (size_t)(slash - s->path), s->err);
	if (folder == NULL)
		return -1;
	s->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->folder >= 0 ? 0 : fail(s, "cannot open its folder");
}

/* What is there must be a regular file, or nothing: then *old is zero. */
static int
target_check(struct save *s, struct stat *old)
{
	struct stat st;

	memset(old, 0, sizeof(*old));
	if (fstatat(s->folder, s->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : fail(s, "cannot look at it");
	if (S_ISREG(st.st_mode)) {
		*old = st;
		return 0;
	}
	return err_set(s->err, ERR_IO, "%s: %s; give the name of a file",
	    s->path,
	    S_ISLNK(st.st_mode)       ? "is a symbolic link"
		: S_ISDIR(st.st_mode) ? "is a folder"
				      : "is not a regular file");
}

/* Length of "." NAME ".nn-", which begins every temporary name. */
static int
temp_stem(const struct save *s, char stem[NAME_MAX + 1])
{
	return snprintf(
	    stem, NAME_MAX + 1, ".%.*s%s", STEM_MAX, s->name, temp_mark);
}

static int
temp_name(struct save *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	uint8_t chance[RANDOM_CHARS];
	int n = temp_stem(s, s->temp);
	int i;

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return fail(s, "no random numbers");
	for (i = 0; i < RANDOM_CHARS; i++)
		s->temp[n + i] = letters[chance[i] % 32];
	s->temp[n + RANDOM_CHARS] = '\0';
	return 0;
}

/* Removes a temporary file that nobody holds. */
static void
sweep_one(const struct save *s, const char *name)
{
	int fd = openat(
	    s->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(s->folder, name, 0);
	close(fd);
}

static void
sweep(const struct save *s)
{
	char stem[NAME_MAX + 1];
	size_t n = (size_t)temp_stem(s, stem);
	int fd = openat(s->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *e;

	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL)
		if (strncmp(e->d_name, stem, n) == 0 &&
		    strlen(e->d_name) == n + RANDOM_CHARS)
			sweep_one(s, e->d_name);
	closedir(d);
}

/* Tells sweepers that somebody is at work on the file.  Where there are no
   locks nobody can take one, and so nobody sweeps. */
static int
lock(struct save *s)
{
	if (flock(s->fd, LOCK_EX) == 0 || errno == ENOSYS ||
	    errno == EOPNOTSUPP || errno == ENOLCK)
		return 0;
	return fail(s, "cannot lock");
}

/* Has a sweeper taken the file between its creation and its lock?  1, 0, -1. */
static int
is_swept(struct save *s)
{
	struct stat st;

	if (fstat(s->fd, &st) < 0)
		return fail(s, "cannot look at it");
	return st.st_nlink == 0;
}

static int
open_named(struct save *s)
{
	int i, swept;

	for (i = 0; i < TRIES; i++) {
		if (temp_name(s) < 0)
			return -1;
		s->fd = openat(s->folder, s->temp,
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (s->fd < 0 && errno == EEXIST)
			continue;
		if (s->fd < 0)
			return fail(s, "cannot write in its folder");
		s->named = 1;
		swept = lock(s) < 0 ? -1 : is_swept(s);
		if (swept <= 0)
			return swept;
		s->named = 0;
		close(s->fd);
		s->fd = -1;
	}
	errno = EEXIST;
	return fail(s, "cannot make a temporary file");
}

/* An unnamed file, or a named one where there are none. */
static int
open_new(struct save *s)
{
	char at[32];

	s->fd = openat(s->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
	if (s->fd >= 0) {
		snprintf(at, sizeof(at), "/proc/self/fd/%d", s->fd);
		if (access(at, F_OK) == 0)
			return 0;
		close(s->fd);
		s->fd = -1;
		return open_named(s);
	}
	if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL ||
	    errno == ENOENT)
		return open_named(s);
	return fail(s, "cannot write in its folder");
}

/* Gives the unnamed file its temporary name, locked before anyone sees it. */
static int
name_it(struct save *s)
{
	char at[32];
	int i;

	if (s->named)
		return 0;
	if (lock(s) < 0)
		return -1;
	snprintf(at, sizeof(at), "/proc/self/fd/%d", s->fd);
	for (i = 0; i < TRIES; i++) {
		if (temp_name(s) < 0)
			return -1;
		if (linkat(AT_FDCWD, at, s->folder, s->temp,
			AT_SYMLINK_FOLLOW) == 0) {
			s->named = 1;
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return fail(s, "cannot name the new file");
}

/* A full disk is found before the long write; a file system that cannot
   promise space is asked nothing more. */
static int
reserve(struct save *s, uint64_t bytes)
{
	if (fallocate(s->fd, 0, 0, (off_t)bytes) == 0 || errno == EOPNOTSUPP ||
	    errno == ENOSYS || errno == EINTR)
		return 0;
	return fail(s, "cannot write");
}

/* Some file systems cannot sync a folder, and say EINVAL. */
static int
sync_folder(struct save *s)
{
	if (fsync(s->folder) == 0 || errno == EINVAL)
		return 0;
	return fail(s, "is written, but may not survive a power failure");
}

/* The new file gets the owner of the old one as far as that is allowed, and its
   mode; without the same owner no bit that lends that owner's rights. */
static int
keep_rights(struct save *s, const struct stat *old)
{
	mode_t mode = old->st_mode & 07777;
	struct stat now;

	if (old->st_mode == 0)
		return 0;
	if (fstat(s->fd, &now) < 0)
		return fail(s, "cannot look at it");
	if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
	    fchown(s->fd, old->st_uid, old->st_gid) < 0)
		mode &= ~(mode_t)(S_ISUID | S_ISGID);
	return fchmod(s->fd, mode) == 0 ? 0 : fail(s, "cannot keep its mode");
}

static int
write_new(struct save *s, const struct stat *old)
{
	if (reserve(s, s->bytes) < 0 || keep_rights(s, old) < 0)
		return -1;
	if (tree_write_file(s->m, s->root, &s->digests, s->bytes, s->fd,
		&s->arena, s->err) < 0 ||
	    fmt_unchanged(s->m, s->err) < 0)
		return err_in(s->err, "%s", s->path);
	/* Never twice: after a failure the kernel may forget what was lost. */
	if (fsync(s->fd) < 0)
		return fail(s, "cannot write");
	return 0;
}

static int
replace(struct save *s)
{
	struct stat old;

	if (folder_open(s) < 0 || target_check(s, &old) < 0)
		return -1;
	sweep(s);
	if (open_new(s) < 0 || write_new(s, &old) < 0 || name_it(s) < 0)
		return -1;
	if (renameat(s->folder, s->temp, s->folder, s->name) < 0)
		return fail(s, "cannot replace it");
	s->named = 0;
	return sync_folder(s);
}

static void
tidy(struct save *s)
{
	if (s->named)
		unlinkat(s->folder, s->temp, 0);
	if (s->fd >= 0)
		close(s->fd);
	if (s->folder >= 0)
		close(s->folder);
	arena_free(&s->arena);
}

int
fmt_save(struct fmt_model *m, const char *path, struct err *err)
{
	struct save s = {
		.m = m, .path = path, .folder = -1, .fd = -1, .err = err
	};
	int rc = -1;

	s.root = tree_plan(m, &s.digests, &s.bytes, &s.arena, err);
	if (s.root != NULL)
		rc = replace(&s);
	if (rc == 0)
		m->file_bytes = (size_t)s.bytes;
	tidy(&s);
	return rc;
}

int
fmt_save_check(const char *path, struct err *err)
{
	struct save s = { .path = path, .folder = -1, .fd = -1, .err = err };
	struct stat old;
	int rc = folder_open(&s);

	if (rc == 0)
		rc = target_check(&s, &old);
	if (rc == 0)
		rc = open_new(&s);
	tidy(&s);
	return rc;
}
