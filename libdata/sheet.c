/* A contact sheet: samples as a picture to look at, each as it is and as the
   net will see it in the epochs to come. */
#include <string.h>

#include "augment.h"
#include "preplan.h"
#include "set.h"
#include "sources/pngwrite.h"
#include "store.h"

enum {
	CELL = 64,    /* smaller pictures are enlarged by a whole factor */
	GAP = 4,      /* pixels between pictures, twice behind the first */
	GROUND = 128, /* grey, neither dark nor bright */
	ROWS = 8,
	COLUMNS = 9,
	SIDE_MOST = 4096, /* of a sheet, if two pictures fit into it */
};

struct sheet {
	const struct sheet_conf *conf;
	struct augmenter augmenter;
	int64_t rows, columns;
	int64_t cell_height, cell_width, factor;
	int64_t height, width;
	int channels;
	uint8_t *at;

	struct pre_work *pre;
	struct sample_buffer buffer;
	float *row, *plain;     /* a sample under way, and as it is */
	double low[3], high[3]; /* what is drawn as 0 and 255 */
};

static int64_t
how_many(int64_t cell, int64_t most, int64_t least)
{
	int64_t n = SIDE_MOST / (cell + GAP);

	return n > most ? most : n < least ? least : n;
}

/* Sizes, once the shape of the samples is known. */
static int
measure(struct sheet *s, int64_t samples, struct err *err)
{
	const struct shape *out = &s->pre->passes[s->pre->npasses - 1].out;
	int64_t side = out->dim[0] > out->dim[1] ? out->dim[0] : out->dim[1];

	s->factor = side >= CELL ? 1 : CELL / side;
	s->cell_height = out->dim[0] * s->factor;
	s->cell_width = out->dim[1] * s->factor;
	s->channels = out->dim[2] == 3 ? 3 : 1;
	s->rows = how_many(s->cell_height, ROWS, 1);
	if (s->rows > samples)
		s->rows = samples;
	s->columns = how_many(s->cell_width, COLUMNS, 2);
	s->height = s->rows * (s->cell_height + GAP) + GAP;
	s->width = s->columns * (s->cell_width + GAP) + INT64_C(2) * GAP;
	if (s->height <= PNG_ENCODE_MAX && s->width <= PNG_ENCODE_MAX)
		s->at = slab_new(
		    (size_t)(s->height * s->width) * (size_t)s->channels, err);
	else
		err_set(err, ERR_USAGE, "the pictures are too large");
	if (s->at == NULL)
		return -1;
	memset(s->at, GROUND,
	    (size_t)(s->height * s->width) * (size_t)s->channels);
	return 0;
}

/* Bytes are drawn in the range that the chain gives them; what came as other
   numbers, from the least to the greatest of the sample. */
static void
find_range(struct sheet *s)
{
	const struct pass *last = &s->pre->passes[s->pre->npasses - 1];
	const struct affine *r = &last->after;
	int64_t n = shape_count(&last->out), i;
	float low = s->plain[0], high = s->plain[0];
	int k;

	for (i = 1; i < n; i++) {
		low = s->plain[i] < low ? s->plain[i] : low;
		high = s->plain[i] > high ? s->plain[i] : high;
	}
	for (k = 0; k < s->channels; k++) {
		int from = r->channels == 1 ? 0 : k;

		s->low[k] =
		    s->pre->dtype == DTYPE_U8 ? r->low[from] : (double)low;
		s->high[k] =
		    s->pre->dtype == DTYPE_U8 ? r->high[from] : (double)high;
	}
}

static uint8_t
shade(const struct sheet *s, float v, int k)
{
	double range = s->high[k] - s->low[k];
	double u = range > 0 ? ((double)v - s->low[k]) / range : 0.0;

	u = u > 0.0 ? u : 0.0;
	return (uint8_t)((u < 1.0 ? u : 1.0) * 255.0 + 0.5);
}

/* The picture into cell y, x, enlarged. */
static void
draw_cell(struct sheet *s, int64_t row, int64_t column)
{
	const struct shape *out = &s->pre->passes[s->pre->npasses - 1].out;
	int64_t top = GAP + row * (s->cell_height + GAP);
	int64_t left =
	    GAP + column * (s->cell_width + GAP) + (column > 0 ? GAP : 0);
	int64_t y, x;
	int k;

	for (y = 0; y < s->cell_height; y++) {
		const float *from =
		    s->row + y / s->factor * out->dim[1] * out->dim[2];
		uint8_t *to =
		    s->at + ((top + y) * s->width + left) * s->channels;

		for (x = 0; x < s->cell_width; x++)
			for (k = 0; k < s->channels; k++)
				*to++ = shade(s,
				    from[x / s->factor * out->dim[2] + k], k);
	}
}

/* Sample id as it is, then as it is in one epoch after the other. */
static int
draw_sample(struct sheet *s, int64_t row, uint64_t id, struct err *err)
{
	size_t bytes = (size_t)s->pre->pre->numbers * sizeof(float);
	int64_t k;

	memcpy(s->plain, s->row, bytes);
	find_range(s);
	draw_cell(s, row, 0);
	for (k = 1; k < s->columns; k++) {
		memcpy(s->row, s->plain, bytes);
		if (pre_augment(s->pre, &s->augmenter,
			s->conf->epoch + (uint32_t)k - 1, id, s->row, err) < 0)
			return -1;
		draw_cell(s, row, k);
	}
	return 0;
}

static int
draw_all(struct sheet *s, struct dataset *d, struct err *err)
{
	struct sample raw;
	int64_t i, id;

	for (i = 0; i == 0 || i < s->rows; i++) {
		id = i == 0 ? 0 : i * d->n / s->rows;
		if (set_read(d, &d->items[id], &raw, &s->buffer, s->pre, s->row,
			err) < 0)
			return -1;
		if (i == 0 &&
		    (pre_augment_fits(s->pre, s->conf->augment, err) < 0 ||
			measure(s, d->n, err) < 0))
			return -1;
		if (draw_sample(s, i, (uint64_t)id, err) < 0)
			return -1;
	}
	return 0;
}

int
data_sheet(struct dataset *d, const struct sheet_conf *conf, void **at,
    size_t *size, size_t *n, struct err *err)
{
	size_t bytes = (size_t)d->want.pre->numbers * sizeof(float);
	struct sheet s = { .conf = conf };
	int failed = -1;

	if (d->items == NULL)
		return err_set(err, ERR_USAGE, "a stream has no samples yet");
	augmenter_begin(&s.augmenter, conf->augment, conf->seed);
	s.pre = pre_work_new(d->want.pre, err);
	s.row = slab_new(bytes, err);
	s.plain = slab_new(bytes, err);
	if (err->code == ERR_NONE && draw_all(&s, d, err) == 0)
		failed = png_encode(
		    s.at, s.height, s.width, s.channels, at, size, n, err);
	if (s.at != NULL)
		slab_free(
		    s.at, (size_t)(s.height * s.width) * (size_t)s.channels);
	slab_free(s.plain, bytes);
	slab_free(s.row, bytes);
	pre_work_free(s.pre);
	sample_buffer_free(&s.buffer);
	return failed;
}
