/* What all tools share: streams, messages, exit status, signals, progress.

   tool_main is the only place where an err becomes a message and an exit
   status.  Every diagnostic is "tool: object: problem; what to do". */
#ifndef NN_TOOL_H
#define NN_TOOL_H

#include <stdarg.h>
#include <stdint.h>

#include "cli.h"
#include "fmt.h"

/* Options that every tool writes alike; a tool's table names those it has
   ({ CLI_COMMON, "model" }), and its options struct begins with these. */
struct common {
	const char *model;   /* -m; "-" is standard input */
	const char *output;  /* -o; "-" is standard output */
	const char *adapter; /* a delta of the model; NULL: none */
	int force, dry_run, quiet, verbose;
	const char *progress; /* auto never always */
	const char *log;      /* file of JSON lines, or NULL */
	int64_t threads;      /* -j; 0: not given (see tool.threads) */
	const char *seed;     /* a number or "random"; NULL: not given */
	int no_provenance;
	int64_t spool;
};
extern const struct cli_option common_options[];

struct tool {
	const struct cli_tool *what;
	const char *name; /* for messages */
	struct cli cli;
	struct common *common; /* first member of the tool's options */
	struct arena arena;    /* lives as long as the tool */
	struct err err;
	int partial; /* set: a negative or partial result, exit 1 */

	int threads;            /* -j, NN_THREADS, or the processors allowed */
	int threads_given;      /* by -j or NN_THREADS */
	uint64_t seed;          /* --seed, else 0 */
	int seed_given;         /* by --seed, drawn ones too */
	const char *module_dir; /* where backend modules are */
	const char *tmpdir;     /* TMPDIR, else /tmp */
	int64_t source_date;    /* SOURCE_DATE_EPOCH, or -1 */

	struct tool_progress *bar; /* private to progress.c */
	int bar_wanted;            /* --progress=auto means a bar */
	int log_fd;                /* -1: none */
	int error_tty, output_tty, input_tty;
	int show_usage;   /* set with an ERR_USAGE: the synopsis follows it */
	int printed;      /* bytes went to standard output */
	int format_noted; /* that a model has an older format was said */
};

/* main() of every tool: parses, runs what->run, reports, returns the status.
   --help and --version are answered here. */
int tool_main(
    const struct cli_tool *what, void *options, int argc, char **argv);

/* Has the tool an option of that name? */
int tool_has(const struct tool *t, const char *name);

/* Messages on standard error.  A note is silenced by -q; a warning is not;
   tool_detail needs -v.  The texts go after "tool: ". */
