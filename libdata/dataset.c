/* Opened operands as one row of samples. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "keep.h"
#include "scan.h"

enum { SAFE = 256, NOTICES_MAX = 64 };

int
set_notice(struct dataset *d, struct err *err, const char *fmt, ...)
{
	char text[ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (d->notices == NULL)
		d->notices = arena_array(
		    &d->arena, NOTICES_MAX, sizeof(d->notices[0]), err);
	if (d->notices == NULL)
		return -1;
	if (d->nnotices == NOTICES_MAX) /* the last one takes its place */
		d->nnotices--;
	d->notices[d->nnotices] = arena_text(&d->arena, text, err);
	return d->notices[d->nnotices++] == NULL ? -1 : 0;
}

int
set_bad(struct dataset *d, uint64_t id, const char *why, struct err *err)
{
	struct bad *more;
	int64_t i;

	if (d->nbad == d->room_bad) {
		int64_t room = d->room_bad > 0 ? 2 * d->room_bad : 16;

		more = arena_array(&d->arena, (size_t)room, sizeof(*more), err);
		if (more == NULL)
			return -1;
		if (d->nbad > 0)
			memcpy(more, d->bad, (size_t)d->nbad * sizeof(*more));
		d->bad = more;
		d->room_bad = room;
	}
	for (i = d->nbad; i > 0 && d->bad[i - 1].id >= id; i--)
		if (d->bad[i - 1].id == id)
			return 0;
	memmove(d->bad + i + 1, d->bad + i,
	    (size_t)(d->nbad - i) * sizeof(d->bad[0]));
	d->bad[i].id = id;
	d->bad[i].why = arena_text(&d->arena, why, err);
	if (d->nbad++ == 0)
		d->first_bad = d->bad[i].why;
	return d->bad[i].why == NULL ? -1 : 0;
}

static int
open_sources(struct dataset *d, const char *const *operands, int n,
    struct part *parts, struct err *err)
{
	struct opened *o = d->o;

	o->source =
	    arena_array(&o->arena, (size_t)n, sizeof(o->source[0]), err);
	o->map = arena_array(&o->arena, (size_t)n, sizeof(o->map[0]), err);
	d->stream_from = arena_array(
	    &d->arena, (size_t)n + 1, sizeof(d->stream_from[0]), err);
	if (o->source == NULL || o->map == NULL || d->stream_from == NULL)
		return -1;
	while (o->n < n) {
		o->source[o->n] = source_open(
		    operands[o->n], &d->want, &parts[o->n], &o->arena, err);
		if (o->source[o->n] == NULL)
			return -1;
		if (o->source[o->n]->count < 0)
			d->n = -1;
		o->n++;
	}
	return 0;
}

static int
check_stream(struct dataset *d, const struct part *parts, struct err *err)
{
	int i;

	for (i = 0; i < d->o->n; i++)
		if (parts[i].limit > 0 || parts[i].from > 0.0 ||
		    parts[i].to < 1.0)
			return err_set(err, ERR_USAGE,
			    "limit= and split= need data that is no stream");
	return 0;
}

static int
add_items(struct dataset *d, int i, const struct part *part, struct err *err)
{
	struct source *s = d->o->source[i];
	int64_t from = d->n, k;
	struct item *item = d->items + from;
	int32_t label;

	for (k = 0; k < s->count; k++, item++) {
		label =
		    s->kind->label_of == NULL ? -1 : s->kind->label_of(s, k);
		item->source = i;
		item->at = k;
		item->label = label < 0 ? -1 : d->o->map[i][label];
	}
	d->n += s->count;
	return set_select(d, from, part, err);
}

static int
make_items(struct dataset *d, const struct part *parts, struct err *err)
{
	struct opened *o = d->o;
	uint64_t total = 0;
	int i;

	for (i = 0; i < o->n; i++)
		total += (uint64_t)o->source[i]->count;
	if (total >= UINT32_MAX)
		return err_set(
		    err, ERR_DATA, "more than %u samples", UINT32_MAX - 1);
	d->items_size = ((size_t)total + 1) * sizeof(d->items[0]);
	d->items = slab_new(d->items_size, err);
	if (d->items == NULL)
		return -1;
	for (i = 0; i < o->n; i++)
		if (add_items(d, i, &parts[i], err) < 0)
			return -1;
	if (d->n == 0)
		return err_set(err, ERR_DATA, "%s%s", o->source[0]->name,
		    ": no samples are left");
	return 0;
}

int
set_decodes(const struct dataset *d)
{
	int i;

	for (i = 0; d->items != NULL && d->rows == NULL && i < d->o->n; i++)
		if (d->o->source[i]->kind->decodes &&
		    !keep_is_whole(d->o->source[i]))
			return 1;
	return 0;
}

/* Can it be read and made ready? */
static int
try_sample(struct dataset *d, const struct item *item, struct hand *h,
    uint8_t out[SCAN_BYTES], struct err *err)
{
	size_t size = (size_t)d->want.pre->numbers * sizeof(float);
	struct sample raw;

	memset(out, 0, SCAN_BYTES); /* nobody asks for more */
	if (slab_grow(&h->row, &h->row_size, size, 0, err) < 0)
		return -1;
	return set_read(d, item, &raw, &h->buffer, h->pre, h->row, err);
}

