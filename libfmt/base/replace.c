/* Replacing a file at once or not at all, durably.

   What is new goes to an unnamed file in the folder of the target; written,
   synced and locked, it gets a name (.NAME.nn-XXXXXX) and takes the target's
   place by rename; then the folder is synced.  Where unnamed files do not
   exist the name comes first.  A name left behind by a killed process is
   recognised by its lock being free, and swept by the next one that replaces
   the same file. */
#include "base/replace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

enum {
	RANDOM_CHARS = 6,
	TRIES = 100,
	STEM_MAX = 200, /* bytes of NAME in a temporary name */
};

static const char temp_mark[] = ".nn-";

static int
fail(const struct replace *r, const char *what, struct err *err)
{
	return err_errno(err, "%s: %s", r->path, what);
}

/* Opens the folder of the target. */
static int
folder_open(struct replace *r, struct err *err)
{
	const char *slash = strrchr(r->path, '/');
	struct arena scratch = { 0 };
	const char *folder = ".";

	r->name = slash != NULL ? slash + 1 : r->path;
	if (*r->name == '\0')
		return err_set(err, ERR_IO,
		    "'%s' is no name for a file; give one after -o", r->path);
	if (slash != NULL)
		folder = arena_text_n(&scratch, r->path,
		    slash == r->path ? 1 : (size_t)(slash - r->path), err);
	if (folder == NULL)
		return -1;
	r->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->folder < 0)
		fail(r, "cannot open its folder", err);
	arena_free(&scratch);
	return r->folder < 0 ? -1 : 0;
}

