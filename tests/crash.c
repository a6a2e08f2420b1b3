/* What may lie on a disk after a power failure. */
#include "crash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512, STALE = 0xa5 };

/* Which of the sectors that wait have reached the disk. */
struct reached {
	enum {
		NONE,
		ALL,
		FIRST,       /* those before `at` */
		LAST,        /* those from `at` on */
		ALL_BUT_ONE, /* without `at` */
		ONE,
		SOME,  /* each with a chance of at in total */
		PAGES, /* the same for eight at a time */
		REACHED_N
	} how;
	uint64_t at, total;
	int page; /* did the latest page? */
};

static uint64_t
below(uint64_t n)
{
	return n > 0 ? (uint64_t)random() % n : 0;
}

static int
chance(const struct reached *d)
{
	return below(d->total + 1) < d->at;
}

static int
reaches(struct reached *d, uint64_t sector)
{
	switch (d->how) {
	case ALL:
		return 1;
	case FIRST:
		return sector < d->at;
	case LAST:
		return sector >= d->at;
	case ALL_BUT_ONE:
		return sector != d->at;
	case ONE:
		return sector == d->at;
	case SOME:
		return chance(d);
	case PAGES:
		if (sector % 8 == 0)
			d->page = chance(d);
		return d->page;
	default:
		return 0;
	}
}

static void
resize(struct crash *c, int file, uint64_t n, int fill)
{
	uint64_t room = c->files[file].room;

	if (n > room) {
		room = 2 * n;
		c->files[file].bytes = realloc(c->files[file].bytes, room);
		if (c->files[file].bytes == NULL)
			abort();
		c->files[file].room = room;
	}
	if (n > c->files[file].n)
		memset(c->files[file].bytes + c->files[file].n, fill,
		    n - c->files[file].n);
	c->files[file].n = n;
}

/* What the call does to the size of the file. */
static void
apply_size(struct crash *c, int file, const struct record_op *op, int fill)
{
	if (op->kind == RECORD_SIZE)
		resize(c, file, op->n, fill);
	if (op->kind == RECORD_WRITE && op->at + op->n > c->files[file].n)
		resize(c, file, op->at + op->n, fill);
}

/* The part of a write that lies in the file, from `from` on and n long. */
static void
apply_piece(struct crash *c, int file, const struct record_op *op,
    uint64_t from, uint64_t n)
{
	uint64_t at = op->at + from;
	uint64_t size = c->files[file].n;

	if (at >= size)
		return;
	n = at + n > size ? size - at : n;
	memcpy(c->files[file].bytes + at, op->bytes + from, n);
}

static int
is_of(const struct record_op *op, int file)
{
	return op->file == file &&
	    (op->kind == RECORD_WRITE || op->kind == RECORD_SIZE);
}

/* Behind the last sync among the first nops calls. */
static int
after_sync(const struct record *r, int nops, int kind, int file)
{
	while (nops > 0 &&
	    !(r->ops[nops - 1].kind == (unsigned)kind &&
		r->ops[nops - 1].file == file))
		nops--;
	return nops;
}

static uint64_t
sectors_of(const struct record_op *op)
{
	return op->kind == RECORD_WRITE
	    ? (op->at + op->n + SECTOR - 1) / SECTOR - op->at / SECTOR
	    : 0;
}

static void
apply_sectors(struct crash *c, int file, const struct record_op *op,
    struct reached *d, uint64_t first)
{
	uint64_t from, to;
	uint64_t n = sectors_of(op), begin = op->at / SECTOR;

	for (uint64_t i = 0; i < n; i++) {
		if (!reaches(d, first + i))
			continue;
		from = i == 0 ? op->at : (begin + i) * SECTOR;
		to = (begin + i + 1) * SECTOR;
		if (to > op->at + op->n)
			to = op->at + op->n;
		apply_piece(c, file, op, from - op->at, to - from);
	}
}