struct sifting {
	struct dataset *d;
	int64_t n; /* samples that stay */
};

static int
sift_sample(
    void *arg, int64_t i, const uint8_t out[SCAN_BYTES], struct err *err)
{
	struct sifting *s = arg;
	struct dataset *d = s->d;
	struct err why = *err;

	(void)out;
	if (why.code == ERR_NONE) {
		d->items[s->n++] = d->items[i];
		return 0;
	}
	if (d->nbad == d->want.skip_bad)
		return err_in(err, "more than %lld bad samples",
		    (long long)d->want.skip_bad);
	err_clear(err);
	if (set_notice(d, err, "left out: %s", why.text) < 0)
		return -1;
	return set_bad(d, UINT64_MAX - (uint64_t)d->nbad, why.text, err);
}

/* Leaves out what cannot be read, so that every epoch has the same samples
   and a resumed run meets the same batches. */
static int
sift(struct dataset *d, struct err *err)
{
	struct sifting s = { d, 0 };
	const struct scan how = { try_sample, sift_sample, &s };

	int64_t all = d->n;

	if (set_scan(d, 0, all, &how, err) < 0)
		return -1;
	d->n = s.n;
	if (s.n == all)
		return 0;
	return set_notice(d, err,
	    "%lld of %lld samples cannot be read and are left out",
	    (long long)(all - s.n), (long long)all);
}

static int
keep_sources(struct dataset *d, struct err *err)
{
	size_t left = keep_bytes_max;
	int i;

	for (i = 0; d->want.again && i < d->o->n; i++)
		if (keep_open(d->o->source[i], &left, err) < 0)
			return -1;
	return 0;
}

static int
open_all(struct dataset *d, const char *const *operands, int n, struct err *err)
{
	struct arena work = { 0 };
	struct part *parts = arena_array(&work, (size_t)n, sizeof(*parts), err);
	int failed = parts == NULL ||
	    open_sources(d, operands, n, parts, err) < 0 ||
	    set_labels(d, err) < 0;

	if (!failed && d->n < 0)
		failed = check_stream(d, parts, err);
	else if (!failed)
		failed = keep_sources(d, err) < 0 ||
		    make_items(d, parts, err) < 0 ||
		    (d->want.skip_bad > 0 && d->want.pre != NULL &&
			sift(d, err) < 0) ||
		    set_check_labels(d, err) < 0;
	arena_free(&work);
	return failed ? -1 : 0;
}

static struct dataset *
set_new(const struct data_want *want, struct err *err)
{
	struct arena arena = { 0 };
	struct arena shared = { 0 };
	struct dataset *d = arena_alloc(&arena, sizeof(*d), err);
	struct opened *o = arena_alloc(&shared, sizeof(*o), err);

	if (d == NULL || o == NULL) {
		arena_free(&arena);
		arena_free(&shared);
		return NULL;
	}
	o->arena = shared;
	o->refs = 1;
	d->arena = arena;
	d->o = o;
	d->want = *want;
	return d;
}

struct dataset *
data_open(const char *const *operands, int n, const struct data_want *want,
    struct err *err)
{
	struct dataset *d;

	if (n < 1) {
		err_set(err, ERR_USAGE, "no data was named");
		return NULL;
	}
	d = set_new(want, err);
	if (d == NULL)
		return NULL;
	if (open_all(d, operands, n, err) == 0)
		return d;
	data_free(d);
	return NULL;
}

static void
opened_free(struct opened *o)
{
	struct arena arena;
	struct source *s;
	int i;

	if (--o->refs > 0)
		return;
	for (i = 0; i < o->n; i++) {
		s = o->source[i];
		if (s->kind->close != NULL)
			s->kind->close(s);
		file_close(&s->file);
	}
	arena = o->arena;
	arena_free(&arena);
}

void
data_free(struct dataset *d)
{
	struct arena arena;

	if (d == NULL)
		return;
	opened_free(d->o);
	slab_free(d->items, d->items_size);
	arena_free(&d->info);
	arena = d->arena;
	arena_free(&arena);
}

int64_t
data_count(const struct dataset *d)
{
	return d->n;
}

int64_t
data_labels(const struct dataset *d, const char *const **names)
{
	*names = d->o->labels;
	return d->o->nlabels;
}

const char *
data_notice(const struct dataset *d, int i)
{
	return i < d->nnotices ? d->notices[i] : NULL;
}

int64_t
data_bad(const struct dataset *d, const char **first)
{
	if (first != NULL)
		*first = d->first_bad;
	return d->nbad;
}

int
set_read(struct dataset *d, const struct item *item, struct sample *raw,
    struct sample_buffer *b, struct pre_work *w, float *row, struct err *err)
{
	struct source *s = d->o->source[item->source];
	struct arena work = { 0 };
	struct err quiet = { 0 };
	char safe[SAFE];
	const char *name;
	int r = keep_read(s, item->at, raw, b, err);

	if (r != 0)
		return r;
	if (pre_run(w, &raw->x, row, err) == 0)
		return 0;
	name = s->kind->name_of(s, item->at, &work, &quiet);
	if (name == NULL)
		name = s->name;
	err_in(err, "%s", text_safe(safe, sizeof(safe), name, strlen(name)));
	arena_free(&work);
	return -1;
}