/* What is there must be a regular file, or nothing: then *old is zero. */
static int
target_check(struct replace *r, struct stat *old, struct err *err)
{
	struct stat st;

	memset(old, 0, sizeof(*old));
	if (fstatat(r->folder, r->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : fail(r, "cannot look at it", err);
	if (S_ISREG(st.st_mode)) {
		*old = st;
		return 0;
	}
	return err_set(err, ERR_IO, "%s: %s; give the name of a file", r->path,
	    S_ISLNK(st.st_mode)       ? "is a symbolic link"
		: S_ISDIR(st.st_mode) ? "is a folder"
				      : "is not a regular file");
}

static int
target_open(
    struct replace *r, const char *path, struct stat *old, struct err *err)
{
	*r = REPLACE_NOTHING;
	r->path = path;
	if (folder_open(r, err) < 0)
		return -1;
	return target_check(r, old, err);
}

/* Length of "." NAME ".nn-", which begins every temporary name. */
static int
temp_stem(const struct replace *r, char stem[NAME_MAX + 1])
{
	return snprintf(
	    stem, NAME_MAX + 1, ".%.*s%s", STEM_MAX, r->name, temp_mark);
}

static int
temp_name(struct replace *r, struct err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	uint8_t chance[RANDOM_CHARS];
	int n = temp_stem(r, r->temp);
	int i;

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return fail(r, "no random numbers", err);
	for (i = 0; i < RANDOM_CHARS; i++)
		r->temp[n + i] = letters[chance[i] % 32];
	r->temp[n + RANDOM_CHARS] = '\0';
	return 0;
}

/* Removes a temporary file that nobody holds. */
static void
sweep_one(const struct replace *r, const char *name)
{
	int fd = openat(
	    r->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(r->folder, name, 0);
	close(fd);
}

static void
sweep(const struct replace *r)
{
	char stem[NAME_MAX + 1];
	size_t n = (size_t)temp_stem(r, stem);
	int fd = openat(r->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
			sweep_one(r, e->d_name);
	closedir(d);
}

/* Tells sweepers that somebody is at work on the file.  Where there are no
   locks nobody can take one, and so nobody sweeps. */
static int
lock(struct replace *r, struct err *err)
{
	if (flock(r->fd, LOCK_EX) == 0 || errno == ENOSYS ||
	    errno == EOPNOTSUPP || errno == ENOLCK)
		return 0;
	return fail(r, "cannot lock", err);
}

/* Has a sweeper taken the file between its creation and its lock?  1, 0, -1. */
static int
is_swept(struct replace *r, struct err *err)
{
	struct stat st;

	if (fstat(r->fd, &st) < 0)
		return fail(r, "cannot look at it", err);
	return st.st_nlink == 0;
}

static int
open_named(struct replace *r, struct err *err)
{
	int i, swept;

	for (i = 0; i < TRIES; i++) {
		if (temp_name(r, err) < 0)
			return -1;
		r->fd = openat(r->folder, r->temp,
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (r->fd < 0 && errno == EEXIST)
			continue;
		if (r->fd < 0)
			return fail(r, "cannot write in its folder", err);
		r->named = 1;
		swept = lock(r, err) < 0 ? -1 : is_swept(r, err);
		if (swept <= 0)
			return swept;
		r->named = 0;
		close(r->fd);
		r->fd = -1;
	}
	errno = EEXIST;
	return fail(r, "cannot make a temporary file", err);
}

/* An unnamed file, or a named one where there are none. */
static int
open_new(struct replace *r, struct err *err)
{
	char at[32];

	r->fd = openat(r->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
	if (r->fd >= 0) {
		snprintf(at, sizeof(at), "/proc/self/fd/%d", r->fd);
		if (access(at, F_OK) == 0)
			return 0;
		close(r->fd);
		r->fd = -1;
		return open_named(r, err);
	}
	if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL ||
	    errno == ENOENT)
		return open_named(r, err);
	return fail(r, "cannot write in its folder", err);
}

/* Gives the unnamed file its temporary name, locked before anyone sees it. */
static int
name_it(struct replace *r, struct err *err)
{
	char at[32];
	int i;

	if (r->named)
		return 0;
	if (lock(r, err) < 0)
		return -1;
	snprintf(at, sizeof(at), "/proc/self/fd/%d", r->fd);
	for (i = 0; i < TRIES; i++) {
		if (temp_name(r, err) < 0)
			return -1;
		if (linkat(AT_FDCWD, at, r->folder, r->temp,
			AT_SYMLINK_FOLLOW) == 0) {
			r->named = 1;
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return fail(r, "cannot name the new file", err);
}

/* Some file systems cannot sync a folder, and say EINVAL. */
static int
sync_folder(struct replace *r, struct err *err)
{
	if (fsync(r->folder) == 0 || errno == EINVAL)
		return 0;
	return fail(r, "is written, but may not survive a power failure", err);
}

/* The new file gets the owner of the old one as far as that is allowed, and its
   mode; without the same owner no bit that lends that owner's rights. */
static int
keep_rights(struct replace *r, const struct stat *old, struct err *err)
{
	mode_t mode = old->st_mode & 07777;
	struct stat now;

	if (old->st_mode == 0)
		return 0;
	if (fstat(r->fd, &now) < 0)
		return fail(r, "cannot look at it", err);
	if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
	    fchown(r->fd, old->st_uid, old->st_gid) < 0)
		mode &= ~(mode_t)(S_ISUID | S_ISGID);
	return fchmod(r->fd, mode) == 0 ? 0
					: fail(r, "cannot keep its mode", err);
}

int
replace_begin(struct replace *r, const char *path, struct err *err)
{
	struct stat old;

	if (target_open(r, path, &old, err) < 0)
		return -1;
	sweep(r);
	return open_new(r, err) < 0 ? -1 : keep_rights(r, &old, err);
}

int
replace_end(struct replace *r, struct err *err)
{
	/* Never twice: after a failure the kernel may forget what was lost. */
	if (fsync(r->fd) < 0)
		return fail(r, "cannot write", err);
	if (name_it(r, err) < 0)
		return -1;
	if (renameat(r->folder, r->temp, r->folder, r->name) < 0)
		return fail(r, "cannot replace it", err);
	r->named = 0;
	return sync_folder(r, err);
}

void
replace_drop(struct replace *r)
{
	if (r->named)
		unlinkat(r->folder, r->temp, 0);
	if (r->fd >= 0)
		close(r->fd);
	if (r->folder >= 0)
		close(r->folder);
	*r = REPLACE_NOTHING;
}

int
replace_check(const char *path, struct err *err)
{
	struct replace r;
	struct stat old;
	int rc = target_open(&r, path, &old, err);

	if (rc == 0)
		rc = open_new(&r, err);
	replace_drop(&r);
	return rc;
}
