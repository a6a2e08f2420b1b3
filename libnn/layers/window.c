/* Windows from settings: sizes, strides, dilations and padding, checked. */
#include <stdlib.h>
#include <string.h>

#include "layers/window.h"

/* One setting of one or two numbers. */
static int
both_ways(struct layer *l, int64_t to[2], const struct shape *said,
    const char *name, struct err *err)
{
	if (said == NULL) {
		to[0] = to[1] = 1;
		return 0;
	}
	if (said->rank < 1 || said->rank > 2)
		return shape_refuse(l, err,
		    "%s: is one number or height x width, not %d numbers", name,
		    said->rank);
	to[0] = said->dim[0];
	to[1] = said->dim[said->rank - 1];
	return 0;
}

int64_t
window_extent(const struct window *w, int way)
{
	return (w->size[way] - 1) * w->dilation[way] + 1;
}

/* "1+2+3" into n numbers: how many, or -1. */
static int
read_numbers(int64_t to[4], const char *s)
{
	char *end;
	int n = 0;

	for (;; s = end + 1) {
		if (n == 4 || *s < '0' || *s > '9')
			return -1;
		to[n] = strtoll(s, &end, 10);
		if (end - s > 6 || to[n++] > WINDOW_MAX)
			return -1;
		if (*end == '\0')
			return n;
		if (*end != '+')
			return -1;
	}
}

/* Explicit zeros: all around, height and width, or each edge. */
static int
read_pad(struct layer *l, struct window *w, const char *pad, struct err *err)
{
	int64_t n[4];
	int count = read_numbers(n, pad);

	if (count != 1 && count != 2 && count != 4)
		return shape_refuse(l, err,
		    "pad: is same, valid, N, HEIGHT+WIDTH or "
		    "TOP+BOTTOM+LEFT+RIGHT (each 0..%d)",
		    WINDOW_MAX);
	w->before[0] = n[0];
	w->after[0] = count == 4 ? n[1] : n[0];
	w->before[1] = count == 4 ? n[2] : n[count - 1];
	w->after[1] = count == 4 ? n[3] : n[count - 1];
	return 0;
}

static int
is_same(const struct window_said *said)
{
	return strcmp(said->pad, "same") == 0;
}

/* Everything but the padding of "same", which depends on the size. */
static int
read_window(struct layer *l, const struct window_said *said, struct window *w,
    struct err *err)
{
	int i;

	memset(w, 0, sizeof(*w));
	if (l->x_shape[0].rank != 4)
		return shape_refuse(
		    l, err, "wants pictures of height x width x channels");
	if (both_ways(l, w->size, said->size, "kernel", err) < 0 ||
	    both_ways(l, w->stride, said->stride, "stride", err) < 0 ||
	    both_ways(l, w->dilation, said->dilation, "dilation", err) < 0)
		return -1;
	for (i = 0; i < 2; i++)
		if (w->stride[i] == 0)
			w->stride[i] = w->size[i];
	if (is_same(said) || strcmp(said->pad, "valid") == 0)
		return 0;
	return read_pad(l, w, said->pad, err);
}

/* Zeros that are missing, an odd one below or right. */
static void
pad_same(struct window *w, int way, int64_t missing)
{
	if (missing < 0)
		missing = 0;
	w->before[way] = missing / 2;
	w->after[way] = missing - missing / 2;
}

int
window_open(struct layer *l, const struct window_said *said, struct window *w,
    int64_t y[2], struct err *err)
{
	int64_t x, extent, room;
	int i;

	if (read_window(l, said, w, err) < 0)
		return -1;
	for (i = 0; i < 2; i++) {
		x = l->x_shape[0].dim[1 + i];
		extent = window_extent(w, i);
		y[i] = (x + w->stride[i] - 1) / w->stride[i];
		if (is_same(said))
			pad_same(w, i, (y[i] - 1) * w->stride[i] + extent - x);
		room = x + w->before[i] + w->after[i] - extent;
		if (room < 0)
			return shape_refuse(l, err,
			    "its window of %lld is larger than the %s of %lld",
			    (long long)extent, i == 0 ? "height" : "width",
			    (long long)(room + extent));
		y[i] = room / w->stride[i] + 1;
	}
	return 0;
}

/* One way of a window that slides over the result. */
static int64_t
open_back(const struct window_said *said, struct window *w, int way, int64_t x,
    int64_t extra)
{
	int64_t extent = window_extent(w, way), stride = w->stride[way];
	int64_t start = (x - 1) * stride, y;

	if (is_same(said)) {
		y = extra < 0 ? x * stride : start + extent % 2 + extra;
		pad_same(w, way, start + extent - y);
		return y;
	}
	y = start + extent - w->before[way] - w->after[way];
	if (extra >= 0)
		return y + extra;
	return y +
	    (strcmp(said->pad, "valid") == 0 && stride > extent
		    ? stride - extent
		    : 0);
}

int
window_open_back(struct layer *l, const struct window_said *said,
    const int64_t extra[2], struct window *w, int64_t y[2], struct err *err)
{
	int i;

	if (read_window(l, said, w, err) < 0)
		return -1;
	for (i = 0; i < 2; i++) {
		if (extra[i] >= w->stride[i])
			return shape_refuse(l, err,
			    "output_padding: %lld is not less than the stride",
			    (long long)extra[i]);
		y[i] =
		    open_back(said, w, i, l->x_shape[0].dim[1 + i], extra[i]);
		if (y[i] < 1)
			return shape_refuse(l, err,
			    "pad: leaves nothing of the %s",
			    i == 0 ? "height" : "width");
	}
	return 0;
}
