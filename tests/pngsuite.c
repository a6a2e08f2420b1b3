/* pngsuite FOLDER: every picture of PngSuite against the pixels its converters
   wrote down, and every corrupt one against its refusal. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "sources/pngread.h"

enum {
	NAME = 256,
	PATH = 4096,
	PICTURES = 161, /* of PngSuite-2017jul19 */
	CORRUPT = 14,
};

struct counts {
	int pictures, compared, refused, wrong;
};

/* The pixels that FOLDER/json/NAME.json holds, RGBA; NULL when there are none.
   Those of 16-bit pictures have 16 bits. */
static struct json *
expected(const char *folder, const char *name, struct arena *arena)
{
	struct sample_buffer b = { 0 };
	struct err err = { 0 };
	struct json *j = NULL;
	char path[PATH];
	size_t n;

	snprintf(path, sizeof(path), "%.3000s/json/%.200s.json", folder, name);
	if (file_read(
		AT_FDCWD, path, JSON_BYTES_MAX, &b.x, &b.x_size, &n, &err) == 0)
		j = json_parse(b.x, n, arena, ERR_DATA, &err);
	sample_buffer_free(&b);
	return j;
}

/* The rules of nndata(5) in their simplest form: 16 bits to the nearest of 8,
   then laid over white. */
static long
by_rule(long colour, long alpha, long white)
{
	long c = (colour * 255 + white / 2) / white;
	long a = (alpha * 255 + white / 2) / white;

	return (a * c + (255 - a) * 255 + 127) / 255;
}

static int
has_16_bits(const struct json *want)
{
	const struct json *v;

	for (v = want->child; v != NULL; v = v->next)
		if (v->i > 255)
			return 1;
	return 0;
}

/* The largest difference, in levels of 8 bits; 999: not even the shape. */
static long
difference(const struct sample *s, const struct json *want)
{
	const uint8_t *x = s->x.data;
	int64_t channels = s->x.shape.dim[2];
	int64_t i, n = s->x.shape.dim[0] * s->x.shape.dim[1];
	const struct json *v = want->child;
	long white = has_16_bits(want) ? 65535 : 255;
	long most = 0, d;
	long c[4];
	int k;

	if (json_length(want) != 4 * n || (channels != 1 && channels != 3))
		return 999;
	for (i = 0; i < n; i++) {
		for (k = 0; k < 4; k++, v = v->next)
			c[k] = (long)v->i;
		for (k = 0; k < 3; k++) {
			d = labs((long)x[i * channels + k % channels] -
			    by_rule(c[k], c[3], white));
			most = d > most ? d : most;
		}
	}
	return most;
}

static void
check_good(
    const char *folder, const char *path, const char *name, struct counts *n)
{
	struct sample_buffer b = { 0 };
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct sample s;
	struct json *want;
	long d;

	n->pictures++;
	if (png_read_file(path, &s, &b, &err) < 0) {
		printf("FAIL: %s\n", err.text);
		n->wrong++;
	} else if ((want = expected(folder, name, &arena)) != NULL) {
		n->compared++;
		d = difference(&s, want);
		if (d > 0) {
			printf("FAIL: %s: differs by %ld\n", name, d);
			n->wrong++;
		}
	}
	arena_free(&arena);
	sample_buffer_free(&b);
}

static void
check_corrupt(const char *path, struct counts *n)
{
	struct sample_buffer b = { 0 };
	struct err err = { 0 };
	struct sample s;

	n->refused++;
	if (png_read_file(path, &s, &b, &err) == 0 || err.code != ERR_DATA) {
		printf("FAIL: %s: was read (%s)\n", path, err.text);
		n->wrong++;
	} else if (strncmp(err.text, path, strlen(path)) != 0) {
		printf("FAIL: %s: is not named: %s\n", path, err.text);
		n->wrong++;
	} else
		printf("%s\n", err.text);
	sample_buffer_free(&b);
}

static void
check(const char *folder, const char *file, struct counts *n)
{
	char path[PATH], name[NAME];

	snprintf(path, sizeof(path), "%.3000s/png/%.200s", folder, file);
	snprintf(name, sizeof(name), "%.200s", file);
	*strrchr(name, '.') = '\0';
	if (name[0] == 'x')
		check_corrupt(path, n);
	else
		check_good(folder, path, name, n);
}

int
main(int argc, char **argv)
{
	struct counts n = { 0 };
	const struct dirent *e;
	char path[PATH];
	DIR *dir;

	if (argc != 2)
		return 2;
	snprintf(path, sizeof(path), "%.3000s/png", argv[1]);
	dir = opendir(path);
	if (dir == NULL)
		return 2;
	while ((e = readdir(dir)) != NULL)
		if (strstr(e->d_name, ".png") != NULL)
			check(argv[1], e->d_name, &n);
	closedir(dir);
	printf("%d pictures, %d compared, %d corrupt ones, %d wrong\n",
	    n.pictures, n.compared, n.refused, n.wrong);
	return n.wrong == 0 && n.pictures == PICTURES &&
		n.compared == n.pictures && n.refused == CORRUPT
	    ? 0
	    : 1;
}
