/* Rows of bytes to a PNG picture in memory.

   libpng reports errors by longjmp: everything that is needed afterwards
   lives in a struct outside the frame that calls setjmp. */
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "sources/pngwrite.h"
#include "store.h"

struct writer {
	const uint8_t *pixels;
	int64_t height, width;
	int channels;
	void *at;
	size_t size, n;
	png_structp png;
	png_infop info;
	struct err *err;
	jmp_buf bad;
};

static void
on_error(png_structp png, png_const_charp text)
{
	struct writer *w = png_get_error_ptr(png);

	err_set(w->err, ERR_IO, "PNG: %s", text);
	longjmp(w->bad, 1);
}

static void
on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void
on_write(png_structp png, png_bytep bytes, size_t n)
{
	struct writer *w = png_get_io_ptr(png);

	if (slab_grow(&w->at, &w->size, w->n + n, w->n, w->err) < 0)
		longjmp(w->bad, 1);
	memcpy((uint8_t *)w->at + w->n, bytes, n);
	w->n += n;
}

static void
on_flush(png_structp png)
{
	(void)png;
}

static void
write_row(struct writer *w, int64_t y)
{
	png_write_row(
	    w->png, w->pixels + (size_t)(y * w->width) * (size_t)w->channels);
}

/* The part that libpng may leave by longjmp. */
static int
encode(struct writer *w)
{
	volatile int64_t y;

	if (setjmp(w->bad))
		return -1;
	png_set_write_fn(w->png, w, on_write, on_flush);
	png_set_user_limits(w->png, PNG_ENCODE_MAX, PNG_ENCODE_MAX);
	png_set_IHDR(w->png, w->info, (png_uint_32)w->width,
	    (png_uint_32)w->height, 8,
	    w->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
	    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
	    PNG_FILTER_TYPE_DEFAULT);
	png_write_info(w->png, w->info);
	for (y = 0; y < w->height; y++)
		write_row(w, y);
	png_write_end(w->png, w->info);
	return 0;
}

int
png_encode(const uint8_t *pixels, int64_t height, int64_t width, int channels,
    void **at, size_t *size, size_t *n, struct err *err)
{
	struct writer w = { .pixels = pixels,
		.height = height,
		.width = width,
		.channels = channels,
		.at = *at,
		.size = *size,
		.err = err };
	int failed = -1;

	if (height < 1 || width < 1 || height > PNG_ENCODE_MAX ||
	    width > PNG_ENCODE_MAX)
		return err_set(err, ERR_USAGE, "PNG: no picture of %lldx%lld",
		    (long long)height, (long long)width);
	w.png = png_create_write_struct(
	    PNG_LIBPNG_VER_STRING, &w, on_error, on_warning);
	if (w.png != NULL)
		w.info = png_create_info_struct(w.png);
	if (w.info != NULL)
		failed = encode(&w);
	else
		err_set(err, ERR_IO, "out of memory");
	png_destroy_write_struct(&w.png, &w.info);
	*at = w.at;
	*size = w.size;
	*n = w.n;
	return failed;
}
