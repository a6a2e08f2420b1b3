/* What a classifier said of every sample, and the curves that follow. */
#include "scores.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A sample in the order of one class. */
struct roc_rank {
	double score;
	int is_class;
};

int
scores_begin(struct scores *s, int64_t width, int64_t room, struct arena *arena,
    struct err *err)
{
	size_t bytes;

	*s = (struct scores){ .width = width, .room = room };
	s->classes = width == 1 ? 2 : width;
	if (__builtin_mul_overflow((size_t)room, (size_t)width, &bytes) ||
	    __builtin_mul_overflow(bytes, sizeof(real), &bytes))
		return err_set(err, ERR_IO,
		    "the outputs of %lld samples are too many to keep",
		    (long long)room);
	s->output = arena_slab(arena, bytes + 1, err);
	s->label = arena_slab(arena, (size_t)room * sizeof(int32_t) + 1, err);
	return s->output == NULL || s->label == NULL ? -1 : 0;
}

void
scores_add(
    struct scores *s, const real *output, const int32_t *label, int64_t n)
{
	assert(n <= s->room - s->n);
	memcpy(s->output + s->n * s->width, output,
	    (size_t)(n * s->width) * sizeof(real));
	memcpy(s->label + s->n, label, (size_t)n * sizeof(int32_t));
	s->n += n;
}

int
scores_rank(struct scores *s, struct arena *arena, struct err *err)
{
	size_t n = (size_t)s->n + 1;

	s->rank = arena_slab(arena, n * sizeof(*s->rank), err);
	s->point = arena_slab(arena, n * sizeof(*s->point), err);
	return s->rank == NULL || s->point == NULL ? -1 : 0;
}

/* Highest score first. */
static int
by_score(const void *a, const void *b)
{
	double x = ((const struct roc_rank *)a)->score;
	double y = ((const struct roc_rank *)b)->score;

	return (x < y) - (x > y);
}

/* The single output of a yes or no orders both classes, one of them the other
   way round. */
static int64_t
rank_all(struct scores *s, int64_t class)
{
	int64_t i, of_class = 0;

	for (i = 0; i < s->n; i++) {
		double p =
		    (double)s->output[s->width == 1 ? i : i * s->width + class];

		s->rank[i].score = s->width == 1 && class == 0 ? -p : p;
		s->rank[i].is_class = s->label[i] == class;
		of_class += s->rank[i].is_class;
	}
	qsort(s->rank, (size_t)s->n, sizeof(*s->rank), by_score);
	return of_class;
}

/* Counts of a corner, and of the step that led to it. */
struct corner {
	int64_t right, wrong, right_step, wrong_step;
	double score;
};

/* Samples of equal score come at once. */
static int64_t
next_corner(const struct scores *s, int64_t i, struct corner *c)
{
	c->score = s->rank[i].score;
	c->right_step = c->wrong_step = 0;
	for (; i < s->n && s->rank[i].score >= c->score; i++)
		if (s->rank[i].is_class)
			c->right_step++;
		else
			c->wrong_step++;
	c->right += c->right_step;
	c->wrong += c->wrong_step;
	return i;
}

/* Two steps in one direction are one. */
static int
goes_on(const struct corner *a, const struct corner *b)
{
	return (double)a->right_step * (double)b->wrong_step ==
	    (double)b->right_step * (double)a->wrong_step;
}

static void
put_point(struct scores *s, struct roc *r, const struct corner *c,
    int64_t right, int64_t wrong, int64_t class)
{
	int opposite = s->width == 1 && class == 0;

	s->point[r->n++] = (struct roc_point){
		.threshold = opposite ? 1 + c->score : c->score,
		.false_rate = (double)c->wrong / (double)wrong,
		.true_rate = (double)c->right / (double)right,
	};
}

struct roc
scores_roc(struct scores *s, int64_t class)
{
	int64_t right = rank_all(s, class), wrong = s->n - right, i = 0;
	struct roc r = { .auc = NAN, .point = s->point };
	struct corner c = { 0 }, last = { 0 };
	double area = 0; /* in halves of a pair */

	if (right == 0 || wrong == 0)
		return r;
	s->point[r.n++] = (struct roc_point){ .threshold = NAN };
	while (i < s->n) {
		i = next_corner(s, i, &c);
		area +=
		    (double)c.wrong_step * (double)(2 * c.right - c.right_step);
		if (r.n > 1 && goes_on(&last, &c))
			r.n--;
		put_point(s, &r, &c, right, wrong, class);
		last = c;
	}
	r.auc = area / 2 / ((double)right * (double)wrong);
	return r;
}

double
scores_auc(struct scores *s)
{
	double sum = 0;
	int64_t class, n = 0;

	for (class = 0; class < s->classes; class ++) {
		double auc = scores_roc(s, class).auc;

		if (!isnan(auc)) {
			sum += auc;
			n++;
		}
	}
	return n > 0 ? sum / (double)n : NAN;
}
