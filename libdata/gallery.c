/* Samples of a data set beside each other. */
#include <math.h>
#include <string.h>

#include "gallery.h"
#include "keep.h"
#include "set.h"

enum {
	COLUMNS = 6,
	SIDE = 128, /* of a picture, at most */
	CELL = 160,
	SCALE = 2, /* of the words */
	LINE = 20,
	GAP = 8,
	TOP = 52,
	ROW = SIDE + GAP + GALLERY_LINES * LINE + 2 * GAP,
};

struct room {
	struct canvas *c;
	const struct gallery *g;
	struct sample_buffer buffer;
	void *bytes; /* numbers as grey */
	size_t size;
};

/* H W, or H W and one or more colours. */
static int
is_picture(const struct tensor *x)
{
	const struct shape *s = &x->shape;

	if (x->dtype != DTYPE_U8 && x->dtype != DTYPE_F32)
		return 0;
	return s->rank == 2 || (s->rank == 3 && s->dim[2] <= 4);
}

/* Numbers from the least to the greatest become 0..255. */
static int
make_bytes(struct room *r, const struct tensor *x, struct err *err)
{
	int64_t n = shape_count(&x->shape);
	const float *v = x->data;
	float low = INFINITY, high = -INFINITY;
	uint8_t *to;

	if (slab_grow(&r->bytes, &r->size, (size_t)n, 0, err) < 0)
		return -1;
	to = r->bytes;
	for (int64_t i = 0; i < n; i++) {
		low = v[i] < low ? v[i] : low;
		high = v[i] > high ? v[i] : high;
	}
	for (int64_t i = 0; i < n; i++) {
		double u = high > low ? ((double)v[i] - (double)low) /
			((double)high - (double)low)
				      : 0;

		to[i] = u > 0 ? (uint8_t)lround(u * 255) : 0;
	}
	return 0;
}

/* Enlarged by a whole factor, or made smaller, in the middle of the cell. */
static struct box
place(int64_t x, int64_t y, const struct bitmap *b)
{
	int64_t most = b->height > b->width ? b->height : b->width;
	int64_t factor = most > SIDE ? 1 : SIDE / most;
	int64_t width = b->width * factor, height = b->height * factor;

	if (most > SIDE) {
		width = b->width * SIDE / most;
		height = b->height * SIDE / most;
	}
	width = width > 0 ? width : 1;
	height = height > 0 ? height : 1;
	return (struct box){ x + (CELL - width) / 2, y + (SIDE - height) / 2,
		width, height };
}

static void
draw_words(const struct room *r, int i, int64_t x, int64_t y)
{
	char cut[CUT_TEXT];

	for (int k = 0; k < GALLERY_LINES; k++) {
		const struct font font = { SCALE, ALIGN_MIDDLE, r->g->ink[k],
			0 };

		canvas_text(r->c, x + CELL / 2, y + (int64_t)k * LINE, &font,
		    text_cut(cut, r->g->item[i].line[k], CELL - SCALE, SCALE));
	}
}

static int
draw_item(struct room *r, int i, const struct tensor *x, struct err *err)
{
	const struct shape *s = &x->shape;
	struct bitmap b = { x->data, s->dim[0], s->dim[1],
		s->rank == 3 ? s->dim[2] : 1 };
	int64_t left = GAP + (int64_t)(i % COLUMNS) * CELL;
	int64_t top = TOP + (int64_t)(i / COLUMNS) * ROW;

	if (x->dtype == DTYPE_F32) {
		if (make_bytes(r, x, err) < 0)
			return -1;
		b.at = r->bytes;
	}
	canvas_paste(r->c, place(left, top, &b), &b);
	canvas_frame(r->c, place(left, top, &b), ink_grid);
	draw_words(r, i, left, top + SIDE + GAP);
	return 0;
}

static int
open(struct room *r, struct err *err)
{
	const struct font font = { SCALE, ALIGN_LEFT, ink_black, 0 };
	int64_t rows = (r->g->n + COLUMNS - 1) / COLUMNS;

	if (canvas_open(r->c, COLUMNS * CELL + 2 * GAP, TOP + rows * ROW, err) <
	    0)
		return -1;
	canvas_text(r->c, GAP + GAP, GAP + GAP, &font, r->g->title);
	return 0;
}

static int
draw_all(struct room *r, struct dataset *d, struct err *err)
{
	for (int i = 0; i < r->g->n; i++) {
		const struct item *item = &d->items[(uint32_t)r->g->item[i].id];
		struct sample raw;

		if (keep_read(d->o->source[item->source], item->at, &raw,
			&r->buffer, err) != 0)
			return -1;
		if (!is_picture(&raw.x))
			return 1;
		if ((i == 0 && open(r, err) < 0) ||
		    draw_item(r, i, &raw.x, err) < 0)
			return -1;
	}
	return 0;
}

int
data_gallery(struct canvas *c, struct dataset *d, const struct gallery *g,
    struct err *err)
{
	struct room r = { .c = c, .g = g };
	int status;

	*c = (struct canvas){ 0 };
	if (d->items == NULL)
		return err_set(err, ERR_USAGE, "a stream is not read again");
	status = draw_all(&r, d, err);
	if (status != 0)
		canvas_free(c);
	slab_free(r.bytes, r.size);
	sample_buffer_free(&r.buffer);
	return status;
}
