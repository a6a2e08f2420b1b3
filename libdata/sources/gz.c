/* Gzipped bytes: never more than was declared. */
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "bounds.h"
#include "sources/gz.h"

enum {
	WINDOW_GZIP = 15 + 16, /* zlib: a gzip header and trailer, checked */
	PIECE = 1 << 30,       /* zlib counts in unsigned int */
};

int
gz_is(const uint8_t *bytes, size_t n)
{
	return n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

int
gz_plausible(size_t n, uint64_t size)
{
	return size / GZ_RATIO_MAX + (size % GZ_RATIO_MAX != 0) <= n;
}

/* Inflates until out is full or the input ends; zlib's last word. */
static int
inflate_into(
    z_stream *z, const uint8_t *bytes, size_t n, uint8_t *out, size_t size)
{
	size_t given = 0, taken = 0;
	int r = Z_OK;

	z->next_in = bytes;
	z->next_out = out;
	while (r == Z_OK) {
		if (z->avail_in == 0) {
			z->avail_in =
			    (uInt)(n - given < PIECE ? n - given : PIECE);
			given += z->avail_in;
		}
		if (z->avail_out == 0) {
			z->avail_out =
			    (uInt)(size - taken < PIECE ? size - taken : PIECE);
			taken += z->avail_out;
		}
		r = inflate(z, Z_NO_FLUSH);
		if (r == Z_OK && z->avail_out == 0 && taken == size)
			break;
		if (r == Z_OK && z->avail_in == 0 && given == n)
			r = Z_BUF_ERROR;
	}
	return r;
}

long
gz_head(const uint8_t *bytes, size_t n, uint8_t *out, size_t size)
{
	z_stream z = { 0 };
	int r;

	if (!gz_is(bytes, n) || inflateInit2(&z, WINDOW_GZIP) != Z_OK)
		return -1;
	r = inflate_into(&z, bytes, n, out, size);
	inflateEnd(&z);
	return r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR
	    ? (long)(z.next_out - out)
	    : -1;
}

/* What is left to happen after all of out is filled: the end, at once. */
static int
check_end(z_stream *z, uint8_t *more, struct err *err)
{
	int r;

	z->next_out = more;
	z->avail_out = 1;
	r = inflate(z, Z_NO_FLUSH);
	if (z->avail_out == 0)
		return err_set(
		    err, ERR_DATA, "gzip: holds more than its header says");
	if (r == Z_DATA_ERROR)
		return err_set(err, ERR_DATA, "gzip: %s",
		    z->msg != NULL ? z->msg : "checksum is wrong");
	if (r != Z_STREAM_END)
		return err_set(err, ERR_DATA, "gzip: is cut off");
	return 0;
}

static int
check_inflated(z_stream *z, int r, const uint8_t *bytes, size_t n,
    const uint8_t *out, size_t size, uint8_t *more, struct err *err)
{
	if (r == Z_OK && check_end(z, more, err) < 0)
		return -1;
	if (r == Z_MEM_ERROR)
		return err_set(err, ERR_IO, "gzip: out of memory");
	if (r == Z_DATA_ERROR || r == Z_NEED_DICT)
		return err_set(err, ERR_DATA, "gzip: %s at byte %zu",
		    z->msg != NULL ? z->msg : "wrong data",
		    (size_t)(z->next_in - bytes));
	if (r == Z_BUF_ERROR)
		return err_set(err, ERR_DATA,
		    "gzip: is cut off after %zu of %zu bytes",
		    (size_t)(z->next_out - out), size);
	if (r == Z_STREAM_END && z->next_out != out + size)
		return err_set(err, ERR_DATA,
		    "gzip: holds %zu bytes, its header says %zu",
		    (size_t)(z->next_out - out), size);
	if (z->next_in != bytes + n)
		return err_set(err, ERR_DATA, "gzip: %zu bytes follow the end",
		    (size_t)(bytes + n - z->next_in));
	return 0;
}

int
gz_inflate(
    const uint8_t *bytes, size_t n, uint8_t *out, size_t size, struct err *err)
{
	z_stream z = { 0 };
	uint8_t more;
	int r, failed;

	if (inflateInit2(&z, WINDOW_GZIP) != Z_OK)
		return err_set(err, ERR_IO, "gzip: out of memory");
	r = inflate_into(&z, bytes, n, out, size);
	failed = check_inflated(&z, r, bytes, n, out, size, &more, err);
	inflateEnd(&z);
	return failed;
}
