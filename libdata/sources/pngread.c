/* A PNG picture in memory to rows of bytes.

   libpng reports errors by longjmp: everything that is needed afterwards
   lives in a struct outside the frame that calls setjmp, which has no locals
   of its own.  Sizes are checked before libpng allocates for them. */
#include <fcntl.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sources/gz.h"
#include "sources/pngquick.h"
#include "sources/pngread.h"

enum { SAFE = 256, CHUNKS_MAX = 16, CHUNK_BYTES_MAX = 1 << 20 };

struct reader {
	const uint8_t *bytes;
	size_t n, at;
	png_structp png;
	png_infop info;
	png_bytep *rows;
	struct png_size size; /* as libpng gives them, with alpha */
	struct sample_buffer *buffer;
	struct err *err;
	jmp_buf bad;
};

int
png_is(const uint8_t *bytes, size_t n)
{
	static const uint8_t signature[PNG_SIGNATURE] = { 0x89, 'P', 'N', 'G',
		'\r', '\n', 0x1a, '\n' };

	return n >= sizeof(signature) &&
	    memcmp(bytes, signature, sizeof(signature)) == 0;
}

static void
on_error(png_structp png, png_const_charp text)
{
	struct reader *r = png_get_error_ptr(png);

	err_set(
	    r->err, ERR_DATA, "PNG: %s, at byte %zu of %zu", text, r->at, r->n);
	longjmp(r->bad, 1);
}

static void
on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void
on_read(png_structp png, png_bytep to, size_t n)
{
	struct reader *r = png_get_io_ptr(png);

	if (n > r->n - r->at)
		png_error(png, "file is cut off");
	memcpy(to, r->bytes + r->at, n);
	r->at += n;
}

/* Only what decides the pixels is looked at; the rest is passed over, its
   checksums verified.  There, what libpng would only warn of is an error: such
   as more rows than the header says. */
static void
set_limits(png_structp png)
{
	static const png_byte ignored[] = "bKGD\0cHRM\0gAMA\0hIST\0iCCP\0"
					  "iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0"
					  "sPLT\0sRGB\0tEXt\0tIME\0zTXt\0eXIf";

	png_set_user_limits(png, PNG_SIDE_MAX, PNG_SIDE_MAX);
	png_set_chunk_cache_max(png, CHUNKS_MAX);
	png_set_chunk_malloc_max(png, CHUNK_BYTES_MAX);
	png_set_benign_errors(png, 0);
	png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
	png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
	png_set_keep_unknown_chunks(
	    png, PNG_HANDLE_CHUNK_NEVER, ignored, (int)(sizeof(ignored) / 5));
}

static void
set_transforms(struct reader *r)
{
	int type = png_get_color_type(r->png, r->info);
	int depth = png_get_bit_depth(r->png, r->info);

	if (type == PNG_COLOR_TYPE_PALETTE)
		png_set_palette_to_rgb(r->png);
	if (type == PNG_COLOR_TYPE_GRAY && depth < 8)
		png_set_expand_gray_1_2_4_to_8(r->png);
	if (png_get_valid(r->png, r->info, PNG_INFO_tRNS))
		png_set_tRNS_to_alpha(r->png);
	if (depth == 16)
		png_set_scale_16(r->png);
	png_set_interlace_handling(r->png);
	png_read_update_info(r->png, r->info);
	r->size.channels = png_get_channels(r->png, r->info);
}

/* Room for the rows, checked against what libpng will write. */
static int
make_rows(struct reader *r)
{
	size_t row = (size_t)r->size.width * (size_t)r->size.channels;
	struct sample_buffer *b = r->buffer;
	size_t pointers = (size_t)r->size.height * sizeof(r->rows[0]);
	size_t all = row * r->size.height;
	png_uint_32 i;
	uint8_t *at;

	if (png_get_rowbytes(r->png, r->info) != row)
		return err_set(
		    r->err, ERR_DATA, "PNG: rows of unexpected length");
	if (slab_grow(&b->x, &b->x_size, all, 0, r->err) < 0 ||
	    slab_grow(&b->y, &b->y_size, pointers, 0, r->err) < 0)
		return -1;
	at = b->x;
	r->rows = b->y;
	for (i = 0; i < r->size.height; i++)
		r->rows[i] = at + (size_t)i * row;
	return 0;
}

/* Nobody gets memory for more than the bytes of the file can hold. */
static int
check_size(const struct reader *r)
{
	uint64_t rows = (uint64_t)png_get_rowbytes(r->png, r->info) *
	    (uint64_t)r->size.height;

	if ((uint64_t)r->size.width * r->size.height > PNG_PIXELS_MAX)
		return err_set(r->err, ERR_DATA,
		    "PNG: %ux%u are more than %d pixels",
		    (unsigned)r->size.height, (unsigned)r->size.width,
		    PNG_PIXELS_MAX);
	if (!gz_plausible(r->n, rows))
		return err_set(r->err, ERR_DATA,
		    "PNG: %zu bytes cannot hold %ux%u pixels", r->n,
		    (unsigned)r->size.height, (unsigned)r->size.width);
	return 0;
}

