/* What a classifier said of data, as pictures. */
#include <stdio.h>

#include "chart.h"
#include "gallery.h"
#include "matrix.h"
#include "pictures.h"

const char *const pictures_of_score[] = { "confusion.png", "mistakes.png",
	"calibration.png", NULL };

static void
without(const struct scored *s, const char *name, const char *why)
{
	const char *const names[] = { name, NULL };

	pictures_without(s->t, s->dir, names, why);
}

static int
draw_confusion(const struct scored *s, struct err *err)
{
	const struct metric *k = s->metric;
	char title[96];
	const struct matrix m = { title, k->classes, k->confusion, s->labels };
	struct canvas c;
	int status;

	snprintf(title, sizeof(title), "%lld samples, accuracy %.4f",
	    (long long)k->n, metric_accuracy(k));
	if (k->classes > MATRIX_MAX) {
		without(s, "confusion.png", "there are too many classes");
		return 0;
	}
	if (matrix_draw(&c, &m, err) < 0)
		return -1;
	status = pictures_canvas(s->t, s->dir, "confusion.png", &c, err);
	canvas_free(&c);
	return status;
}

/* Truth, answer and probability below the picture. */
static int
fill_item(const struct scored *s, const struct mistake *m,
    struct gallery_item *item, struct err *err)
{
	struct arena *arena = &s->t->arena;

	item->id = m->id;
	item->line[0] = s->labels[m->truth];
	item->line[1] = arena_printf(arena, err, "> %s", s->labels[m->answer]);
	item->line[2] = arena_printf(arena, err, "%.4f", m->prob);
	return err->code == ERR_NONE ? 0 : -1;
}

/* Samples that cannot be read a second time are no reason to fail. */
static int
draw_mistakes(const struct scored *s, struct err *err)
{
	struct gallery_item item[WORST_MAX];
	const struct gallery g = {
		"the worst mistakes: truth > answer, its probability",
		{ ink_text, ink_orange, ink_grey }, s->worst->n, item
	};
	struct err why = { 0 };
	struct canvas c;
	int status;

	for (int i = 0; i < g.n; i++)
		if (fill_item(s, &s->worst->at[i], &item[i], err) < 0)
			return -1;
	status = g.n > 0 ? data_gallery(&c, s->data, &g, &why) : 1;
	if (status != 0) {
		without(s, "mistakes.png",
		    g.n == 0         ? "there are no mistakes"
			: status > 0 ? "the samples are no pictures"
				     : why.text);
		return 0;
	}
	status = pictures_canvas(s->t, s->dir, "mistakes.png", &c, err);
	canvas_free(&c);
	return status;
}

enum { WIDE = 720, HIGH = 480, COUNTS = 236, MEET = 30 };

/* The share of right answers over the probability: how far the bars are from
   the diagonal; below it how many samples that is about. */
static void
draw_bins(const struct scored *s, const double *x, const double *share,
    const double *count, struct canvas *c)
{
	static const double ends[] = { 0, 1 };
	int64_t n = s->metric->bins;
	char title[64];
	struct chart top = { .title = title,
		.x = { NULL, 0, 1, 0, 0 },
		.y = { "right answers", 0, 1, 0, 0 },
		.nlines = 2,
		.line = { { "calibrated", ink_grey, 1, 0, 2, ends, ends },
		    { NULL, ink_orange, 0, 2, n, x, share } },
		.bars = { "this model", ink_between(ink_blue, ink_white, 0.4),
		    n, share } };
	struct chart below = { .title = "",
		.x = { "probability of the answer", 0, 1, 0, 0 },
		.y = { "samples", 0, 0, 1, 0 },
		.bars = {
		    NULL, ink_between(ink_grey, ink_white, 0.3), n, count } };

	snprintf(title, sizeof(title), "ECE %.4f", metric_ece(s->metric));
	chart_draw(c, (struct box){ 0, 0, WIDE, HIGH }, &top);
	chart_draw(c, (struct box){ 0, HIGH - MEET, WIDE, COUNTS }, &below);
}

static int
draw_calibration(const struct scored *s, struct err *err)
{
	int n = s->metric->bins;
	double *x = arena_array(&s->t->arena, (size_t)n, 3 * sizeof(*x), err);
	struct canvas c;
	int status;

	if (x == NULL || canvas_open(&c, WIDE, HIGH + COUNTS - MEET, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		struct metric_reliability b = metric_reliability(s->metric, i);

		x[i] = b.confidence;
		x[n + i] = b.accuracy;
		x[2 * n + i] = (double)b.n;
	}
	draw_bins(s, x, x + n, x + n + n, &c);
	status = pictures_canvas(s->t, s->dir, "calibration.png", &c, err);
	canvas_free(&c);
	return status;
}

int
pictures_score(const struct scored *s, struct err *err)
{
	if (draw_confusion(s, err) < 0 || draw_mistakes(s, err) < 0 ||
	    draw_calibration(s, err) < 0)
		return -1;
	return 0;
}