void tool_note(struct tool *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void tool_warn(struct tool *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void tool_detail(struct tool *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* To be called before a net is built: the threads of the arithmetic shall not
   hold processors by looking for work all the time, neither from those that
   decode while they wait nor from other programs.  On a machine with nothing
   else to do it changes nothing; on a busy one it saves half of the time. */
void tool_yield_processors(void);

/* An error that does not end the tool (one file of many): only says it. */
void tool_error(struct tool *t, const struct err *err);

/* A plain line on standard error without "tool: " (an epoch, a row of the
   closing table); above the bar when there is one; silenced by -q. */
void tool_line(struct tool *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Streams (stream.c).  All of these are to be asked before the model is read
   from standard input, so that a mistake costs nothing:
   - tool_check_input: -m (or the operand) can be read; standard input is no
     terminal; at most one of the model and the data operands is "-";
   - tool_check_output: what is to be written is binary or text; a terminal
     gets no binary without -f; a named file can be replaced. */
int tool_check_input(struct tool *t, const char *model,
    const char *const *operands, int n, struct err *err);
int tool_check_output(
    struct tool *t, const char *path, int binary, struct err *err);

/* Reads a model: "-" is standard input, where nothing at all is an error of
   the previous stage.  Released with fmt_close.  A delta is no model; the
   second takes it as well, and does not say that the format is an older one,
   which tool_note_format does, once.  The weights are verified; whoever uses
   more asks fmt_verify for it; the third, for who shows what is in a file,
   verifies no numbers of tensors. */
int tool_read_model(
    struct tool *t, const char *path, struct fmt_model *m, struct err *err);
int tool_read_file(
    struct tool *t, const char *path, struct fmt_model *m, struct err *err);
int tool_look_at_file(
    struct tool *t, const char *path, struct fmt_model *m, struct err *err);
void tool_note_format(
    struct tool *t, const char *path, const struct fmt_model *m);

/* Writes the finished model to path; "-": all of it to standard output. */
int tool_write_model(
    struct tool *t, const char *path, struct fmt_model *m, struct err *err);

/* Writes text to standard output now, or (path) to a file at once or not at
   all (result.c; result.h writes a file piece by piece). */
int tool_print(struct tool *t, const char *s, size_t n, struct err *err);
int tool_write_text(
    struct tool *t, const char *path, const char *s, size_t n, struct err *err);

/* Whole small text files: SPEC, label lists, -T lists.  "-": standard input.
   At most max bytes. */
char *tool_read_text(
    struct tool *t, const char *path, size_t max, size_t *n, struct err *err);

/* Signals (signal.c).  tool_catch makes SIGINT, SIGTERM and SIGHUP finish the
   step (a second one kills), SIGUSR1 ask for a line, SIGUSR2 for a snapshot.
   tool_stopped: the signal that came, or 0.  tool_raise: what the tool does
   at the end after one: the default action, so that the status is 128+n. */
void tool_catch(void);
int tool_stopped(void);
int tool_line_wanted(void);     /* once for each SIGUSR1 */
int tool_snapshot_wanted(void); /* once for each SIGUSR2 */
void tool_raise(struct tool *t);
void signal_begin(const char *name);

/* Progress (progress.c): a bar on a terminal, nothing elsewhere (tool_line is
   what logs keep).  Cheap to call after every step. */
struct progress {
	const char *what;    /* "epoch 3/5" */
	int64_t done, total; /* total -1: not known */
	const char *unit;    /* "samples": for the rate */
	const char *text;    /* "loss 0.2113  acc 0.9371" */
};
void tool_progress(struct tool *t, const struct progress *p);
void tool_progress_clear(struct tool *t);
int tool_progress_shown(const struct tool *t); /* is there a bar at all? */

/* One event as one line of --log, by one write(2); nothing without --log.
   tool_event begins it: an object with the event's name and the tool's. */
struct json *tool_event(
    struct tool *t, const char *name, struct arena *arena, struct err *err);
int tool_log(struct tool *t, const struct json *event, struct err *err);
int log_begin(struct tool *t, struct err *err);

/* Monotonic nanoseconds. */
uint64_t tool_clock(void);

/* Provenance (lineage.c): the record of this run: tool, version, options that
   change results, parent (content_id of m as it was read), seed, threads,
   time if SOURCE_DATE_EPOCH is set.  The caller adds "data" (hex digest),
   options whose words are paths by what stands there, what the arithmetic
   depends on, and "metrics", and appends it with lineage_add, which does
   nothing with --no-provenance. */
struct json *lineage_record(
    struct tool *t, const struct fmt_model *parent, struct err *err);
int lineage_data(struct tool *t, struct json *record,
    const uint8_t digest[SHA256_BYTES], int operands, struct err *err);
int lineage_arithmetic(struct tool *t, struct json *record, const char *backend,
    int threads, struct err *err);
int lineage_option(struct tool *t, struct json *record, const char *name,
    const char *value, struct err *err);
int lineage_options(struct tool *t, struct json *record, const char *name,
    const char *const *values, int n, struct err *err);
int lineage_metric(struct tool *t, struct json *record, const char *name,
    double value, struct err *err);
int lineage_members(struct tool *t, struct json *record,
    const char *const *content_ids, int n, struct err *err);
/* The model came with --adapter: parent is the adapter, this its base. */
int lineage_base(struct tool *t, struct json *record,
    const struct fmt_model *base, struct err *err);
int lineage_add(
    struct tool *t, struct fmt_model *m, struct json *record, struct err *err);

/* What numbers depend on beside the options and the threads: "0.1.0 dnn x86_64
   avx512". */
const char *tool_numerics(struct tool *t, const char *backend, struct err *err);

#endif
