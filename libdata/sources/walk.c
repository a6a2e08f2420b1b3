/* The files of a folder and below, by name. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "bounds.h"
#include "sources/walk.h"

enum { SAFE = 256 };

int
walk_join(char *out, const char *root, const char *relative, struct err *err)
{
	size_t n = strlen(root);
	const char *slash = n > 0 && root[n - 1] == '/' ? "" : "/";

	if (snprintf(out, PATH_MAX, "%s%s%s", root, slash, relative) < PATH_MAX)
		return 0;
	return err_set(
	    err, ERR_DATA, "a path of more than %d bytes", PATH_MAX - 1);
}

static int
is_folder(const char *path, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN && e->d_type != DT_LNK)
		return e->d_type == DT_DIR;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

struct walk {
	const char *root;
	struct names *files; /* NULL: only the classes are wanted */
	struct label_set *classes;
	char relative[PATH_MAX];
};

static int walk_below(struct walk *w, size_t n, int depth, struct err *err);

/* One entry, its name already at the end of w->relative. */
static int
walk_entry(struct walk *w, const struct dirent *e, size_t n, int depth,
    struct err *err)
{
	size_t all = n + strlen(e->d_name);
	char path[PATH_MAX];

	if (walk_join(path, w->root, w->relative, err) < 0)
		return -1;
	if (!is_folder(path, e))
		return w->files == NULL
		    ? 0
		    : names_add(w->files, w->relative, all, err);
	if (w->files == NULL)
		return label_add(w->classes, e->d_name, all, err) < 0 ? -1 : 0;
	if (depth >= WALK_DEPTH_MAX)
		return err_set(err, ERR_DATA,
		    "folders nested more than %d deep", WALK_DEPTH_MAX);
	if (all + 2 > PATH_MAX)
		return err_set(err, ERR_DATA, "a path of too many bytes");
	memcpy(w->relative + all, "/", 2);
	return walk_below(w, all + 1, depth + 1, err);
}

static int
walk_open(struct walk *w, DIR *dir, size_t n, int depth, struct err *err)
{
	const struct dirent *e;
	size_t length;

	while (errno = 0, (e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		length = strlen(e->d_name);
		if (n + length + 1 > sizeof(w->relative))
			return err_set(
			    err, ERR_DATA, "a path of too many bytes");
		memcpy(w->relative + n, e->d_name, length + 1);
		if (walk_entry(w, e, n, depth, err) < 0)
			return -1;
	}
	return errno == 0 ? 0 : err_errno(err, "cannot read the folder");
}

/* The folder whose relative path is the first n bytes. */
static int
walk_below(struct walk *w, size_t n, int depth, struct err *err)
{
	char path[PATH_MAX];
	char safe[SAFE];
	DIR *dir;
	int failed;

	w->relative[n] = '\0';
	if (walk_join(path, w->root, w->relative, err) < 0)
		return -1;
	dir = opendir(path);
	if (dir == NULL) {
		err_errno(err, "cannot open the folder");
		return err_in(err, "%s",
		    text_safe(safe, sizeof(safe), path, strlen(path)));
	}
	failed = walk_open(w, dir, n, depth, err);
	closedir(dir);
	return failed;
}

int
walk_folder(const char *root, struct names *files, struct err *err)
{
	struct walk w = { .root = root, .files = files };

	if (walk_below(&w, 0, 0, err) < 0)
		return -1;
	names_sort(files);
	return 0;
}

int
walk_classes(const char *root, struct label_set *classes, struct err *err)
{
	struct walk w = { .root = root, .classes = classes };

	return walk_below(&w, 0, 0, err);
}
