/* Random changes to one sample: the maps of those that place it composed into
   one, then those that paint it. */
#include <stdio.h>

#include "augment.h"

enum { PURPOSE = 64 };

void
augmenter_begin(struct augmenter *a, const struct augment *what, uint64_t seed)
{
	char purpose[PURPOSE];
	int i;

	a->what = what;
	for (i = 0; i < what->n; i++) {
		snprintf(purpose, sizeof(purpose), "augment/%s",
		    what->term[i].kind->name);
		a->key[i] = rng_key(seed, purpose);
	}
}

int
augment_fits(
    const struct augment *a, const struct shape *picture, struct err *err)
{
	const struct augment_term *t;
	int i;

	for (i = 0; i < a->n; i++) {
		t = &a->term[i];
		if (t->kind->fits != NULL &&
		    t->kind->fits(t->conf, picture, err) < 0)
			return err_in(err, "%s", t->kind->name);
	}
	return 0;
}

/* New coordinates pass b, then a. */
static void
compose(struct placing *a, const struct placing *b)
{
	const double *p = b->m;
	double m[6];
	int i;

	for (i = 0; i < 6; i++)
		m[i] = a->m[i];
	for (i = 0; i < 6; i += 3) {
		a->m[i] = m[i] * p[0] + m[i + 1] * p[3];
		a->m[i + 1] = m[i] * p[1] + m[i + 1] * p[4];
		a->m[i + 2] = m[i] * p[2] + m[i + 1] * p[5] + m[i + 2];
	}
	a->edge |= b->edge;
}

static int
place_all(const struct augmenter *a, uint32_t epoch, uint64_t sample,
    const struct canvas *c, struct step_work *work, struct err *err)
{
	static const struct placing same = { { 1, 0, 0, 0, 1, 0 }, 0 };
	const struct shape picture = { 3,
		{ c->height, c->width, c->channels } };
	struct placing all = same, one;
	const struct augment_term *t;
	uint32_t word[4];
	int i;

	for (i = 0; i < a->what->n; i++) {
		t = &a->what->term[i];
		if (t->kind->place == NULL)
			continue;
		one = same;
		rng_block(word, a->key[i], epoch, sample, 0);
		t->kind->place(t->conf, word, &picture, &one);
		compose(&all, &one);
	}
	return canvas_place(c, &all, work, err);
}

int
augment_run(const struct augmenter *a, uint32_t epoch, uint64_t sample,
    const struct canvas *c, struct step_work *work, struct err *err)
{
	const struct augment_term *t;
	int i;

	if (place_all(a, epoch, sample, c, work, err) < 0)
		return -1;
	for (i = 0; i < a->what->n; i++) {
		const struct augment_draw draw = { a->key[i], epoch, sample };

		t = &a->what->term[i];
		if (t->kind->paint != NULL)
			t->kind->paint(t->conf, &draw, c);
	}
	return 0;
}
