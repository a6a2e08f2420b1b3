/* pngsuite FOLDER: every picture of PngSuite against the pixels its converters
   wrote down, and every corrupt one against its refusal. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "sources/pngread.h"

enum { NAME = 256, PATH = 4096 };

struct counts {
	int pictures, compared, refused, wrong;
};

/* The pixels next to FOLDER/png/NAME.png, 8 bits RGBA; NULL when there are
   none that can be compared. */
static struct json *
expected(const char *folder, const char *name, struct arena *arena)
{
	struct sample_buffer b = { 0 };
	struct err err = { 0 };
	struct json *j = NULL;
	char path[PATH];
	size_t n;

	snprintf(
	    path, sizeof(path), "%.3000s/json/%.200s_to8.json", folder, name);
	if (file_read(AT_FDCWD, path, JSON_BYTES_MAX, &b.x, &b.x_size, &n,
		&err) < 0) {
		err_clear(&err);
		snprintf(path, sizeof(path), "%.3000s/json/%.200s.json", folder,
		    name);
		file_read(
		    AT_FDCWD, path, JSON_BYTES_MAX, &b.x, &b.x_size, &n, &err);
	}
	if (err.code == ERR_NONE)
		j = json_parse(b.x, n, arena, ERR_DATA, &err);
	sample_buffer_free(&b);
	return j;
}

/* What 255 is: some were written down with 16 bits. */
static double
white(const struct json *want)
{
	const struct json *v;

	for (v = want->child; v != NULL; v = v->next)
		if (v->i > 255)
			return 65535;
	return 255;
}

/* The largest difference, pictures with transparency laid over white. */
static long
difference(const struct sample *s, const struct json *want)
{
	const uint8_t *x = s->x.data;
	int64_t channels = s->x.shape.dim[2];
	int64_t i, n = s->x.shape.dim[0] * s->x.shape.dim[1];
	const struct json *v = want->child;
	double unit = white(want) / 255;
	long most = 0, d;
	double c[4];
	int k;

	if (json_length(want) != 4 * n)
		return 999;
	for (i = 0; i < n; i++) {
		for (k = 0; k < 4; k++, v = v->next)
			c[k] = (double)v->i / unit;
		for (k = 0; k < 3; k++) {
			double over = (c[k] * c[3] + 255 * (255 - c[3])) / 255;

			d = labs((long)x[i * channels + k % channels] -
			    (long)(over + 0.5));
			if (channels == 1 && k > 0)
				d = 0;
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
		if (d > 1) {
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
	return n.wrong == 0 && n.compared > 100 && n.refused > 10 ? 0 : 1;
}
