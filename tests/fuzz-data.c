/* Any bytes as data: PARSER says as what (see parsers).  Whatever is accepted is
   read to its end. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "augment.h"
#include "preplan.h"
#include "set.h"
#include "sources/gz.h"
#include "sources/pngread.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#ifndef PARSER
#define PARSER "idx" /* where nobody says which */
#endif

enum { SAMPLES_MAX = 200 };

/* Reads every byte of the tensor, for the sanitizers. */
static void
touch(const struct tensor *t)
{
	struct err err = { 0 };
	const uint8_t *p = t->data;
	unsigned sum = 0;
	size_t i, n;

	if (p == NULL)
		return;
	if (tensor_bytes(t, &n, &err) < 0)
		abort();
	for (i = 0; i < n; i++)
		sum += p[i];
	__asm__ volatile("" : : "r"(sum)); /* somebody wants it */
}

static void
read_samples(struct source *s)
{
	struct sample_buffer b = { 0 };
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct sample raw;
	int64_t i;
	int32_t label;

	for (i = 0; i < s->count && i < SAMPLES_MAX; i++) {
		err_clear(&err);
		if (s->kind->read(s, i, &raw, &b, &err) == 0) {
			touch(&raw.x);
			touch(&raw.y);
		} else if (err.code == ERR_NONE)
			abort();
		label =
		    s->kind->label_of == NULL ? -1 : s->kind->label_of(s, i);
		if (label >= s->nlabels)
			abort();
		if (s->kind->name_of(s, i, &arena, &err) == NULL)
			abort();
	}
	arena_free(&arena);
	sample_buffer_free(&b);
}

/* The bytes as a file with a name. */
static int
memory_file(char path[64], const uint8_t *data, size_t n)
{
	int fd = memfd_create("fuzz", 0);

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

static void
as_source(const char *kind, const char *settings, const uint8_t *data, size_t n)
{
	struct data_want want = { .target = TARGET_LABEL };
	struct arena arena = { 0 };
	struct err err = { 0 };
	char path[64], operand[256];
	int fd = memory_file(path, data, n);
	const char *one = operand;
	struct part part;
	struct source *s;
	struct dataset *d;

	snprintf(operand, sizeof(operand), "%s:%s%s", kind, path, settings);
	d = data_open(&one, 1, &want, &err);
	if (d == NULL && err.code == ERR_NONE)
		abort();
	data_free(d);
	/* Without labels more is let in. */
	err_clear(&err);
	want.target = TARGET_NONE;
	s = source_open(operand, &want, &part, &arena, &err);
	if (s != NULL) {
		read_samples(s);
		if (s->kind->close != NULL)
			s->kind->close(s);
		file_close(&s->file);
	} else if (err.code == ERR_NONE)
		abort();
	arena_free(&arena);
	close(fd);
}

/* What is read must be what libpng alone reads. */
static void
compare_png(const uint8_t *data, size_t n, const struct sample *s)
{
	struct sample_buffer b = { 0 };
	struct err err = { 0 };
	struct sample slow;
	size_t used, length;

	if (png_decode_slow(data, n, &used, &slow, &b, &err) < 0 ||
	    !shape_equal(&s->x.shape, &slow.x.shape) ||
	    tensor_bytes(&s->x, &length, &err) < 0 ||
	    memcmp(s->x.data, slow.x.data, length) != 0)
		abort();
	sample_buffer_free(&b);
}

static void
as_png(const uint8_t *data, size_t n)
{
	struct sample_buffer b = { 0 };
	struct err err = { 0 };
	struct sample s;
	size_t used;

	if (png_decode(data, n, &used, &s, &b, &err) == 0) {
		touch(&s.x);
		if (used > n)
			abort();
		compare_png(data, n, &s);
	} else if (err.code == ERR_NONE)
		abort();
	sample_buffer_free(&b);
}

/* A chain out of a model file, on a small picture in colour. */
static void
run_chain(const struct json *document, struct arena *arena)
{
	static const uint8_t pixels[5 * 4 * 3] = { 1, 2, 3, 255, 254, 253 };
	uint8_t copy[sizeof(pixels)];
	struct tensor x = { DTYPE_U8, { 3, { 5, 4, 3 } }, copy };
	struct shape sample = { 3, { 2, 2, 1 } };
	struct err err = { 0 };
	struct pre *p = pre_open(document, &sample, arena, ERR_MODEL, &err);
	struct pre_work *w = p == NULL ? NULL : pre_work_new(p, &err);
	double low, high;
	float row[4];

	memcpy(copy, pixels, sizeof(copy));
	/* Twice: what a step remembers of the shape is used then. */
	if (w != NULL && pre_run(w, &x, row, &err) == 0 &&
	    pre_run(w, &x, row, &err) < 0)
		abort();
	if (w != NULL && pre_check(p, ERR_USAGE, &err) < 0 &&
	    err.code == ERR_NONE)
		abort();
	if (p != NULL)
		pre_range(p, &low, &high);
	pre_work_free(w);
}

static void
as_document(const uint8_t *data, size_t n)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct json *j =
	    json_parse((const char *)data, n, &arena, ERR_MODEL, &err);

	if (j != NULL)
		run_chain(j, &arena);
	arena_free(&arena);
}

