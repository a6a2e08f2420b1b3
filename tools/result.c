/* Text results: the old file stays until the new one is whole, and a process
   that dies leaves none behind. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/write-all.h"
#include "result.h"

int
tool_print(struct tool *t, const char *s, size_t n, struct err *err)
{
	if (t->output_tty)
		tool_progress_clear(t);
	t->printed = 1;
	return write_all(STDOUT_FILENO, s, n, err) < 0
	    ? err_in(err, "standard output")
	    : 0;
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
	return write_all(r->file.fd, s, n, err) < 0
	    ? err_in(err, "%s", r->file.path)
	    : 0;
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
