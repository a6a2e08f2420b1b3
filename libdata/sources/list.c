/* A list of PNG files: PATH or PATH<TAB>LABEL a line, or paths that end with
   NUL; "-" is standard input, read as it comes when the reader can. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "source.h"
#include "sources/pngread.h"

enum { PIECE = 1 << 16 };

struct list_conf {
	int null;
};

static const struct attr list_attrs[] = {
	{ ATTR(BOOL, struct list_conf, null), 0, 1, "false",
	    "paths end with NUL, without labels", 0, NULL },
	{ 0 },
};

struct list {
	char end; /* of an entry */
	struct names files;
	struct label_set labels;
	void *label; /* int32_t of each file */
	size_t label_size;
	void *names; /* const char * of each label, in the source's arena */
	size_t names_size;
	int64_t given; /* files that read handed out: a stream */

	void *text; /* what is not yet taken apart: a stream */
	size_t text_size, at, n;
	int ended;
};

/* The label's number; a new name is put at the end of the source's labels. */
static int32_t
take_label(struct source *s, const char *name, size_t n, struct err *err)
{
	struct list *l = s->state;
	size_t used = (size_t)l->labels.names.n * sizeof(char *);
	int32_t i = label_add(&l->labels, name, n, err);
	const char **names;

	if (i < 0 || i < s->nlabels)
		return i;
	if (slab_grow(&l->names, &l->names_size, used + sizeof(char *), used,
		err) < 0)
		return -1;
	names = l->names;
	names[i] = arena_text_n(s->arena, name, n, err);
	s->labels = names;
	s->nlabels++;
	return names[i] == NULL ? -1 : i;
}

/* One entry without its end. */
static int
take_entry(struct source *s, const char *p, size_t n, struct err *err)
{
	struct list *l = s->state;
	size_t used = (size_t)l->files.n * sizeof(int32_t);
	const char *tab = NULL;
	int32_t label = -1;

	if (l->end == '\n') {
		if (n > 0 && p[n - 1] == '\r')
			n--;
		tab = memchr(p, '\t', n);
	}
	if (tab != NULL) {
		label = take_label(s, tab + 1, n - (size_t)(tab + 1 - p), err);
		if (label < 0)
			return -1;
		n = (size_t)(tab - p);
	}
	if (n == 0 || n > LIST_PATH_MAX || memchr(p, '\0', n) != NULL)
		return err_set(err, ERR_DATA, "is no path");
	if (slab_grow(
		&l->label, &l->label_size, used + sizeof(label), used, err) < 0)
		return -1;
	memcpy((char *)l->label + used, &label, sizeof(label));
	return names_add(&l->files, p, n, err);
}

/* The next entry of n bytes at p, *used with its end.  1 = not whole. */
static int
cut_entry(struct source *s, const char *p, size_t n, int ended, size_t *used,
    struct err *err)
{
	struct list *l = s->state;
	const char *end = memchr(p, l->end, n);
	size_t length = end != NULL ? (size_t)(end - p) : n;

	if (length > LIST_PATH_MAX + LABEL_BYTES_MAX + 2)
		err_set(err, ERR_DATA, "is too long");
	else if (end == NULL && (!ended || n == 0))
		return 1;
	else if (take_entry(s, p, length, err) == 0) {
		*used = length + (end != NULL);
		return 0;
	}
	return err_in(err, "%s: entry %jd", s->name, (intmax_t)l->files.n + 1);
}

static int
take_all(struct source *s, struct err *err)
{
	struct list *l = s->state;
	const char *p = (const char *)s->file.bytes;
	size_t n = s->file.n;
	const char **sorted;
	size_t used;
	int r = 0;

	for (; n > 0 && r == 0; p += used, n -= used)
		if ((r = cut_entry(s, p, n, 1, &used, err)) < 0)
			return -1;
	file_close(&s->file);
	if (l->files.n == 0)
		return err_set(err, ERR_DATA, "the list is empty");
	s->count = l->files.n;
	if (label_sort(
		&l->labels, l->label, l->files.n, &sorted, s->arena, err) < 0)
		return -1;
	s->labels = sorted;
	return 0;
}

