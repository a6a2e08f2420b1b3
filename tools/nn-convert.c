/* nn-convert: a model, whoever wrote the file, in the canonical form. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adopt.h"
#include "base/disk.h"
#include "base/write-all.h"
#include "catalog.h"
#include "foreign.h"
#include "nn.h"

struct options {
	struct common common;
	int edited;
};

static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "How" },
	{ CLI_FLAG, "edited", 0, offsetof(struct options, edited), NULL,
	    "take what is not what the file's own digests say as edited, not "
	    "as damaged",
	    .result = 1 },
	{ CLI_REFUSED("from", "FORMAT", "reading models of other programs") },
	{ CLI_REFUSED("to", "FORMAT", "writing models of other programs") },
	{ CLI_REFUSED("labels", "LIST", "giving a model class names") },
	{ CLI_REFUSED("pre", "STEPS", "giving a model preprocessing") },

	{ CLI_GROUP, .help = "Result" },
	{ CLI_COMMON, "output" },
	{ CLI_COMMON, "force" },
	{ CLI_COMMON, "dry-run" },
	{ CLI_COMMON, "no-provenance" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "verbose" },
	{ CLI_END },
};

/* What is converted. */
struct conversion {
	struct tool *t;
	const struct options *o;
	const char *path; /* "-": standard input */
	const char *name; /* for messages */
	int fd;           /* a regular file */
	struct fmt_model model;
	struct adopted was;
	const char *what; /* one line about what came */
};

static int
check_operands(struct conversion *c, struct err *err)
{
	struct tool *t = c->t;

	if (t->cli.noperands > 1) {
		t->show_usage = 1;
		return err_set(err, ERR_USAGE,
		    "takes one file, but %d were given", t->cli.noperands);
	}
	c->path = t->cli.noperands == 1 ? t->cli.operands[0] : "-";
	c->name = strcmp(c->path, "-") == 0 ? "standard input" : c->path;
	if (tool_check_input(t, c->path, NULL, 0, err) < 0)
		return -1;
	return t->common->dry_run
	    ? 0
	    : tool_check_output(t, t->common->output, 1, err);
}

