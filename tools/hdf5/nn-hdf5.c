/* nn-hdf5: HDF5 of any program on standard input, the same as the canonical
   profile on standard output; for nn-convert, which judges the result.

   It takes the file whole, shuts itself in, and only then looks at it.  One
   line on standard error says what came or what is wrong; statuses are those
   of the tools, and NO_WALLS when it could not shut itself in. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hdf5/foreign.h"
#include "hdf5/nn-hdf5.h"
#include "hdf5/sandbox.h"

/* What a file of that size may cost: chunks are unpacked whole, and libhdf5
   holds one in up to three places. */
static struct sandbox
walls(const struct image *image)
{
	return (struct sandbox){
		.memory = (64 << 20) + 6 * (uint64_t)image->size,
		.cpu = 1 + (unsigned)(image->size >> 24),
	};
}

/* All that has to be opened, and the end of opening. */
static int
shut_in(struct image *image, struct err *err)
{
	struct sandbox w;

	if (clearenv() != 0 || image_take(image, STDIN_FILENO, err) < 0 ||
	    hdf5_begin(err) < 0)
		return -1;
	w = walls(image);
	return sandbox_enter(&w, err);
}

/* One line; not through stdio, which asks for the position first. */
__attribute__((format(printf, 1, 2))) static void
say(const char *fmt, ...)
{
	char line[ERR_TEXT + 1];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (n > 0)
		(void)!write(STDERR_FILENO, line, strnlen(line, (size_t)n));
}

static int
convert(struct tree *t)
{
	H5F_info2_t info;

	t->file = image_open(t->image, t->err);
	if (t->file < 0)
		return -1;
	t->layout = layout_find(t->file, t->err);
	if (t->layout == NULL || tree_walk(t) < 0)
		return -1;
	if (H5Fget_info2(t->file, &info) < 0)
		return hdf5_failed(t->err, "has no superblock");
	if (tree_pour(t, STDOUT_FILENO) < 0)
		return -1;
	say("superblock %u, %d datasets, %d compressed\n", info.super.version,
	    t->datasets, t->packed);
	return 0;
}

/* No handler of libhdf5 runs at the end: there is nothing to be saved. */
static _Noreturn void
leave(const struct err *err, int status)
{
	if (err->code != ERR_NONE)
		say("%s\n", err->text);
	_exit(status);
}

int
main(void)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct image image = { 0 };
	struct tree t = { .image = &image, .arena = &arena, .err = &err };

	if (shut_in(&image, &err) < 0)
		leave(&err, NO_WALLS);
	if (convert(&t) < 0)
		leave(&err, err.code != ERR_NONE ? (int)err.code : ERR_BUG);
	leave(&err, 0);
}
