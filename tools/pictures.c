/* The folder of --report-dir, and how files come into it. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/replace.h"
#include "base/text.h"
#include "pictures.h"

static char *
path_in(struct tool *t, const char *dir, const char *name, struct err *err)
{
	const char *between = strcmp(dir, "/") == 0 ? "" : "/";

	return arena_printf(&t->arena, err, "%s%s%s", dir, between, name);
}

const char *
pictures_check(
    struct tool *t, const char *dir, const char *const *names, struct err *err)
{
	size_t n = strlen(dir);
	struct stat st;
	char *path;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	if (n == 0 || strcmp(dir, "-") == 0) {
		err_set(
		    err, ERR_USAGE, "--report-dir: give the name of a folder");
		return NULL;
	}
	path = arena_text_n(&t->arena, dir, n, err);
	if (path == NULL)
		return NULL;
	dir = path;
	if (stat(dir, &st) < 0) {
		if (errno != ENOENT)
			err_errno(err, "--report-dir: %s", dir);
		else if (replace_check(dir, err) < 0)
			err_in(err, "--report-dir");
		return err->code == ERR_NONE ? dir : NULL;
	}
	for (; *names != NULL; names++)
		if ((path = path_in(t, dir, *names, err)) == NULL ||
		    replace_check(path, err) < 0) {
			err_in(err, "--report-dir");
			return NULL;
		}
	return dir;
}

int
pictures_put(struct tool *t, const char *dir, const char *name,
    const void *bytes, size_t n, struct err *err)
{
	char *path = path_in(t, dir, name, err);

	if (path == NULL)
		return -1;
	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return err_errno(err, "--report-dir: %s", dir);
	if (tool_write_text(t, path, bytes, n, err) < 0)
		return err_in(err, "--report-dir");
	return 0;
}

int
pictures_canvas(struct tool *t, const char *dir, const char *name,
    const struct canvas *c, struct err *err)
{
	size_t size = 0, n;
	void *at = NULL;
	int status = canvas_png(c, &at, &size, &n, err);

	if (status == 0)
		status = pictures_put(t, dir, name, at, n, err);
	slab_free(at, size);
	return status;
}

void
pictures_without(
    struct tool *t, const char *dir, const char *const *names, const char *why)
{
	struct err quiet = { 0 };
	struct text none, old;
	char *path;

	text_begin(&none, &t->arena, &quiet);
	text_begin(&old, &t->arena, &quiet);
	for (; *names != NULL; names++) {
		text_addf(&none, "%s%s", none.len > 0 ? ", " : "", *names);
		path = path_in(t, dir, *names, &quiet);
		if (path != NULL && access(path, F_OK) == 0)
			text_addf(&old, "%s%s",
			    old.len > 0 ? ", " : "; of an earlier report: ",
			    path);
	}
	if (text_end(&none) != NULL && text_end(&old) != NULL)
		tool_note(t, "--report-dir: no %s: %s%s", none.s, why, old.s);
}