/* The part that libpng may leave by longjmp: no locals. */
static int
decode_rows(struct reader *r)
{
	if (setjmp(r->bad))
		return -1;
	set_limits(r->png);
	png_set_read_fn(r->png, r, on_read);
	png_read_info(r->png, r->info);
	r->size.width = png_get_image_width(r->png, r->info);
	r->size.height = png_get_image_height(r->png, r->info);
	if (check_size(r) < 0)
		return -1;
	set_transforms(r);
	if (make_rows(r) < 0)
		return -1;
	png_read_image(r->png, r->rows);
	png_read_end(r->png, NULL);
	return 0;
}

/* Drops the last channel of each pixel, the colours laid over white. */
static int
drop_alpha(uint8_t *x, size_t pixels, int channels)
{
	int colours = channels - 1;
	const uint8_t *from = x;
	uint8_t *to = x;
	size_t i;
	int c;

	for (i = 0; i < pixels; i++, from += channels)
		for (c = 0; c < colours; c++) {
			int a = from[colours];

			*to++ =
			    (uint8_t)((a * from[c] + (255 - a) * 255 + 127) /
				255);
		}
	return colours;
}

static void
finish(const struct png_size *size, struct sample *out, struct sample_buffer *b)
{
	int channels = size->channels;

	if (channels == 2 || channels == 4)
		channels = drop_alpha(
		    b->x, (size_t)size->width * size->height, channels);
	memset(out, 0, sizeof(*out));
	out->x.dtype = DTYPE_U8;
	out->x.shape = (struct shape){ 3,
		{ (int64_t)size->height, (int64_t)size->width, channels } };
	out->x.data = b->x;
}

int
png_decode_slow(const uint8_t *bytes, size_t n, size_t *used,
    struct sample *out, struct sample_buffer *b, struct err *err)
{
	struct reader r = { .bytes = bytes, .n = n, .buffer = b, .err = err };
	int failed = -1;

	r.png = png_create_read_struct(
	    PNG_LIBPNG_VER_STRING, &r, on_error, on_warning);
	if (r.png != NULL)
		r.info = png_create_info_struct(r.png);
	if (r.info == NULL)
		err_set(err, ERR_IO, "PNG: out of memory");
	else
		failed = decode_rows(&r);
	png_destroy_read_struct(&r.png, &r.info, NULL);
	if (failed)
		return -1;
	if (used != NULL)
		*used = r.at;
	else if (r.at != n)
		return err_set(err, ERR_DATA,
		    "PNG: %zu bytes follow the end of the picture", n - r.at);
	finish(&r.size, out, b);
	return 0;
}

int
png_decode(const uint8_t *bytes, size_t n, size_t *used, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	struct png_size size;

	if (!png_quick(bytes, n, &size, b))
		return png_decode_slow(bytes, n, used, out, b, err);
	if (used != NULL)
		*used = n;
	finish(&size, out, b);
	return 0;
}

struct magic {
	const char *name;
	size_t at, n;
	const char *bytes;
};

/* Pictures that people have instead. */
static const struct magic others[] = {
	{ "JPEG", 0, 3, "\xff\xd8\xff" },
	{ "GIF", 0, 4, "GIF8" },
	{ "BMP", 0, 2, "BM" },
	{ "TIFF", 0, 4, "II*\0" },
	{ "TIFF", 0, 4, "MM\0*" },
	{ "WebP", 8, 4, "WEBP" },
	{ "AVIF or HEIC", 4, 4, "ftyp" },
	{ "PNM", 0, 2, "P5" },
	{ "PNM", 0, 2, "P6" },
};

const char *
png_other(const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (n >= others[i].at + others[i].n &&
		    memcmp(bytes + others[i].at, others[i].bytes,
			others[i].n) == 0)
			return others[i].name;
	return NULL;
}

static int
not_png(const char *path, const uint8_t *bytes, size_t n, struct err *err)
{
	const char *other = png_other(bytes, n);
	char safe[SAFE];

	if (n == 0)
		return err_set(err, ERR_DATA, "is empty");
	if (other == NULL)
		return err_set(err, ERR_DATA, "is not a PNG picture");
	return err_set(err, ERR_DATA,
	    "is a %s picture, not PNG; convert it: magick mogrify -format png "
	    "'%s'",
	    other, text_safe(safe, sizeof(safe), path, strlen(path)));
}

int
png_read_at(int dir, const char *path, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	size_t n;

	if (file_read(dir, path, PNG_FILE_MAX, &b->scratch, &b->scratch_size,
		&n, err) < 0)
		return -1;
	if (!png_is(b->scratch, n))
		return not_png(path, b->scratch, n, err);
	return png_decode(b->scratch, n, NULL, out, b, err);
}

int
png_read_file(const char *path, struct sample *out, struct sample_buffer *b,
    struct err *err)
{
	char safe[SAFE];

	if (png_read_at(AT_FDCWD, path, out, b, err) == 0)
		return 0;
	return err_in(
	    err, "%s", text_safe(safe, sizeof(safe), path, strlen(path)));
}
