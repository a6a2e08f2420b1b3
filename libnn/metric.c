/* Figures of a scored data set, counted batch by batch. */
#include "metric.h"

#include <assert.h>
#include <math.h>

int
metric_begin(struct metric *m, int64_t width, int64_t top, struct arena *arena,
    struct err *err)
{
	int64_t classes = width == 1 ? 2 : width;
	size_t bytes;

	*m = (struct metric){ .classes = classes, .width = width, .top = top };
	if (__builtin_mul_overflow((size_t)classes, (size_t)classes, &bytes) ||
	    __builtin_mul_overflow(bytes, sizeof(*m->confusion), &bytes))
		return err_set(err, ERR_IO,
		    "a confusion table of %lld classes is too large",
		    (long long)classes);
	m->confusion = arena_slab(arena, bytes, err);
	return m->confusion != NULL ? metric_bins(m, METRIC_BINS, arena, err)
				    : -1;
}

int
metric_bins(struct metric *m, int n, struct arena *arena, struct err *err)
{
	assert(m->n == 0 && n > 0 && n <= METRIC_BINS_MAX);
	m->bins = n;
	m->bin = arena_array(arena, (size_t)n, sizeof(*m->bin), err);
	return m->bin != NULL ? 0 : -1;
}

int64_t
metric_class(const real *output, int64_t width)
{
	int64_t best = 0, k;

	if (width == 1)
		return output[0] > REAL_C(0.5);
	for (k = 1; k < width; k++)
		if (output[k] > output[best])
			best = k;
	return best;
}

void
metric_order(const real *output, int64_t width, int64_t k, int32_t *order)
{
	int64_t n = 0, i, at;

	for (i = 0; i < width; i++) {
		if (n == k && output[i] <= output[order[n - 1]])
			continue;
		at = n < k ? n++ : n - 1;
		for (; at > 0 && output[i] > output[order[at - 1]]; at--)
			order[at] = order[at - 1];
		order[at] = (int32_t)i;
	}
}

/* How many outputs stand before that of the label. */
static int64_t
rank_of(const real *output, int64_t width, int64_t label)
{
	int64_t before = 0, k;

	if (width == 1)
		return metric_class(output, 1) != label;
	for (k = 0; k < width; k++)
		before += output[k] > output[label] ||
		    (k < label && output[k] == output[label]);
	return before;
}

static double
probability(const real *output, int64_t width, int64_t class)
{
	if (width > 1)
		return (double)output[class];
	return class == 1 ? (double)output[0] : 1 - (double)output[0];
}

static void
add_bin(struct metric *m, double p, int right)
{
	int at = p < 1 ? (int)(p * m->bins) : m->bins - 1;
	struct metric_bin *bin = &m->bin[at > 0 ? at : 0];

	bin->n++;
	bin->right += right;
	bin->sum += p;
}

static void
add_row(struct metric *m, const real *output, int64_t label)
{
	/* No probability counts as less: its logarithm stays finite. */
	const double least = 1e-15;
	int64_t class = metric_class(output, m->width);
	double p = probability(output, m->width, label);

	assert(label >= 0 && label < m->classes);
	m->n++;
	m->right += class == label;
	m->right_top += rank_of(output, m->width, label) < m->top;
	m->confusion[label * m->classes + class]++;
	m->sum_log -= log(p > least ? p : least);
	add_bin(m, probability(output, m->width, class), class == label);
}

void
metric_add(struct metric *m, const real *output, const int32_t *label,
    const real *loss, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++) {
		add_row(m, output + i * m->width, label[i]);
		if (loss != NULL)
			m->sum_loss += (double)loss[i];
	}
}

void
metric_set_loss(struct metric *m, double mean)
{
	m->sum_loss = mean * (double)m->n;
}

