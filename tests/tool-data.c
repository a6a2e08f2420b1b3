/* Small data sets for the tests of the tools: bright bars on a noisy ground,
   one place a class, as IDX files and as folders of PNG files; and a table of
   numbers that a line fits.

     tool-data idx PREFIX CLASSES N SEED
     tool-data png DIR CLASSES N SEED
     tool-data csv FILE N SEED
     tool-data invert IMAGES NEW-IMAGES
     tool-data size PNG */
#include <png.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SIDE = 8, PIXELS = SIDE * SIDE };

static uint32_t state;

static unsigned
noise(unsigned below)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

static void
picture(unsigned char *x, int class, int classes)
{
	int row = class * SIDE / classes;

	for (int i = 0; i < PIXELS; i++)
		x[i] = (unsigned char)(i / SIDE == row ? 160 + noise(90)
						       : noise(60));
}

static void
put32(FILE *f, unsigned v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		fputc((int)(v >> shift & 255), f);
}

static FILE *
create(const char *prefix, const char *suffix)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", prefix, suffix);
	if ((f = fopen(path, "wb")) == NULL) {
		perror(path);
		exit(5);
	}
	return f;
}

static int
write_idx(const char *prefix, int classes, int n)
{
	FILE *images = create(prefix, "-images-idx3-ubyte");
	FILE *labels = create(prefix, "-labels-idx1-ubyte");
	unsigned char x[PIXELS];

	put32(images, 0x803);
	put32(images, (unsigned)n);
	put32(images, SIDE);
	put32(images, SIDE);
	put32(labels, 0x801);
	put32(labels, (unsigned)n);
	for (int i = 0; i < n; i++) {
		int class = (int)noise((unsigned)classes);

		picture(x, class, classes);
		fwrite(x, 1, sizeof(x), images);
		fputc(class, labels);
	}
	return fclose(images) + fclose(labels);
}

static int
write_png(const char *dir, int classes, int n)
{
	unsigned char x[PIXELS];
	char path[4096];

	mkdir(dir, 0777);
	for (int i = 0; i < n; i++) {
		png_image png = { .version = PNG_IMAGE_VERSION,
			.width = SIDE,
			.height = SIDE,
			.format = PNG_FORMAT_GRAY };
		int class = i % classes;

		snprintf(path, sizeof(path), "%s/%c", dir, 'a' + class);
		mkdir(path, 0777);
		snprintf(
		    path, sizeof(path), "%s/%c/%04d.png", dir, 'a' + class, i);
		picture(x, class, classes);
		if (!png_image_write_to_file(&png, path, 0, x, SIDE, NULL)) {
			fprintf(stderr, "%s: %s\n", path, png.message);
			return 5;
		}
	}
	return 0;
}

static int
write_csv(const char *path, int n)
{
	FILE *f = create(path, "");

	fputs("a,b,y\n", f);
	for (int i = 0; i < n; i++) {
		double a = noise(1000) / 500.0 - 1, b = noise(1000) / 500.0 - 1;

		fprintf(f, "%.3f,%.3f,%.4f\n", a, b, 2 * a - b + 0.5);
	}
	return fclose(f);
}

/* Black for white in an IDX file of pictures. */
static int
write_inverted(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = create(to, "");
	int c;

	if (in == NULL) {
		perror(from);
		return 5;
	}
	for (long at = 0; (c = fgetc(in)) != EOF; at++)
		fputc(at < 16 ? c : 255 - c, out);
	return fclose(in) + fclose(out);
}

/* HEIGHTxWIDTH on standard output. */
static int
print_size(const char *path)
{
	png_image png = { .version = PNG_IMAGE_VERSION };

	if (!png_image_begin_read_from_file(&png, path)) {
		fprintf(stderr, "%s: %s\n", path, png.message);
		return 5;
	}
	printf("%ux%u\n", (unsigned)png.height, (unsigned)png.width);
	png_image_free(&png);
	return 0;
}

static int
number(const char *word)
{
	char *end;
	long v = strtol(word, &end, 10);

	if (*end != '\0' || v < 0 || v > 1000000) {
		fprintf(stderr, "tool-data: '%s' is no number\n", word);
		exit(2);
	}
	return (int)v;
}

int
main(int argc, char **argv)
{
	int picture_set = argc == 6, table = argc == 5;

	if (argc == 4 && strcmp(argv[1], "invert") == 0)
		return write_inverted(argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "size") == 0)
		return print_size(argv[2]);
	if (picture_set || table)
		state = (uint32_t)number(argv[argc - 1]);
	if (picture_set && strcmp(argv[1], "idx") == 0)
		return write_idx(argv[2], number(argv[3]), number(argv[4]));
	if (picture_set && strcmp(argv[1], "png") == 0)
		return write_png(argv[2], number(argv[3]), number(argv[4]));
	if (table && strcmp(argv[1], "csv") == 0)
		return write_csv(argv[2], number(argv[3]));
	fputs("usage: tool-data idx|png|csv|invert|size PATH ...\n", stderr);
	return 2;
}