static void
apply_whole(struct crash *c, const struct record *r, int file, int nops)
{
	c->files[file].n = 0;
	for (int i = 0; i < nops; i++) {
		const struct record_op *op = &r->ops[i];

		if (!is_of(op, file))
			continue;
		apply_size(c, file, op, 0);
		if (op->kind == RECORD_WRITE)
			apply_piece(c, file, op, 0, op->n);
	}
}

static void
draw_file(struct crash *c, const struct record *r, int file, int nops)
{
	int synced = after_sync(r, nops, RECORD_SYNC, file);
	int fill = below(2) > 0 ? STALE : 0;
	int sized = below(2) > 0
	    ? nops
	    : synced + (int)below((uint64_t)(nops - synced) + 1);
	struct reached d = { .how = (int)below(2 * REACHED_N) };
	uint64_t n = 0;

	d.how = d.how < REACHED_N ? d.how : SOME;
	apply_whole(c, r, file, synced);
	for (int i = synced; i < sized; i++)
		if (is_of(&r->ops[i], file))
			apply_size(c, file, &r->ops[i], fill);
	for (int i = synced; i < nops; i++)
		if (is_of(&r->ops[i], file))
			d.total += sectors_of(&r->ops[i]);
	d.at = below(d.total + 1);
	for (int i = synced; i < nops; i++) {
		if (!is_of(&r->ops[i], file))
			continue;
		if (r->ops[i].kind == RECORD_WRITE)
			apply_sectors(c, file, &r->ops[i], &d, n);
		n += sectors_of(&r->ops[i]);
	}
}

static struct crash_file *
entry(struct crash *c, const char *name)
{
	for (int i = 0; i < c->nnames; i++)
		if (strcmp(c->names[i].name, name) == 0)
			return &c->names[i];
	if (c->nnames == RECORD_FILES)
		abort();
	snprintf(c->names[c->nnames].name, RECORD_NAME, "%s", name);
	c->names[c->nnames].file = -1;
	return &c->names[c->nnames++];
}

static void
apply_names(struct crash *c, const struct record_op *op)
{
	if (op->kind == RECORD_LINK)
		entry(c, op->name)->file = op->file;
	if (op->kind == RECORD_UNLINK)
		entry(c, op->name)->file = -1;
	if (op->kind == RECORD_RENAME) {
		entry(c, op->from)->file = -1;
		entry(c, op->name)->file = op->file;
	}
}

static void
tell(struct crash *c, const struct record *r, int nops)
{
	c->least = 0;
	for (int i = 0; i < nops; i++)
		if (r->ops[i].kind == RECORD_SAVED)
			c->least = (int)r->ops[i].n;
	c->most = c->least;
	for (int i = nops; i < r->nops; i++)
		if (r->ops[i].kind == RECORD_SAVED) {
			c->most = (int)r->ops[i].n;
			break;
		}
}

void
crash_draw(struct crash *c, const struct record *r, int nops)
{
	int synced = after_sync(r, nops, RECORD_SYNC_FOLDER, -1);

	c->nnames = 0;
	for (int i = 0; i < nops; i++)
		if (i < synced || below(2) > 0)
			apply_names(c, &r->ops[i]);
	for (int i = 0; i < r->nfiles; i++)
		draw_file(c, r, i, nops);
	c->nfiles = r->nfiles;
	tell(c, r, nops);
}

void
crash_none(struct crash *c, const struct record *r)
{
	c->nnames = 0;
	for (int i = 0; i < r->nops; i++)
		apply_names(c, &r->ops[i]);
	for (int i = 0; i < r->nfiles; i++)
		apply_whole(c, r, i, r->nops);
	c->nfiles = r->nfiles;
	tell(c, r, r->nops);
}

int
crash_find(const struct crash *c, const char *name)
{
	for (int i = 0; i < c->nnames; i++)
		if (strcmp(c->names[i].name, name) == 0)
			return c->names[i].file;
	return -1;
}

void
crash_free(struct crash *c)
{
	for (int i = 0; i < RECORD_FILES; i++)
		free(c->files[i].bytes);
	memset(c, 0, sizeof(*c));
}
