/* Standard input and output, and named files: who may be what, and all or
   nothing. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/replace.h"
#include "tool.h"

static int
is_stdio(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* Is the path of a data operand ("-", "png:-,limit=3") standard input? */
static int
operand_is_stdin(const char *s)
{
	const char *colon = strchr(s, ':');
	size_t n;

	if (colon && strcspn(s, "/,") > (size_t)(colon - s))
		s = colon + 1;
	n = strcspn(s, ",");
	return n == 1 && *s == '-';
}

static int
check_named(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0 || access(path, R_OK) < 0)
		return err_errno(err, "%s", path);
	if (S_ISDIR(st.st_mode))
		return err_set(
		    err, ERR_MODEL, "%s: is a folder, not a model file", path);
	if (S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode))
		return err_set(
		    err, ERR_MODEL, "%s: is a device, not a model file", path);
	return 0;
}

int
tool_check_input(struct tool *t, const char *model, const char *const *operands,
    int n, struct err *err)
{
	int uses = model && is_stdio(model), data = 0;

	for (int i = 0; i < n; i++)
		data += operand_is_stdin(operands[i]);
	if (uses + data > 1)
		return err_set(err, ERR_USAGE,
		    "standard input: is asked for %s; give one of them as a "
		    "file, or as <(command)",
		    uses ? "as the model and as data" : "twice");
	if (uses && t->input_tty) {
		t->show_usage = 1;
		return err_set(err, ERR_USAGE,
		    "standard input: is a terminal; name a model file%s or "
		    "send one through a pipe",
		    tool_has(t, "model") ? " (-m FILE)" : "");
	}
	return model && !uses ? check_named(model, err) : 0;
}

int
tool_check_output(struct tool *t, const char *path, int binary, struct err *err)
{
	if (!is_stdio(path))
		return replace_check(path, err);
	if (binary && t->output_tty && !t->common->force)
		return err_set(err, ERR_USAGE,
		    "standard output: is a terminal; redirect it or give -o "
		    "FILE (-f writes there all the same)");
	return 0;
}

/* Did the previous stage send nothing?  Waits for its first byte or its end
   without taking anything. */
static int
input_is_empty(int fd)
{
	struct stat st;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int waiting = 0;

	if (fstat(fd, &st) < 0)
		return 0;
	if (S_ISREG(st.st_mode))
		return lseek(fd, 0, SEEK_CUR) >= st.st_size;
	if (S_ISCHR(st.st_mode))
		return 1;
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
	return ioctl(fd, FIONREAD, &waiting) == 0 && waiting == 0;
}

static int
read_stdin(struct tool *t, struct fmt_source *source, struct fmt_model *m,
    struct err *err)
{
	source->fd = STDIN_FILENO;
	source->name = "standard input";
	if (input_is_empty(STDIN_FILENO))
		return err_set(err, ERR_MODEL,
		    "no model on standard input (did the previous stage "
		    "fail?)");
	return fmt_read(m, source, &t->arena, err);
}

/* Data where the model should be: the file room, which found it, knows no
   options. */
static int
explain_data(const struct tool *t, struct err *err)
{
	static const char end[] = ", not a model";
	size_t n = strlen(err->text), m = sizeof(end) - 1;

	if (err->code == ERR_MODEL && tool_has(t, "model") && n > m &&
	    strcmp(err->text + n - m, end) == 0)
		snprintf(err->text + n, sizeof(err->text) - n,
		    "; data are operands, the model goes to -m");
	return -1;
}

static int
read_file(struct tool *t, const char *path, unsigned later, struct fmt_model *m,
    struct err *err)
{
	struct fmt_source source = { .name = path,
		.spool = (size_t)t->common->spool,
		.tmpdir = t->tmpdir,
		.later = later,
		.threads = t->threads };
	int rc;

	if (is_stdio(path))
		return read_stdin(t, &source, m, err) < 0 ? explain_data(t, err)
							  : 0;
	if (check_named(path, err) < 0)
		return -1;
	source.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (source.fd < 0)
		return err_errno(err, "%s", path);
	rc = fmt_read(m, &source, &t->arena, err);
	close(source.fd);
	return rc < 0 ? explain_data(t, err) : 0;
}

void
tool_note_format(struct tool *t, const char *path, const struct fmt_model *m)
{
	if (m->format_major == FMT_MAJOR || t->format_noted)
		return;
	t->format_noted = 1;
	tool_note(t,
	    "%s: format %lld.%lld, read as %d.%d; what is saved is %d.%d",
	    is_stdio(path) ? "standard input" : path,
	    (long long)m->format_major, (long long)m->format_minor, FMT_MAJOR,
	    FMT_MINOR, FMT_MAJOR, FMT_MINOR);
}

int
tool_look_at_file(
    struct tool *t, const char *path, struct fmt_model *m, struct err *err)
{
	return read_file(t, path, FMT_ALL, m, err);
}

int
tool_read_file(
    struct tool *t, const char *path, struct fmt_model *m, struct err *err)
{
	return read_file(t, path, FMT_ALL & ~FMT_WEIGHTS, m, err);
}

int
tool_read_model(
    struct tool *t, const char *path, struct fmt_model *m, struct err *err)
{
	char id[FMT_HEX];

	if (tool_read_file(t, path, m, err) < 0)
		return -1;
	if (!fmt_is_delta(m)) {
		tool_note_format(t, path, m);
		return 0;
	}
	memcpy(id, m->base_id, sizeof(id));
	fmt_close(m);
	return err_set(err, ERR_MODEL,
	    "%s: is an adapter of the model with weights %.12s; %s",
	    is_stdio(path) ? "standard input" : path, id,
	    !tool_has(t, "adapter")
		? "nn-finetune, nn-eval and nn-predict take it with "
		  "--adapter, and the base with -m"
		: tool_has(t, "model")
		? "give the base with -m and this with --adapter"
		: "give the base as the operand and this with --adapter");
}

int
tool_write_model(
    struct tool *t, const char *path, struct fmt_model *m, struct err *err)
{
	if (!is_stdio(path))
		return fmt_save(m, path, err);
	t->printed = 1;
	if (fmt_write(m, STDOUT_FILENO, err) < 0)
		return err_in(err, "standard output");
	return 0;
}

static ssize_t
read_some(int fd, char *to, size_t n)
{
	ssize_t k;
	do
		k = read(fd, to, n);
	while (k < 0 && errno == EINTR);
	return k;
}

static char *
read_all(struct tool *t, int fd, const char *name, size_t max, size_t *n,
    struct err *err)
{
	struct text all;
	char piece[4096];
	ssize_t k = 0;

	text_begin(&all, &t->arena, err);
	while (!err->code && all.len <= max &&
	    (k = read_some(fd, piece, sizeof(piece))) > 0)
		text_add_n(&all, piece, (size_t)k);
	if (k < 0)
		err_errno(err, "%s", name);
	else if (all.len > max)
		err_set(
		    err, ERR_USAGE, "%s: has more than %zu bytes", name, max);
	*n = all.len;
	return err->code ? NULL : text_end(&all);
}

char *
tool_read_text(
    struct tool *t, const char *path, size_t max, size_t *n, struct err *err)
{
	char *s;
	int fd;

	if (is_stdio(path))
		return read_all(t, STDIN_FILENO, "standard input", max, n, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_errno(err, "%s", path);
		return NULL;
	}
	s = read_all(t, fd, path, max, n, err);
	close(fd);
	return s;
}
