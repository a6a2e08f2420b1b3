/* Data files that a test makes for itself, in a folder that goes away. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "../samples/pack.h"
#include "made.h"

static char folder[64];

void
made_begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/nn-data-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
}

void
made_end(void)
{
	char command[96];

	assert_int_equal(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	assert_int_equal(system(command), 0);
}

void
made_file(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

void
made_text(const char *path, const char *text)
{
	made_file(path, text, strlen(text));
}

void
made_folder(const char *path)
{
	assert_int_equal(mkdir(path, 0777), 0);
}

void
made_png(const char *path, int height, int width, int channels, uint8_t first)
{
	size_t n = (size_t)(height * width * channels);
	uint8_t *pixels = malloc(n);
	FILE *f = fopen(path, "wb");
	size_t i;

	assert_non_null(pixels);
	assert_non_null(f);
	for (i = 0; i < n; i++)
		pixels[i] = (uint8_t)(first + i);
	assert_int_equal(pack_png(f, pixels, height, width, channels), 0);
	assert_int_equal(fclose(f), 0);
	free(pixels);
}

size_t
made_idx(uint8_t *out, int type, int rank, const int *dim,
    const uint8_t *numbers, size_t n)
{
	uint8_t *p = out;
	int i;

	*p++ = 0;
	*p++ = 0;
	*p++ = (uint8_t)type;
	*p++ = (uint8_t)rank;
	for (i = 0; i < rank; i++) {
		*p++ = (uint8_t)(dim[i] >> 24);
		*p++ = (uint8_t)(dim[i] >> 16);
		*p++ = (uint8_t)(dim[i] >> 8);
		*p++ = (uint8_t)dim[i];
	}
	memcpy(p, numbers, n);
	return (size_t)(p - out) + n;
}

void
made_idx_pair(const char *images, const char *labels, int n, int classes)
{
	size_t room = 64 + 4 * (size_t)n;
	uint8_t *numbers = malloc(room);
	uint8_t *out = malloc(room);
	int i;

	assert_non_null(numbers);
	assert_non_null(out);
	for (i = 0; i < 4 * n; i++)
		numbers[i] = (uint8_t)i;
	made_file(images, out,
	    made_idx(out, 8, 3, (int[]){ n, 2, 2 }, numbers, 4 * (size_t)n));
	for (i = 0; i < n; i++)
		numbers[i] = (uint8_t)(i % classes);
	if (labels != NULL)
		made_file(
		    labels, out, made_idx(out, 8, 1, &n, numbers, (size_t)n));
	free(numbers);
	free(out);
}

void
made_want(
    struct made_want *w, const char *pre, const char *shape, enum target target)
{
	struct err err = { 0 };
	struct shape sample;

	memset(w, 0, sizeof(*w));
	assert_int_equal(shape_parse(&sample, shape), 0);
	w->want.target = target;
	w->want.pre = pre_open(pre_parse(pre, &w->arena, &err), &sample,
	    &w->arena, ERR_MODEL, &err);
	assert_string_equal(err.text, "");
	assert_non_null(w->want.pre);
}

void
made_want_end(struct made_want *w)
{
	arena_free(&w->arena);
}

struct dataset *
made_open(const char *operand, const struct made_want *w, struct err *err)
{
	return data_open(&operand, 1, &w->want, err);
}

/* Some errors show only when samples are read. */
static void
read_all(struct dataset *d, struct err *err)
{
	struct feed_conf conf = { .batch = 8 };
	struct feed *f = data_feed(d, &conf, err);
	struct batch b = { .n = 1 };

	while (f != NULL && b.n > 0 && f->next(f, &b, err) == 0)
		;
	data_feed_free(f);
}

void
made_refused(const char *operand, const struct made_want *w, enum err_code code,
    const char *words)
{
	struct err err = { 0 };
	struct dataset *d = made_open(operand, w, &err);

	if (d != NULL)
		read_all(d, &err);
	data_free(d);
	if (err.code != code || strstr(err.text, words) == NULL)
		fail_msg("%s: code %d, '%s'; wanted %d, '%s'", operand,
		    err.code, err.text, code, words);
}

int64_t
made_read(struct dataset *d, struct feed_conf conf, float *x, int32_t *label,
    struct err *err)
{
	struct feed *f;
	struct batch b;
	int64_t n = 0;
	size_t each;

	if (conf.batch == 0)
		conf.batch = 4;
	f = data_feed(d, &conf, err);
	if (f == NULL)
		return -1;
	while (f->next(f, &b, err) == 0 && b.n > 0) {
		each = (size_t)shape_count(&b.x.shape) / (size_t)b.n;
		memcpy(x + (size_t)n * each, b.x.data,
		    (size_t)b.n * each * sizeof(float));
		if (label != NULL && b.label != NULL)
			memcpy(
			    label + n, b.label, (size_t)b.n * sizeof(*label));
		n += b.n;
	}
	data_feed_free(f);
	return err->code == ERR_NONE ? n : -1;
}
