/* PNG: one file, or pictures behind each other on standard input. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"
#include "sources/pngread.h"

enum { PIECE = 1 << 16, CHUNK_FRAME = 12 };

/* What is left to read of standard input. */
struct stream {
	uint8_t *bytes;
	size_t size, n; /* room, filled */
	size_t at;      /* where the next picture begins */
	size_t scanned; /* chunks before here are complete */
	int ended;
};

static int
png_bid(const uint8_t *bytes, size_t n, int is_dir)
{
	if (is_dir)
		return 0;
	/* Other pictures come here for the sake of the message. */
	return png_is(bytes, n) ? 90 : png_other(bytes, n) != NULL ? 2 : 0;
}

static int
is_pipe(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* What comes by a pipe comes once. */
static int
hold(struct source *s, struct err *err)
{
	if (file_open(&s->file, s->name, err) < 0)
		return -1;
	return s->file.n > 0 ? 0 : err_set(err, ERR_DATA, "is empty");
}

static int
png_open(struct source *s, const void *conf, struct err *err)
{
	(void)conf;
	s->count = 1;
	if (strcmp(s->name, "-") != 0)
		return s->file.bytes == NULL && is_pipe(s->name) ? hold(s, err)
								 : 0;
	s->name = "standard input";
	s->count = -1;
	s->state = arena_alloc(s->arena, sizeof(struct stream), err);
	return s->state == NULL ? -1 : 0;
}

static size_t
chunk_bytes(const uint8_t *p)
{
	return ((size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
		   p[3]) +
	    CHUNK_FRAME;
}

/* Bytes of the picture at st->at when it is whole, 0 when not yet; -1 when
   it is none. */
static int64_t
scan(struct stream *st)
{
	const uint8_t *p = st->bytes + st->at;
	size_t left = st->n - st->at;
	size_t chunk;

	if (left < PNG_SIGNATURE)
		return 0;
	if (!png_is(p, left))
		return -1;
	if (st->scanned < PNG_SIGNATURE)
		st->scanned = PNG_SIGNATURE;
	while (left - st->scanned >= 8) {
		chunk = chunk_bytes(p + st->scanned);
		if (st->scanned + chunk > PNG_FILE_MAX)
			return -1;
		if (left - st->scanned < chunk)
			return 0;
		if (memcmp(p + st->scanned + 4, "IEND", 4) == 0)
			return (int64_t)(st->scanned + chunk);
		st->scanned += chunk;
	}
	return 0;
}

/* Takes in what is there, waiting for at least one byte. */
static int
take_more(struct stream *st, struct err *err)
{
	void *at = st->bytes;
	ssize_t got;

	if (st->at > 0 && st->at >= st->n / 2) {
		memmove(st->bytes, st->bytes + st->at, st->n - st->at);
		st->n -= st->at;
		st->at = 0;
	}
	if (slab_grow(&at, &st->size, st->n + PIECE, st->n, err) < 0)
		return -1;
	st->bytes = at;
	do
		got = read(STDIN_FILENO, st->bytes + st->n, PIECE);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_errno(err, "cannot read");
	st->n += (size_t)got;
	st->ended = got == 0;
	return 0;
}

/* After an error nobody knows where the next picture begins. */
static int
give_up(struct stream *st, int64_t i, struct err *err)
{
	st->ended = 1;
	st->at = st->n;
	return err_in(err, "standard input: picture %jd", (intmax_t)i);
}

static int
read_next(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	struct stream *st = s->state;
	int64_t n;
	size_t used;

	while ((n = scan(st)) == 0 && !st->ended)
		if (take_more(st, err) < 0)
			return give_up(st, i, err);
	if (n == 0 && st->at == st->n)
		return 1;
	if (n <= 0)
		err_set(err, ERR_DATA,
		    n < 0 ? "is not a PNG picture" : "PNG: is cut off");
	if (n <= 0 ||
	    png_decode(st->bytes + st->at, (size_t)n, &used, out, b, err) < 0)
		return give_up(st, i, err);
	st->at += (size_t)n;
	st->scanned = 0;
	return 0;
}

/* One picture that came through a pipe is held as it came. */
static int
read_held(struct source *s, struct sample *out, struct sample_buffer *b,
    struct err *err)
{
	if (png_decode(s->file.bytes, s->file.n, NULL, out, b, err) < 0)
		return err_in(err, "%s", s->name);
	return 0;
}

static int
png_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	if (s->state != NULL)
		return read_next(s, i, out, b, err);
	if (s->file.bytes != NULL)
		return read_held(s, out, b, err);
	return png_read_file(s->name, out, b, err);
}

static const char *
png_name(
    const struct source *s, int64_t i, struct arena *arena, struct err *err)
{
	return s->state != NULL ? arena_printf(arena, err, "-:%jd", (intmax_t)i)
				: s->name;
}

static int
png_ready(struct source *s)
{
	struct stream *st = s->state;
	struct err err = { 0 };

	if (st == NULL)
		return 1;
	while (scan(st) == 0 && !st->ended) {
		if (!file_ready(STDIN_FILENO))
			return 0;
		if (take_more(st, &err) < 0)
			return 1;
	}
	return 1;
}

static void
png_close(struct source *s)
{
	struct stream *st = s->state;

	if (st != NULL)
		slab_free(st->bytes, st->size);
}

const struct source_kind source_png = {
	.name = "png",
	.help = "one PNG picture; png:- reads pictures from standard input",
	.decodes = 1,
	.own_file = 1,
	.bid = png_bid,
	.open = png_open,
	.read = png_read,
	.name_of = png_name,
	.ready = png_ready,
	.close = png_close,
};