/* All of a pipe, in a file without a name. */
static int
spool(struct conversion *c, int from, struct err *err)
{
	enum { PIECE = 1 << 18 };
	char *piece = slab_new(PIECE, err);
	int to = piece != NULL ? disk_file(c->t->tmpdir, err) : -1;
	int rc = to < 0 ? -1 : 1;

	while (rc > 0) {
		ssize_t n = read(from, piece, PIECE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_errno(err, "cannot read");
		else if (write_all(to, piece, (size_t)n, err) < 0)
			rc = err_in(err, "a temporary file");
		else
			rc = n > 0;
	}
	slab_free(piece, PIECE);
	if (rc == 0)
		return to;
	if (to >= 0)
		close(to);
	return -1;
}

/* What may be looked at twice must be a regular file. */
static int
open_input(struct conversion *c, struct err *err)
{
	int is_input = strcmp(c->path, "-") == 0;
	int fd = is_input ? STDIN_FILENO
			  : open(c->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return err_errno(err, "%s", c->name);
	c->fd = fd;
	if (fstat(fd, &st) < 0 || S_ISREG(st.st_mode))
		return 0;
	c->fd = spool(c, fd, err);
	if (!is_input)
		close(fd);
	return c->fd < 0 ? err_in(err, "%s", c->name) : 0;
}

/* What fd holds, for whoever reads it. */
static struct fmt_source
source_of(const struct conversion *c, int fd)
{
	return (struct fmt_source){ .fd = fd,
		.name = strcmp(c->path, "-") == 0 ? NULL : c->path,
		.tmpdir = c->t->tmpdir };
}

static int
read_foreign(struct conversion *c, struct err *err)
{
	struct foreign f = { .fd = c->fd, .name = c->name };
	struct fmt_source source;
	int fd = foreign_read(c->t, &f, err);
	int rc;

	if (fd < 0)
		return -1;
	c->what = f.what;
	source = source_of(c, fd);
	rc = fmt_adopt(&c->model, &source, &c->was, &c->t->arena, err);
	close(fd);
	return rc;
}

/* A file of ours as every tool reads it; else what libhdf5 makes of it. */
static int
read_any(struct conversion *c, struct err *err)
{
	struct fmt_source source = source_of(c, c->fd);
	struct err strict = { 0 };

	if (fmt_read(&c->model, &source, &c->t->arena, &strict) == 0)
		return 0;
	if (strict.code != ERR_MODEL || !adopt_is_hdf5(c->fd))
		return err_set(err, strict.code, "%s", strict.text);
	if (foreign_can_be_read(c->t, err))
		return read_foreign(c, err);
	return err_set(err, ERR_MODEL,
	    "%s; nn-hdf5, which reads HDF5 of other programs, is not there",
	    strict.text);
}

/* The first few of the datasets that were edited, in words. */
static const char *
edits(const struct conversion *c, struct err *err)
{
	enum { SHOWN = 4 };
	const struct adopted *was = &c->was;
	struct text out;

	text_begin(&out, &c->t->arena, err);
	for (int i = 0; i < was->n && i < SHOWN; i++)
		text_addf(&out, "%s%s", i > 0 ? ", " : "", was->paths[i]);
	if (was->n > SHOWN)
		text_addf(&out, " and %d more", was->n - SHOWN);
	if (was->n == 0)
		text_add(&out, "an attribute, or what was taken out");
	return text_end(&out);
}

/* Damage and edits look alike, so that somebody has to say which it is. */
static int
check_edits(struct conversion *c, struct err *err)
{
	const char *what;

	if (!c->was.changed || c->o->edited)
		return 0;
	what = edits(c, err);
	if (what == NULL)
		return -1;
	return err_set(err, ERR_MODEL,
	    "%s: is not what its digests say: %s; if it was edited, say "
	    "--edited, else restore it from a copy",
	    c->name, what);
}

static int
report(struct conversion *c, struct err *err)
{
	const struct fmt_model *m = &c->model;
	const char *changes = c->was.changed ? edits(c, err) : "";

	if (changes == NULL)
		return -1;
	if (c->what == NULL)
		tool_note(c->t,
		    "%s: a model file, format %lld.%lld; content_id %.12s",
		    c->name, (long long)m->format_major,
		    (long long)m->format_minor, m->content_id);
	else if (!c->was.changed)
		tool_note(c->t,
		    "%s: HDF5 of another program (%s); content_id %.12s, as "
		    "before",
		    c->name, c->what, m->content_id);
	else
		tool_note(c->t,
		    "%s: HDF5 of another program (%s); edited: %s; content_id "
		    "%.12s, before %.12s",
		    c->name, c->what, changes, m->content_id,
		    c->was.content_id[0] ? c->was.content_id : "unknown");
	return 0;
}

/* A way through another program that changed nothing leaves no trace; an edit
   is a step of how the model was made. */
static int
add_lineage(struct conversion *c, struct err *err)
{
	struct fmt_model before = c->model;
	struct json *record;

	if (!c->was.changed)
		return 0;
	memcpy(before.content_id, c->was.content_id, sizeof(before.content_id));
	record =
	    lineage_record(c->t, c->was.content_id[0] ? &before : NULL, err);
	return record == NULL ? -1 : lineage_add(c->t, &c->model, record, err);
}

static int
convert(struct conversion *c, struct err *err)
{
	if (check_operands(c, err) < 0 || open_input(c, err) < 0 ||
	    read_any(c, err) < 0 || check_edits(c, err) < 0)
		return -1;
	if (nn_resolve(
		&c->model.graph, fmt_is_delta(&c->model), ERR_MODEL, err) < 0)
		return err_in(err, "%s", c->name);
	if (add_lineage(c, err) < 0)
		return -1;
	if (!c->t->common->dry_run &&
	    tool_write_model(c->t, c->t->common->output, &c->model, err) < 0)
		return -1;
	return report(c, err);
}

static int
run(struct tool *t, void *o)
{
	struct conversion c = { .t = t, .o = o, .fd = -1 };
	int rc = convert(&c, &t->err);

	fmt_close(&c.model);
	if (c.fd > STDERR_FILENO)
		close(c.fd);
	return rc;
}

static const char *const usage[] = {
	"[-o MODEL] [OPTION]... [FILE]",
	NULL,
};

static const char *const notes[] = {
	"FILE is a model file, or one that another program made of it; without "
	"it standard input is read.",
	NULL,
};

static const struct cli_tool what = {
	.name = "nn-convert",
	.brief = "bring a model that another program rewrote back into form",
	.usage = usage,
	.options = options,
	.notes = notes,
	.run = run,
	.offers = catalog_offers,
};

int
main(int argc, char **argv)
{
	struct options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