static int
list_open(struct source *s, const void *conf, struct err *err)
{
	const struct list_conf *c = conf;
	struct list *l = arena_alloc(s->arena, sizeof(*l), err);

	if (l == NULL)
		return -1;
	l->end = c->null ? '\0' : '\n';
	s->state = l;
	if (strcmp(s->name, "-") == 0 && s->may_stream) {
		s->name = "standard input";
		s->count = -1;
		return 0;
	}
	if (file_open(&s->file, s->name, err) < 0)
		return -1;
	if (s->file.is_dir)
		return err_set(err, ERR_DATA, "is a folder, not a list");
	return take_all(s, err);
}

/* Takes in what is there, waiting for at least one byte. */
static int
take_more(struct list *l, struct err *err)
{
	ssize_t got;

	if (l->at > 0)
		memmove(l->text, (char *)l->text + l->at, l->n - l->at);
	l->n -= l->at;
	l->at = 0;
	if (slab_grow(&l->text, &l->text_size, l->n + PIECE, l->n, err) < 0)
		return -1;
	do
		got = read(STDIN_FILENO, (char *)l->text + l->n, PIECE);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_errno(err, "standard input: cannot read");
	l->n += (size_t)got;
	l->ended = got == 0;
	return 0;
}

/* Has the stream an entry that read has not handed out?  1 = none now. */
static int
cut_stream(struct source *s, struct err *err)
{
	struct list *l = s->state;
	size_t used = 0;
	int r;

	if (l->given < l->files.n)
		return 0;
	if (l->text == NULL)
		return 1;
	r = cut_entry(
	    s, (char *)l->text + l->at, l->n - l->at, l->ended, &used, err);
	l->at += used;
	if (r < 0) {
		l->ended = 1;
		l->at = l->n;
	}
	return r;
}

static int
list_ready(struct source *s)
{
	struct list *l = s->state;
	struct err err = { 0 };

	if (s->count >= 0)
		return 1;
	while (cut_stream(s, &err) == 1 && !l->ended) {
		if (!file_ready(STDIN_FILENO))
			return 0;
		if (take_more(l, &err) < 0)
			return 1;
	}
	return 1;
}

static int
list_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	struct list *l = s->state;
	int r;

	if (s->count < 0) {
		while ((r = cut_stream(s, err)) == 1) {
			if (l->ended)
				return 1;
			if (take_more(l, err) < 0)
				return -1;
		}
		if (r < 0)
			return -1;
		l->given = i + 1;
	}
	return png_read_file(names_get(&l->files, i), out, b, err);
}

static const char *
list_name(
    const struct source *s, int64_t i, struct arena *arena, struct err *err)
{
	const struct list *l = s->state;

	if (i >= l->files.n)
		return source_numbered(s, i, arena, err);
	return arena_text(arena, names_get(&l->files, i), err);
}

static int32_t
list_label(const struct source *s, int64_t i)
{
	const struct list *l = s->state;
	const int32_t *label = l->label;

	return i < l->files.n ? label[i] : -1;
}

static void
list_close(struct source *s)
{
	struct list *l = s->state;

	if (l == NULL)
		return;
	names_free(&l->files);
	label_free(&l->labels);
	slab_free(l->label, l->label_size);
	slab_free(l->names, l->names_size);
	slab_free(l->text, l->text_size);
}

const struct source_kind source_list = {
	.name = "list",
	.help = "list of PNG files: PATH or PATH<TAB>LABEL a line",
	.attrs = list_attrs,
	.conf_size = sizeof(struct list_conf),
	.decodes = 1,
	.own_file = 1,
	.open = list_open,
	.read = list_read,
	.name_of = list_name,
	.label_of = list_label,
	.ready = list_ready,
	.close = list_close,
};
