/* What all tools share: one way in, one way out.

   tool_main turns argv and the environment into a struct tool, runs the tool,
   and is the only place that turns an err into a message and a status. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/text.h"
#include "base/thread.h"
#include "complete.h"
#include "tool.h"

enum { THREADS_MAX = 1024 };

static const char *const progress_words[] = { "auto", "never", "always", NULL };

#define AT(MEMBER) offsetof(struct common, MEMBER)

const struct cli_option common_options[] = {
	{ CLI_TEXT, "model", 'm', AT(model), "FILE",
	    "the model to read; - is standard input", "-" },
	{ CLI_TEXT, "output", 'o', AT(output), "FILE",
	    "where the result goes; - is standard output", "-" },
	{ CLI_TEXT, "adapter", 0, AT(adapter), "FILE",
	    "what became of the model: an adapter, which --adapter-only of "
	    "nn-finetune wrote" },
	{ CLI_FLAG, "force", 'f', AT(force), NULL,
	    "write a model even to a terminal" },
	{ CLI_FLAG, "dry-run", 'n', AT(dry_run), NULL,
	    "say what would be done, do nothing" },
	{ CLI_FLAG, "quiet", 'q', AT(quiet), NULL, "errors and warnings only",
	    .excludes = "verbose" },
	{ CLI_FLAG, "verbose", 'v', AT(verbose), NULL, "say more" },
	{ CLI_WORD, "progress", 0, AT(progress), NULL,
	    "a bar on standard error; auto: when it is a terminal", "auto",
	    .words = progress_words },
	{ CLI_TEXT, "log", 0, AT(log), "FILE",
	    "append events to FILE, one JSON object a line (also NN_LOG)" },
	{ CLI_INT, "threads", 'j', AT(threads), "N",
	    "threads to use (default NN_THREADS, else the processors allowed)",
	    .min = 1, .max = THREADS_MAX },
	{ CLI_TEXT, "seed", 0, AT(seed), "N|random",
	    "where random numbers begin (default 0)" },
	{ CLI_FLAG, "no-provenance", 0, AT(no_provenance), NULL,
	    "do not write down how the model was made" },
	{ CLI_BYTES, "spool", 0, AT(spool), "SIZE",
	    "memory for a model from a pipe, before TMPDIR is used", "256M" },
	{ CLI_END },
};

#undef AT

__attribute__((format(printf, 3, 0))) static void
say(struct tool *t, const char *kind, const char *fmt, va_list args)
{
	char line[ERR_TEXT + 512];
	vsnprintf(line, sizeof(line), fmt, args);
	tool_progress_clear(t);
	dprintf(STDERR_FILENO, "%s: %s%s\n", t->name, kind, line);
}

void
tool_note(struct tool *t, const char *fmt, ...)
{
	va_list args;
	if (t->common->quiet)
		return;
	va_start(args, fmt);
	say(t, "", fmt, args);
	va_end(args);
}

void
tool_warn(struct tool *t, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	say(t, "warning: ", fmt, args);
	va_end(args);
}

void
tool_detail(struct tool *t, const char *fmt, ...)
{
	va_list args;
	if (!t->common->verbose)
		return;
	va_start(args, fmt);
	say(t, "", fmt, args);
	va_end(args);
}

void
tool_error(struct tool *t, const struct err *err)
{
	tool_progress_clear(t);
	dprintf(STDERR_FILENO, "%s: %s\n", t->name, err->text);
}

void
tool_line(struct tool *t, const char *fmt, ...)
{
	va_list args;
	char line[4096];
	if (t->common->quiet)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	tool_progress_clear(t);
	dprintf(STDERR_FILENO, "%s\n", line);
}

/* A descriptor of 0..2 that came closed is taken by one that refuses its
   work, or the first file opened would become standard output. */
