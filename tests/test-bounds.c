/* Limits of the files that data are read from: one below, at, one above. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bounds.h"
#include "file.h"
#include "limit-tries.h"
#include "made.h"
#include "set.h"
#include "sources/gz.h"
#include "sources/pngread.h"

static struct arena arena; /* of one try */

/* Opens an operand for a model without classes of its own. */
static int
open_data(const char *operand, struct err *err)
{
	struct data_want want = { .target = TARGET_LABEL };
	struct dataset *d = data_open(&operand, 1, &want, err);

	data_free(d);
	return d != NULL ? 0 : -1;
}

/* The same for whoever wants no labels. */
static int
open_raw(const char *operand, struct err *err)
{
	struct data_want want = { .target = TARGET_NONE };
	struct part part;
	struct source *s = source_open(operand, &want, &part, &arena, err);

	if (s == NULL)
		return -1;
	if (s->kind->close != NULL)
		s->kind->close(s);
	file_close(&s->file);
	return 0;
}

static char *
letters(int64_t n, char c)
{
	struct err err = { 0 };
	char *s = arena_slab(&arena, (size_t)n + 1, &err);

	memset(s, c, (size_t)n);
	s[n] = '\0';
	return s;
}

/* A table of the text and what operand asks of it. */
static int open_table(const char *operand, struct err *err, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

static int
open_table(const char *operand, struct err *err, const char *format, ...)
{
	FILE *f = fopen("table", "w");
	va_list ap;

	va_start(ap, format);
	vfprintf(f, format, ap);
	va_end(ap);
	fclose(f);
	return open_data(operand, err);
}

static int
try_classes(int64_t n, struct err *err)
{
	FILE *f = fopen("table", "w");
	int64_t i;

	for (i = 0; i < n; i++)
		fprintf(f, "1,c%d\n", (int)i);
	fclose(f);
	return open_data("csv:table,label=2", err);
}

static int
try_class(int64_t n, struct err *err)
{
	return open_table("csv:table,label=2", err, "1,%s\n", letters(n, 'x'));
}

static int
try_field(int64_t n, struct err *err)
{
	return open_table(
	    "csv:table,label=2,header", err, "%s,b\n1,c\n", letters(n, 'x'));
}

/* Numbers between commas, as many as are needed, and the line's end. */
static int
try_line(int64_t n, struct err *err)
{
	char *s = letters(n, '0');
	int64_t i;

	for (i = 1; i < n - 2; i += 1000)
		s[i] = ',';
	s[n - 1] = '\n';
	return open_table("csv:table,label=1", err, "%s", s);
}

static int
try_columns(int64_t n, struct err *err)
{
	char *s = letters(2 * n, '1');
	int64_t i;

	for (i = 1; i < 2 * n; i += 2)
		s[i] = ',';
	s[2 * n - 1] = '\n';
	return open_table("csv:table,label=1", err, "%s", s);
}

static uint32_t
crc32_of(const uint8_t *s, size_t n)
{
	uint32_t c = 0xffffffff;
	int k;

	for (; n-- > 0; s++) {
		c ^= *s;
		for (k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
	}
	return ~c;
}

static void
big_endian(uint8_t *at, uint32_t v)
{
	int i;

	for (i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* A picture of which there is nothing but the header and the place of pixels. */
static int
open_png(uint32_t width, uint32_t height, struct err *err)
{
	uint8_t png[8 + 25 + 8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
		0, 0, 0, 13, 'I', 'H', 'D', 'R' };
	static const uint8_t idat[8] = { 0, 0, 1, 0, 'I', 'D', 'A', 'T' };
	struct sample_buffer b = { 0 };
	struct sample s;
	int rc;

	big_endian(png + 16, width);
	big_endian(png + 20, height);
	png[24] = 8;
	big_endian(png + 29, crc32_of(png + 12, 17));
	memcpy(png + 33, idat, sizeof(idat));
	rc = png_decode(png, sizeof(png), NULL, &s, &b, err);
	sample_buffer_free(&b);
	return rc;
}

static int
try_side(int64_t n, struct err *err)
{
	return open_png((uint32_t)n, 1, err);
}

/* The factors of 2^26 - 1, 2^26, 2^26 + 1. */
static int
try_pixels(int64_t n, struct err *err)
{
	uint32_t width = n < PNG_PIXELS_MAX ? 8193
	    : n == PNG_PIXELS_MAX           ? 8192
					    : 8321;

	assert_int_equal(n % width, 0);
	return open_png(width, (uint32_t)(n / width), err);
}

/* Reading a gigabyte is not for every day: at the limit only with NN_LONG. */
static int
try_picture(int64_t n, struct err *err)
{
	void *at = NULL;
	size_t size = 0, got;
	int fd = open("large", O_RDWR | O_CREAT | O_TRUNC, 0600);
	int rc;

	assert_int_equal(ftruncate(fd, n), 0);
	close(fd);
	if (n <= PNG_FILE_MAX && getenv("NN_LONG") == NULL)
		return 0;
	rc = file_read(AT_FDCWD, "large", PNG_FILE_MAX, &at, &size, &got, err);
	slab_free(at, size);
	return rc;
}

static int
try_npy(int64_t n, struct err *err)
{
	static const uint8_t magic[8] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0 };
	static const char dict[] = "{'descr': '|u1', 'fortran_order': False, "
				   "'shape': (1, 2)}";
	char *s = letters(12 + n + 2, ' ');

	memcpy(s, magic, sizeof(magic));
	memcpy(s + 8, &(uint32_t){ (uint32_t)n }, 4);
	s[12 + sprintf(s + 12, "%s", dict)] = ' ';
	s[12 + n - 1] = '\n';
	made_file("x.npy", s, 12 + (size_t)n + 2);
	return open_raw("npy:x.npy", err);
}

static int
try_rank(int64_t n, struct err *err)
{
	uint8_t idx[4 + 4 * 8 + 1] = { 0, 0, 8, (uint8_t)n };
	int i;

	for (i = 0; i < n; i++)
		big_endian(idx + 4 + 4 * i, 1);
	made_file("x.idx", idx, 4 + 4 * (size_t)n + 1);
	return open_raw("idx:x.idx", err);
}

static int
try_ratio(int64_t n, struct err *err)
{
	return gz_plausible(1, (uint64_t)n)
	    ? 0
	    : err_set(err, ERR_DATA, "more than deflate can do");
}

/* A picture in so many folders. */
static int
try_folders(int64_t n, struct err *err)
{
	char path[4096] = "deep";
	int64_t i;

	(void)mkdir(path, 0700);
	for (i = 0; i < n; i++) {
		strcat(path, "/d");
		(void)mkdir(path, 0700);
	}
	strcat(path, "/x.png");
	made_png(path, 2, 2, 1, 0);
	i = open_data("deep", err);
	unlink(path);
	return (int)i;
}

static int
try_path(int64_t n, struct err *err)
{
	made_text("list", letters(n, 'x'));
	return open_raw("list:list", err);
}

static int
try_steps(int64_t n, struct err *err)
{
	char *s = letters(12 * n, ' ');
	int64_t i;

	for (i = 0; i < n; i++)
		memcpy(s + 12 * i, "scale:00001,", 12);
	s[12 * n - 1] = '\0';
	return pre_parse(s, &arena, err) != NULL ? 0 : -1;
}

static const struct limit_try tries[] = {
	{ "classes", try_classes, ERR_DATA, NULL },
	{ "class-bytes", try_class, ERR_DATA, NULL },
	{ "field-bytes", try_field, ERR_DATA, NULL },
	{ "line-bytes", try_line, ERR_DATA, "a line of more than" },
	{ "columns", try_columns, ERR_DATA, NULL },
	{ "png-side", try_side, ERR_DATA, "Invalid IHDR" },
	{ "png-pixels", try_pixels, ERR_DATA, "are more than" },
	{ "png-bytes", try_picture, ERR_DATA, NULL },
	{ "npy-header-bytes", try_npy, ERR_DATA, NULL },
	{ "idx-rank", try_rank, ERR_DATA, NULL },
	{ "gzip-ratio", try_ratio, ERR_DATA, NULL },
	{ "folder-depth", try_folders, ERR_DATA, "nested more than" },
	{ "list-path-bytes", try_path, ERR_DATA, "is no path" },
	{ "pre-steps", try_steps, ERR_USAGE, NULL },
};

static void
test_limits_hold_to_the_unit(void **state)
{
	(void)state;
	made_begin();
	limits_try(
	    data_limits(), tries, sizeof(tries) / sizeof(tries[0]), &arena);
	made_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_hold_to_the_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
