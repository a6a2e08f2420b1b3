/* The bar on a terminal, and events for --log. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "tool.h"

enum { BAR_MS = 100, BAR_CELLS = 20, LINE = 512 };

struct tool_progress {
	uint64_t begun, drawn; /* when: this count, the last picture */
	int64_t first, last;   /* counts then and now */
	int visible;
	char what[64];
};

uint64_t
tool_clock(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int
tool_progress_shown(const struct tool *t)
{
	const char *when = t->common->progress;

	if (!when || t->common->quiet || strcmp(when, "never") == 0)
		return 0;
	return strcmp(when, "always") == 0 || t->bar_wanted;
}

static size_t
columns(void)
{
	struct winsize w;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) < 0 || w.ws_col < 20)
		return 80;
	return w.ws_col;
}

/* "1:02:03" or "2:03". */
static void
print_left(char *out, size_t size, double seconds)
{
	long s = seconds < 359999 ? (long)(seconds + 0.5) : 359999;
	if (s >= 3600)
		snprintf(out, size, "%ld:%02ld:%02ld left", s / 3600,
		    s / 60 % 60, s % 60);
	else
		snprintf(out, size, "%ld:%02ld left", s / 60, s % 60);
}

static void
print_bar(char out[BAR_CELLS + 1], const struct progress *p)
{
	int64_t full = p->total > 0 ? BAR_CELLS * p->done / p->total : 0;
	for (int i = 0; i < BAR_CELLS; i++)
		out[i] = i < full ? '#' : '.';
	out[BAR_CELLS] = '\0';
}

static void
draw(struct tool_progress *b, const struct progress *p, uint64_t now)
{
	char line[LINE], bar[BAR_CELLS + 1], left[32] = "", rate[48] = "";
	double seconds = (double)(now - b->begun) / 1e9;
	int64_t n = p->done - b->first;
	size_t wide = columns() - 1;

	print_bar(bar, p);
	if (seconds > 0.2 && n > 0) {
		snprintf(rate, sizeof(rate), "  %.0f %s/s", (double)n / seconds,
		    p->unit ? p->unit : "");
		if (p->total > 0)
			print_left(left, sizeof(left),
			    (double)(p->total - p->done) * seconds / (double)n);
	}
	if (p->total > 0)
		snprintf(line, sizeof(line), "%s [%s] %3d%%  %s%s  %s", p->what,
		    bar, (int)(100 * p->done / p->total),
		    p->text ? p->text : "", rate, left);
	else
		snprintf(line, sizeof(line), "%s %lld  %s%s", p->what,
		    (long long)p->done, p->text ? p->text : "", rate);
	if (strlen(line) > wide && wide < sizeof(line))
		line[wide] = '\0';
	dprintf(STDERR_FILENO, "\r\033[K%s", line);
	b->visible = 1;
	b->drawn = now;
}

void
tool_progress(struct tool *t, const struct progress *p)
{
	uint64_t now;
	struct tool_progress *b = t->bar;

	if (!tool_progress_shown(t))
		return;
	if (!b) {
		struct err ignored = { 0 };
		b = t->bar = arena_alloc(&t->arena, sizeof(*b), &ignored);
		if (!b)
			return; /* a bar is not worth failing for */
	}
	now = tool_clock();
	if (!b->begun || strcmp(b->what, p->what) != 0 || p->done < b->last) {
		b->begun = now;
		b->first = p->done;
		snprintf(b->what, sizeof(b->what), "%s", p->what);
	}
	b->last = p->done;
	if (!b->drawn || now - b->drawn >= BAR_MS * UINT64_C(1000000))
		draw(b, p, now);
}

void
tool_progress_clear(struct tool *t)
{
	if (!t->bar || !t->bar->visible)
		return;
	dprintf(STDERR_FILENO, "\r\033[K");
	t->bar->visible = 0;
}

int
log_begin(struct tool *t, struct err *err)
{
	const char *path = t->common->log;

	if (!path)
		return 0;
	t->log_fd = open(
	    path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (t->log_fd < 0)
		return err_errno(err, "--log: %s", path);
	return 0;
}

/* A line that is written in part is an error: others append to the same
   file, so it cannot be completed by a second write. */
static int
write_line(struct tool *t, const char *line, size_t n, struct err *err)
{
	ssize_t k;
	do
		k = write(t->log_fd, line, n);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return err_errno(err, "--log: %s", t->common->log);
	if ((size_t)k < n)
		return err_set(err, ERR_IO,
		    "--log: %s: the disk is full; a line was cut",
		    t->common->log);
	return 0;
}

struct json *
tool_event(
    struct tool *t, const char *name, struct arena *arena, struct err *err)
{
	struct json *o = json_put_object(NULL, NULL, arena, err);

	if (!o || json_put_text(o, "event", name, arena, err) < 0 ||
	    json_put_text(o, "tool", t->name, arena, err) < 0)
		return NULL;
	return o;
}

int
tool_log(struct tool *t, const struct json *event, struct err *err)
{
	struct arena arena = { 0 };
	char *line;
	int rc = -1;

	if (t->log_fd < 0)
		return 0;
	line = json_print(event, &arena, err);
	if (line)
		line = arena_printf(&arena, err, "%s\n", line);
	if (line)
		rc = write_line(t, line, strlen(line), err);
	arena_free(&arena);
	return rc;
}