static void
hold_standard_fds(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int
tool_has(const struct tool *t, const char *name)
{
	const struct cli_option *r;
	for (int i = 0; (r = cli_row(&t->cli, i)); i++)
		if (r->name && strcmp(r->name, name) == 0)
			return 1;
	return 0;
}

/* A whole number out of the environment; unset or empty: not there. */
static int
env_number(const char *name, long long min, long long max, int64_t *out,
    struct err *err)
{
	const char *s = getenv(name);
	long long v;
	char shown[80];

	if (!s || !*s)
		return 0;
	if (text_to_int(s, &v) < 0 || v < min || v > max)
		return err_set(err, ERR_USAGE,
		    "%s: '%s' is not a number in %lld..%lld", name,
		    text_safe(shown, sizeof(shown), s, strlen(s)), min, max);
	*out = v;
	return 0;
}

/* libgomp reads that when the backend's module brings it; what the user says
   goes before.  A thousand looks are some 40 microseconds. */
void
tool_yield_processors(void)
{
	setenv("GOMP_SPINCOUNT", "1000", 0);
}

/* Where the backend modules are: NN_MODULES; where libtool puts them beside a
   tool that runs where it was built; else where make install put them. */
static const char *
find_modules(struct tool *t)
{
	const char *given = getenv("NN_MODULES");
	char self[PATH_MAX], *built;
	ssize_t n;

	if (given && *given)
		return given;
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return NN_PKGLIBDIR;
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	built = arena_printf(&t->arena, &t->err, "%s/.libs", self);
	if (!built || access(built, X_OK) < 0)
		return NN_PKGLIBDIR;
	return built;
}

static int
read_environment(struct tool *t)
{
	const char *tmp = getenv("TMPDIR");
	const char *term = getenv("TERM");
	const char *log = getenv("NN_LOG");
	int64_t threads = 0;

	t->module_dir = find_modules(t);
	t->tmpdir = tmp && *tmp ? tmp : "/tmp";
	t->bar_wanted = t->error_tty && term && strcmp(term, "dumb") != 0;
	if (env_number("NN_THREADS", 1, THREADS_MAX, &threads, &t->err) < 0 ||
	    env_number("SOURCE_DATE_EPOCH", 0, INT64_C(253402300799),
		&t->source_date, &t->err) < 0)
		return -1;
	if (threads && !t->common->threads)
		t->common->threads = threads;
	if (log && *log && !t->common->log && tool_has(t, "log"))
		t->common->log = log;
	t->threads_given = t->common->threads > 0;
	t->threads =
	    t->threads_given ? (int)t->common->threads : thread_default();
	return 0;
}

/* --seed=N, or --seed=random: drawn, told and recorded. */
static int
read_seed(struct tool *t)
{
	const char *s = t->common->seed;
	char shown[80];
	long long v;

	t->seed_given = s != NULL;
	if (!s)
		return 0;
	if (strcmp(s, "random") == 0) {
		uint32_t drawn;
		if (getrandom(&drawn, sizeof(drawn), 0) != sizeof(drawn))
			return err_errno(&t->err, "--seed=random");
		t->seed = drawn;
		tool_note(t, "--seed=%u was drawn", drawn);
		return 0;
	}
	if (text_to_int(s, &v) < 0 || v < 0)
		return err_set(&t->err, ERR_USAGE,
		    "--seed: '%s' is not a whole number from 0; or write "
		    "--seed=random",
		    text_safe(shown, sizeof(shown), s, strlen(s)));
	t->seed = (uint64_t)v;
	return 0;
}

static int
answer(struct tool *t)
{
	struct text out;
	text_begin(&out, &t->arena, &t->err);
	if (t->cli.help)
		cli_help(&t->cli, &out);
	else
		text_addf(&out,
		    "%s (%s) %s\nmodel files: reads 0.1 and %d.x, writes "
		    "%d.%d\n",
		    t->name, PACKAGE_NAME, PACKAGE_VERSION, FMT_MAJOR,
		    FMT_MAJOR, FMT_MINOR);
	if (!text_end(&out))
		return -1;
	return tool_print(t, out.s, out.len, &t->err);
}

/* --complete=SHELL, alone and in no list: what the build asks each tool. */
static int
complete(struct tool *t, const char *shell)
{
	struct text out;

	text_begin(&out, &t->arena, &t->err);
	if (cli_complete(&t->cli, shell, &out, &t->err) < 0)
		return -1;
	return tool_print(t, out.s, out.len, &t->err);
}

static int
work(struct tool *t, int argc, char **argv)
{
	static const char hidden[] = "--complete=";

	t->cli.tool = t->what;
	t->cli.common = common_options;
	t->cli.arena = &t->arena;
	t->cli.options = t->common;
	if (argc == 2 && strncmp(argv[1], hidden, sizeof(hidden) - 1) == 0)
		return complete(t, argv[1] + sizeof(hidden) - 1);
	if (cli_parse(&t->cli, argc, argv, &t->err) < 0)
		return -1;
	if (t->cli.help || t->cli.version)
		return answer(t);
	if (read_environment(t) < 0 || read_seed(t) < 0 ||
	    log_begin(t, &t->err) < 0)
		return -1;
	return t->what->run(t, t->common);
}

static void
print_usage(struct tool *t)
{
	struct text out;
	struct err err = { 0 };
	text_begin(&out, &t->arena, &err);
	cli_usage(&t->cli, &out);
	if (text_end(&out))
		dprintf(STDERR_FILENO, "%s", out.s);
}

static int
finish(struct tool *t, int rc)
{
	int status = t->err.code;

	tool_progress_clear(t);
	if (rc < 0 && !status) {
		err_set(&t->err, ERR_BUG, "failed without a reason");
		status = ERR_BUG;
	}
	if (status && t->err.text[0])
		tool_error(t, &t->err);
	if (t->show_usage)
		print_usage(t);
	if (status == ERR_BUG)
		dprintf(STDERR_FILENO,
		    "%s: this is a mistake in the program (version %s); please "
		    "report it with the command line\n",
		    t->name, PACKAGE_VERSION);
	if (t->log_fd >= 0)
		close(t->log_fd);
	if (!status && t->partial)
		status = ERR_PARTIAL;
	arena_free(&t->arena);
	return status;
}

int
tool_main(const struct cli_tool *what, void *options, int argc, char **argv)
{
	struct tool t = { .what = what,
		.name = what->name,
		.common = options,
		.source_date = -1,
		.log_fd = -1 };

	hold_standard_fds();
	signal_begin(t.name);
	t.input_tty = isatty(STDIN_FILENO);
	t.output_tty = isatty(STDOUT_FILENO);
	t.error_tty = isatty(STDERR_FILENO);
	return finish(&t, work(&t, argc, argv));
}