/* Words that are taken can be printed and taken again. */
static void
as_words(const uint8_t *data, size_t n)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	char *words = arena_text_n(&arena, (const char *)data, n, &err);
	struct json *j = pre_parse(words, &arena, &err);
	char *again;

	if (j != NULL) {
		run_chain(j, &arena);
		again = pre_print(j, &arena, &err);
		if (again == NULL || pre_parse(again, &arena, &err) == NULL)
			abort();
	} else if (err.code == ERR_NONE)
		abort();
	arena_free(&arena);
}

/* A list of changes, on a small picture in colour. */
static void
as_changes(const uint8_t *data, size_t n)
{
	static const struct affine range = { 1, { 1 }, { 0 }, { 0 }, { 1 } };
	float x[5 * 4 * 3] = { 0, 1, 0.5F };
	const struct canvas c = { x, 5, 4, 3, &range, 1 };
	struct step_work work = { 0 };
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct augmenter g;
	char *words = arena_text_n(&arena, (const char *)data, n, &err);
	struct augment *a = augment_parse(words, &arena, ERR_USAGE, &err);
	uint64_t i;

	if (a != NULL) {
		words = augment_print(a, &arena, &err);
		if (words == NULL)
			abort();
		a = augment_parse(words, &arena, ERR_USAGE, &err);
		if (a == NULL ||
		    strcmp(words, augment_print(a, &arena, &err)) != 0)
			abort();
		augmenter_begin(&g, a, 1);
		for (i = 0; i < 10; i++)
			if (augment_run(&g, 0, i, &c, &work, &err) < 0)
				abort();
		for (i = 0; i < 5 * 4 * 3; i++)
			if (!(x[i] > -1e-3F && x[i] < 1.001F))
				abort();
	} else if (err.code == ERR_NONE)
		abort();
	slab_free(work.at, work.size);
	arena_free(&arena);
}

static void
as_idx(const uint8_t *data, size_t n)
{
	as_source("idx", "", data, n);
}

/* Text tables: with labels, with targets and a header, and between tabs. */
static void
as_table(const uint8_t *data, size_t n)
{
	as_source("csv", ",label=1", data, n);
	as_source("csv", ",y=1+2,header", data, n);
	as_source("tsv", ",label=2", data, n);
}

static void
as_npy(const uint8_t *data, size_t n)
{
	as_source("npy", "", data, n);
}

static void
as_list(const uint8_t *data, size_t n)
{
	as_source("list", "", data, n);
}

/* Gzipped bytes, behind two that say how many there are inside. */
static void
as_gz(const uint8_t *data, size_t n)
{
	struct err err = { 0 };
	uint8_t head[64];
	uint8_t *out;
	size_t size;
	long got;

	if (n < 2)
		return;
	size = (size_t)data[0] | (size_t)data[1] << 8;
	out = malloc(size + 1);
	if (out == NULL)
		return;
	out[size] = 'x';
	got = gz_head(data + 2, n - 2, head, sizeof(head));
	if (gz_inflate(data + 2, n - 2, out, size, &err) < 0) {
		if (err.code == ERR_NONE)
			abort();
	} else if (!gz_is(data + 2, n - 2) || !gz_plausible(n - 2, size) ||
	    got < 0 || memcmp(head, out, (size_t)got) != 0)
		abort();
	if (out[size] != 'x')
		abort(); /* never more than was declared */
	free(out);
}

static const struct {
	const char *name;
	void (*parse)(const uint8_t *data, size_t n);
} parsers[] = {
	{ "augment", as_changes },
	{ "chain", as_document },
	{ "gz", as_gz },
	{ "idx", as_idx },
	{ "list", as_list },
	{ "npy", as_npy },
	{ "png", as_png },
	{ "pre", as_words },
	{ "table", as_table },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(parsers) / sizeof(parsers[0]); i++)
		if (strcmp(parsers[i].name, PARSER) == 0)
			parsers[i].parse(data, n);
	return 0;
}
