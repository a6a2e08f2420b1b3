/* Makes the project's own sample data: make-samples FOLDER

   Drawn digits, white on black, as PNG folders and as gzipped IDX files;
   drawn letters, black on white; and pictures of digits as they come in,
   without labels, in other sizes and colours.  The same bytes every time. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "draw.h"
#include "pack.h"

enum { SIZE = 28, PIXELS = SIZE * SIZE, SIDE_MAX = 64, COLOURS_MAX = 3 };

static const char *const digits = "0123456789";

static void
stop(const char *what, const char *path)
{
	fprintf(
	    stderr, "make-samples: %s: %s: %s\n", path, what, strerror(errno));
	exit(5);
}

static void
make_folder(const char *path)
{
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		stop("cannot make the folder", path);
}

static FILE *
open_file(const char *path)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL)
		stop("cannot open", path);
	return f;
}

static void
close_file(FILE *f, int failed, const char *path)
{
	if (fclose(f) != 0 || failed)
		stop("cannot write", path);
}

static void
draw(uint8_t *pixels, int size, char sign, const char *purpose, uint64_t number)
{
	if (draw_sign(pixels, size, sign, rng_key(0, purpose), number) < 0) {
		fprintf(stderr, "make-samples: no sign '%c'\n", sign);
		exit(70);
	}
}

static void
invert(uint8_t *x, int n)
{
	while (n-- > 0)
		x[n] = (uint8_t)(255 - x[n]);
}

/* n pictures of each sign in folders of their own below root/name/part. */
struct folders {
	const char *name, *part, *signs;
	int n;
	int black_on_white;
};

static const struct folders folders[] = {
	{ "digits", "train", "0123456789", 24, 0 },
	{ "digits", "test", "0123456789", 6, 0 },
	{ "letters", "train", "ABCDEF", 16, 1 },
	{ "letters", "test", "ABCDEF", 6, 1 },
};

static void
write_png(const char *path, const uint8_t *pixels, int size, int channels)
{
	FILE *f = open_file(path);

	close_file(f, pack_png(f, pixels, size, size, channels), path);
}

static void
make_class(const struct folders *w, const char *folder, char sign)
{
	uint8_t pixels[PIXELS];
	char path[PATH_MAX];
	char purpose[64];
	int i;

	snprintf(path, sizeof(path), "%s/%c", folder, sign);
	make_folder(path);
	snprintf(purpose, sizeof(purpose), "%s/%s/%c", w->name, w->part, sign);
	for (i = 0; i < w->n; i++) {
		draw(pixels, SIZE, sign, purpose, (uint64_t)i);
		if (w->black_on_white)
			invert(pixels, PIXELS);
		if (snprintf(path, sizeof(path), "%s/%c/%02d.png", folder, sign,
			i) < (int)sizeof(path))
			write_png(path, pixels, SIZE, 1);
	}
}

static void
make_folders(const char *root, const struct folders *w)
{
	char path[PATH_MAX - 64];
	const char *s;

	snprintf(path, sizeof(path), "%s/%s", root, w->name);
	make_folder(path);
	snprintf(path, sizeof(path), "%s/%s/%s", root, w->name, w->part);
	make_folder(path);
	for (s = w->signs; *s != '\0'; s++)
		make_class(w, path, *s);
}

static void
put_big(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static void
write_gzip(const char *path, const uint8_t *bytes, size_t n)
{
	FILE *f = open_file(path);

	close_file(f, pack_gzip(f, bytes, n), path);
}

/* n digits in turn, named as MNIST is. */
static void
make_idx(const char *root, const char *part, int n)
{
	const size_t images_head = 16, labels_head = 8;
	size_t images_n = images_head + (size_t)n * PIXELS;
	size_t labels_n = labels_head + (size_t)n;
	uint8_t *images = calloc(1, images_n);
	uint8_t *labels = calloc(1, labels_n);
	char path[PATH_MAX];
	int i;

	if (images == NULL || labels == NULL)
		stop("out of memory", root);
	put_big(images, 0x00000803);
	put_big(images + 4, (uint32_t)n);
	put_big(images + 8, SIZE);
	put_big(images + 12, SIZE);
	put_big(labels, 0x00000801);
	put_big(labels + 4, (uint32_t)n);
	for (i = 0; i < n; i++) {
		draw(images + images_head + (size_t)i * PIXELS, SIZE,
		    digits[i % 10], part, (uint64_t)i);
		labels[labels_head + (size_t)i] = (uint8_t)(i % 10);
	}
	snprintf(path, sizeof(path), "%s/digits-idx/%s-images-idx3-ubyte.gz",
	    root, part);
	write_gzip(path, images, images_n);
	snprintf(path, sizeof(path), "%s/digits-idx/%s-labels-idx1-ubyte.gz",
	    root, part);
	write_gzip(path, labels, labels_n);
	free(images);
	free(labels);
}

/* Pictures as people have them: some larger, some in colour. */
static void
make_inbox(const char *root)
{
	static const struct {
		char sign;
		int size, channels;
	} in[] = { { '3', 28, 1 }, { '1', 28, 1 }, { '4', 28, 1 },
		{ '1', 28, 1 }, { '5', 28, 1 }, { '9', 28, 1 }, { '2', 56, 1 },
		{ '6', 40, 1 }, { '5', 28, 3 }, { '3', 56, 3 }, { '0', 28, 1 },
		{ '7', 28, 1 }, { '8', 64, 1 } };
	uint8_t grey[SIDE_MAX * SIDE_MAX];
	uint8_t pixels[SIDE_MAX * SIDE_MAX * COLOURS_MAX];
	char path[PATH_MAX];
	size_t i, k, n;

	for (i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
		n = (size_t)in[i].size * (size_t)in[i].size;
		draw(grey, in[i].size, in[i].sign, "inbox", i);
		for (k = 0; k < n * (size_t)in[i].channels; k++)
			pixels[k] = grey[k / (size_t)in[i].channels];
		snprintf(
		    path, sizeof(path), "%s/inbox/scan-%02zu.png", root, i + 1);
		write_png(path, pixels, in[i].size, in[i].channels);
	}
}

int
main(int argc, char **argv)
{
	char path[PATH_MAX];
	size_t i;

	if (argc != 2) {
		fprintf(stderr, "usage: make-samples FOLDER\n");
		return 2;
	}
	make_folder(argv[1]);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make_folders(argv[1], &folders[i]);
	snprintf(path, sizeof(path), "%s/digits-idx", argv[1]);
	make_folder(path);
	make_idx(argv[1], "train", 1000);
	make_idx(argv[1], "t10k", 200);
	snprintf(path, sizeof(path), "%s/inbox", argv[1]);
	make_folder(path);
	make_inbox(argv[1]);
	return 0;
}
