/* An operand's file recognised by its bytes, and its source opened. */
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "sources/gz.h"
#include "words.h"

enum { HEAD = 4096, SAFE = 256 };

/* Says what they are when that can be told all the same. */
static void
nobody_knows(const uint8_t *bytes, size_t n, struct err *err)
{
	static const char model[] = "\x89HDF\r\n\x1a\n";

	if (n == 0)
		err_set(err, ERR_DATA, "is empty");
	else if (n > 8 && memcmp(bytes, model, 8) == 0)
		err_set(err, ERR_DATA,
		    "is HDF5, a model perhaps; models go to -m, operands are "
		    "data");
	else
		err_set(err, ERR_DATA,
		    "no known format: is neither IDX, PNG, NPY, CSV nor a "
		    "folder");
}

/* Who knows these bytes best? */
static const struct source_kind *
recognise(const struct file *f, struct err *err)
{
	const struct source_kind *best = NULL;
	const struct source_kind *const *k;
	uint8_t inside[HEAD];
	const uint8_t *bytes = f->bytes;
	size_t n = f->n;
	long got = gz_head(f->bytes, f->n, inside, sizeof(inside));
	int bid, highest = 0;

	if (got > 0) {
		bytes = inside;
		n = (size_t)got;
	}
	for (k = source_kinds; *k != NULL; k++) {
		bid = (*k)->bid == NULL ? 0 : (*k)->bid(bytes, n, f->is_dir);
		if (bid > highest) {
			highest = bid;
			best = *k;
		}
	}
	if (best == NULL)
		nobody_knows(bytes, n, err);
	return best;
}

static int
open_file(struct source *s, const struct words *w, struct err *err)
{
	if (w->kind != NULL && w->kind->own_file)
		return 0;
	if (w->kind == NULL && strcmp(w->path, "-") == 0) {
		s->kind = source_find("png", 3);
		return 0;
	}
	if (file_open(&s->file, w->path, err) < 0)
		return -1;
	if (s->kind == NULL)
		s->kind = recognise(&s->file, err);
	if (s->kind == NULL)
		return -1;
	if (s->kind->own_file && (s->file.mapped || s->file.bytes == NULL))
		file_close(&s->file); /* what came by a pipe comes once */
	else if (s->file.is_dir &&
	    (s->kind->bid == NULL || s->kind->bid(NULL, 0, 1) == 0))
		return err_set(err, ERR_DATA, "is a folder");
	else if (gz_is(s->file.bytes, s->file.n) && !s->kind->gzip)
		return err_set(err, ERR_DATA,
		    "is gzipped, and only IDX is read like that; gunzip it");
	return 0;
}

/* Its own keys, checked; NULL when they are wrong. */
static void *
own_conf(struct source *s, const struct settings *own, struct err *err)
{
	size_t size = s->kind->conf_size;
	void *conf = arena_alloc(s->arena, size > 0 ? size : 1, err);

	if (conf == NULL ||
	    attr_fill(s->kind->attrs, conf, own, s->arena, ERR_USAGE, err) < 0)
		return NULL;
	return conf;
}

/* Opens the file, finds its format, checks all keys. */
static int
open_words(struct source *s, const struct words *w, struct part *part,
    void **conf, struct err *err)
{
	struct settings own;

	s->kind = w->kind;
	s->name = w->path;
	if (words_part(w, part, &own, s->arena, err) < 0 ||
	    open_file(s, w, err) < 0)
		return -1;
	*conf = own_conf(s, &own, err);
	return *conf == NULL ? -1 : 0;
}

/* Stands for an operand that could not be opened. */
static int
unread_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	(void)i;
	(void)out;
	(void)b;
	return err_set(err, ERR_DATA, "%s", (const char *)s->state);
}

static const char *
unread_name(
    const struct source *s, int64_t i, struct arena *arena, struct err *err)
{
	(void)i;
	(void)arena;
	(void)err;
	return s->name;
}

static const struct source_kind source_unread = {
	.name = "unreadable",
	.read = unread_read,
	.name_of = unread_name,
};

static int
become_unread(struct source *s, struct err *err)
{
	struct err why = *err;

	err_clear(err);
	s->kind = &source_unread;
	s->count = 1;
	s->nlabels = 0;
	s->state = arena_text(s->arena, why.text, err);
	return s->state == NULL ? -1 : 0;
}

struct source *
source_open(const char *operand, const struct data_want *want,
    struct part *part, struct arena *arena, struct err *err)
{
	struct source *s = arena_alloc(arena, sizeof(*s), err);
	struct words w;
	char safe[SAFE];
	void *conf;

	if (s == NULL)
		return NULL;
	s->arena = arena;
	s->name = operand;
	s->may_stream = want->target == TARGET_NONE;
	if (words_take(&w, operand, arena, err) == 0 &&
	    open_words(s, &w, part, &conf, err) == 0 &&
	    s->kind->open(s, conf, err) == 0)
		return s;
	if (s->kind != NULL && s->kind->close != NULL)
		s->kind->close(s);
	file_close(&s->file);
	if (w.path != NULL)
		words_suggest(&w, err);
	err_in(
	    err, "%s", text_safe(safe, sizeof(safe), operand, strlen(operand)));
	if (want->keep_bad && (err->code == ERR_DATA || err->code == ERR_IO) &&
	    become_unread(s, err) == 0)
		return s;
	return NULL;
}

/* What can be looked at twice is looked at: no pipe, no standard input. */
static int
check_words(struct source *s, struct words *w, struct err *err)
{
	struct stat st;
	struct part part;
	void *conf;

	if (strcmp(w->path, "-") == 0)
		return 0;
	if (stat(w->path, &st) < 0)
		return err_errno(err, "cannot open");
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	return open_words(s, w, &part, &conf, err);
}

int
data_check(const char *const *operands, int n, struct err *err)
{
	struct arena arena = { 0 };
	char safe[SAFE];
	int i, failed = 0;

	for (i = 0; i < n && !failed; i++) {
		struct source s = { .arena = &arena };
		struct words w;

		failed = words_take(&w, operands[i], &arena, err) < 0 ||
		    check_words(&s, &w, err) < 0;
		file_close(&s.file);
		if (!failed)
			continue;
		if (w.path != NULL)
			words_suggest(&w, err);
		err_in(err, "%s",
		    text_safe(
			safe, sizeof(safe), operands[i], strlen(operands[i])));
	}
	arena_free(&arena);
	return failed ? -1 : 0;
}
