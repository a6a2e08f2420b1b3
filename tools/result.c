/* Text results: the old file stays until the new one is whole, and a process
   that dies leaves none behind. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "result.h"

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

int
result_begin(
    struct result *r, struct tool *t, const char *path, struct err *err)
{
	*r = (struct result){ .t = t, .file = REPLACE_NOTHING };
	return strcmp(path, "-") == 0 ? 0 : replace_begin(&r->file, path, err);
}

int
result_put(struct result *r, const char *s, size_t n, struct err *err)
{
	if (r->file.path == NULL)
		return tool_print(r->t, s, n, err);
	return write_all(r->file.fd, r->file.path, s, n, err);
}

int
result_end(struct result *r, struct err *err)
{
	return r->file.path == NULL ? 0 : replace_end(&r->file, err);
}

void
result_drop(struct result *r)
{
	replace_drop(&r->file);
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
