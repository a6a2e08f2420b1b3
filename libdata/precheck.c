/* Can the preprocessing chain make what the model takes at all?

   Pictures of several sizes and colours pass the chain: what comes out the
   same whatever goes in is what the chain decides. */
#include "preplan.h"

enum { SIZES = 4, COLOURS = 3, PROBES = SIZES * COLOURS, LARGE = 4096 };

/* What came out of the probes that passed. */
struct probes {
	int n, nfit;
	unsigned sizes; /* a bit each, of what went in */
	struct shape out[PROBES];
	struct err first; /* why one did not pass */
};

static void
probe(struct pre_work *w, int size, const int64_t side[2], int64_t channels,
    struct probes *p)
{
	struct tensor x = { DTYPE_U8, { 3, { side[0], side[1], channels } },
		NULL };
	struct err why = { 0 };

	if (pre_plan_passes(w, &x, &why) < 0) {
		if (p->first.code == ERR_NONE)
			p->first = why;
		return;
	}
	p->sizes |= 1u << size;
	p->nfit += pre_plan_fits(w);
	p->out[p->n++] = w->passes[w->npasses - 1].out;
}

static int
always_same(const struct probes *p, int dim)
{
	int i;

	for (i = 1; i < p->n; i++)
		if (p->out[i].dim[dim] != p->out[0].dim[dim])
			return 0;
	return p->n > 0;
}

static int
conclude(const struct pre *pre, const struct probes *p, enum err_code code,
    struct err *err)
{
	const struct shape *want = &pre->sample;
	int sized = always_same(p, 0) && always_same(p, 1) &&
	    (p->sizes & (p->sizes - 1)) != 0;
	int coloured = p->n > 0 && want->rank == 3 && always_same(p, 2) &&
	    p->out[0].dim[2] != want->dim[2];
	char a[SHAPE_TEXT], b[SHAPE_TEXT];

	if (p->n == 0)
		return err_set(err, code, "%s", p->first.text);
	if (p->nfit > 0 || (!sized && !coloured))
		return 0;
	return err_set(err, code,
	    "its samples are %s, the model takes %s; change one of them",
	    shape_print(a, &p->out[0]), shape_print(b, want));
}

int
pre_check(const struct pre *pre, enum err_code code, struct err *err)
{
	const struct shape *s = &pre->sample;
	int64_t y = s->rank >= 2 ? s->dim[0] : 28;
	int64_t x = s->rank >= 2 ? s->dim[1] : 28;
	const int64_t side[SIZES][2] = { { y, x }, { 1 + y / 2, 1 + x / 2 },
		{ 2 * y + 1, 3 * x + 1 }, { LARGE + y, LARGE + 2 * x } };
	const int64_t colours[COLOURS] = { 1, 3, s->rank == 3 ? s->dim[2] : 1 };
	struct probes p = { 0 };
	struct pre_work *w;
	int i;

	if (pre->n == 0)
		return 0;
	w = pre_work_new(pre, err);
	if (w == NULL)
		return -1;
	for (i = 0; i < PROBES; i++)
		probe(w, i / COLOURS, side[i / COLOURS], colours[i % COLOURS],
		    &p);
	pre_work_free(w);
	return conclude(pre, &p, code, err);
}

int
pre_range(const struct pre *pre, double *low, double *high)
{
	struct tensor x = { DTYPE_U8, pre->sample, NULL };
	struct err quiet = { 0 };
	struct pre_work *w = pre_work_new(pre, &quiet);
	const struct affine *a;
	int i, failed = w == NULL || pre_plan_passes(w, &x, &quiet) < 0;

	*low = *high = 0.0;
	a = failed ? NULL : &w->passes[w->npasses - 1].after;
	for (i = 0; !failed && i < a->channels; i++) {
		*low += a->low[i] / a->channels;
		*high += a->high[i] / a->channels;
	}
	pre_work_free(w);
	return failed ? -1 : 0;
}