static double
share(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

double
metric_accuracy(const struct metric *m)
{
	return share((double)m->right, (double)m->n);
}

double
metric_top(const struct metric *m)
{
	return share((double)m->right_top, (double)m->n);
}

double
metric_loss(const struct metric *m)
{
	return share(m->sum_loss, (double)m->n);
}

double
metric_log_loss(const struct metric *m)
{
	return share(m->sum_log, (double)m->n);
}

struct metric_row
metric_row(const struct metric *m, int64_t class)
{
	struct metric_row r = { 0 };
	int64_t k;

	for (k = 0; k < m->classes; k++) {
		r.support += m->confusion[class * m->classes + k];
		r.predicted += m->confusion[k * m->classes + class];
	}
	r.right = m->confusion[class * m->classes + class];
	r.precision = share((double)r.right, (double)r.predicted);
	r.recall = share((double)r.right, (double)r.support);
	r.f1 = share(2 * (double)r.right, (double)(r.support + r.predicted));
	return r;
}

/* Mean of one figure over the classes that occur. */
static double
mean_over_classes(
    const struct metric *m, double (*figure)(const struct metric_row *))
{
	double sum = 0;
	int64_t class, present = 0;

	for (class = 0; class < m->classes; class ++) {
		struct metric_row r = metric_row(m, class);

		if (r.support > 0) {
			sum += figure(&r);
			present++;
		}
	}
	return share(sum, (double)present);
}

static double
recall_of(const struct metric_row *r)
{
	return r->recall;
}

static double
f1_of(const struct metric_row *r)
{
	return r->f1;
}

double
metric_balanced(const struct metric *m)
{
	return mean_over_classes(m, recall_of);
}

double
metric_macro_f1(const struct metric *m)
{
	return mean_over_classes(m, f1_of);
}

double
metric_ece(const struct metric *m)
{
	double sum = 0;
	int i;

	for (i = 0; i < m->bins; i++)
		sum += fabs(m->bin[i].sum - (double)m->bin[i].right);
	return share(sum, (double)m->n);
}

struct metric_reliability
metric_reliability(const struct metric *m, int bin)
{
	const struct metric_bin *b = &m->bin[bin];

	return (struct metric_reliability){
		.n = b->n,
		.low = (double)bin / m->bins,
		.high = (double)(bin + 1) / m->bins,
		.confidence = share(b->sum, (double)b->n),
		.accuracy = share((double)b->right, (double)b->n),
	};
}

double
metric_mce(const struct metric *m)
{
	double most = NAN;
	int i;

	for (i = 0; i < m->bins; i++) {
		struct metric_reliability r = metric_reliability(m, i);

		most = fmax(most, fabs(r.confidence - r.accuracy));
	}
	return most;
}

void
metric_wilson(int64_t right, int64_t n, double z, double *low, double *high)
{
	double p = share((double)right, (double)n), count = (double)n;
	double z2 = z * z / count, middle = p + z2 / 2;
	double half = z * sqrt(p * (1 - p) / count + z2 / (4 * count));

	*low = fmax((middle - half) / (1 + z2), 0);
	*high = fmin((middle + half) / (1 + z2), 1);
	if (n <= 0)
		*low = *high = NAN;
}

int
metric_fit_begin(
    struct metric_fit *f, int64_t width, struct arena *arena, struct err *err)
{
	*f = (struct metric_fit){ .width = width };
	f->mean = arena_slab(arena, (size_t)width * sizeof(double), err);
	f->spread = arena_slab(arena, (size_t)width * sizeof(double), err);
	f->rest = arena_slab(arena, (size_t)width * sizeof(double), err);
	return f->mean == NULL || f->spread == NULL || f->rest == NULL ? -1 : 0;
}

static void
fit_row(struct metric_fit *f, const real *output, const real *target)
{
	int64_t k;

	f->n++;
	for (k = 0; k < f->width; k++) {
		double t = (double)target[k], d = (double)output[k] - t;
		double off = t - f->mean[k];

		f->sum_abs += fabs(d);
		f->sum_square += d * d;
		f->rest[k] += d * d;
		f->mean[k] += off / (double)f->n;
		f->spread[k] += off * (t - f->mean[k]);
	}
}

void
metric_fit_add(struct metric_fit *f, const real *output, const real *target,
    const real *loss, int64_t n)
{
	int64_t i;

	for (i = 0; i < n; i++) {
		fit_row(f, output + i * f->width, target + i * f->width);
		if (loss != NULL)
			f->sum_loss += (double)loss[i];
	}
}

double
metric_fit_loss(const struct metric_fit *f)
{
	return share(f->sum_loss, (double)f->n);
}

double
metric_mae(const struct metric_fit *f)
{
	return share(f->sum_abs, (double)f->n * (double)f->width);
}

double
metric_rmse(const struct metric_fit *f)
{
	return sqrt(share(f->sum_square, (double)f->n * (double)f->width));
}

double
metric_r2(const struct metric_fit *f)
{
	double rest = 0, spread = 0;
	int64_t k;

	for (k = 0; k < f->width; k++) {
		rest += f->rest[k];
		spread += f->spread[k];
	}
	return 1 - share(rest, spread);
}
