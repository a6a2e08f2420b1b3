/* Flips one bit in the middle of a dataset's data, in place, and leaves every
   digest as it was: flip-bit FILE PATH. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model.h"

static struct h5_object *
find(struct h5_object *o, char *path)
{
	char *name = strtok(path, "/");

	for (; o != NULL && name != NULL; name = strtok(NULL, "/"))
		o = h5_find(o, name);
	return o;
}

static int
flip(const char *path, uint64_t at)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t byte;
	int ok;

	if (fd < 0)
		return -1;
	ok = pread(fd, &byte, 1, (off_t)at) == 1;
	byte ^= 4;
	ok = ok && pwrite(fd, &byte, 1, (off_t)at) == 1;
	return close(fd) == 0 && ok ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct fmt_model m;
	const struct h5_object *d;
	uint64_t at = 0;

	if (argc != 3 || fmt_open(&m, argv[1], &arena, &err) < 0) {
		fprintf(stderr, "%s: %s\n", argv[0], err.text);
		return 1;
	}
	d = find(m.map->root, argv[2]);
	if (d != NULL && !d->is_group && d->bytes > 0)
		at = d->at + d->bytes / 2;
	fmt_close(&m);
	arena_free(&arena);
	if (at == 0 || flip(argv[1], at) < 0) {
		fprintf(stderr, "%s: %s: no such data\n", argv[1], argv[2]);
		return 1;
	}
	return 0;
}
