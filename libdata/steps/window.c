/* A picture seen through a window that may reach beyond its edges. */
#include <string.h>

#include "steps/window.h"

static int64_t
clamp(int64_t v, int64_t n)
{
	return v < 0 ? 0 : v < n ? v : n - 1;
}

static void
fill_pixel(const struct picture *in, int64_t y, int64_t x,
    enum window_fill fill, float *out)
{
	const struct affine *r = in->range;
	int64_t c, k;

	if (fill == FILL_EDGE) {
		y = clamp(y, in->height);
		x = clamp(x, in->width);
		memcpy(out, in->at + (y * in->width + x) * in->channels,
		    (size_t)in->channels * sizeof(*out));
		return;
	}
	for (c = 0; c < in->channels; c++) {
		k = r->channels == 1 ? 0 : c;
		out[c] = (float)(fill == FILL_LOW ? r->low[k] : r->high[k]);
	}
}

void
window_copy(const struct picture *in, int64_t top, int64_t left,
    enum window_fill fill, const struct shape *out_shape, float *out)
{
	int64_t height = out_shape->dim[0], width = out_shape->dim[1];
	int64_t from = left < 0 ? -left : 0;
	int64_t to = in->width - left < width ? in->width - left : width;
	int64_t x, y, row;

	for (y = 0; y < height; y++) {
		row = y + top;
		x = 0;
		if (row >= 0 && row < in->height && from < to) {
			for (; x < from; x++, out += in->channels)
				fill_pixel(in, row, x + left, fill, out);
			memcpy(out,
			    in->at +
				(row * in->width + x + left) * in->channels,
			    (size_t)((to - x) * in->channels) * sizeof(*out));
			out += (to - x) * in->channels;
			x = to;
		}
		for (; x < width; x++, out += in->channels)
			fill_pixel(in, row, x + left, fill, out);
	}
}

int
window_check(const struct shape *size, enum err_code code, struct err *err)
{
	return size->rank == 2
	    ? 0
	    : err_set(err, code, "size: is not HEIGHTxWIDTH");
}
