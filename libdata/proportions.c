/* Pictures of other proportions than the model's input, and what the chain does
   with them. */
#include "pre.h"
#include "scan.h"

/* One side longer by more than a twentieth is seen. */
static int
is_off(double factor)
{
	return factor > 1.05 || factor < 1 / 1.05;
}

/* How much higher against its width the chain makes a picture by scaling; 1
   when it keeps proportions, by cutting and padding or because it fits. */
static double
stretch_of(const struct pre *pre, struct shape in)
{
	struct shape out;
	struct err quiet = { 0 };
	double factor = 1;
	int i;

	for (i = 0; i < pre->n; i++) {
		const struct pre_step *s = &pre->steps[i];

		if (s->kind->shape == NULL)
			continue;
		if (s->kind->shape(s->conf, &in, &out, &quiet) < 0)
			return 1;
		if (s->kind->scales)
			factor *= (double)out.dim[0] / (double)in.dim[0] *
			    ((double)in.dim[1] / (double)out.dim[1]);
		in = out;
	}
	return factor;
}

void
proportions_add(struct dataset *d, const uint8_t found[SCAN_BYTES])
{
	const struct pre *pre = d->want.pre;
	struct shape raw = { 0 };

	scan_picture(found, &raw);
	if (pre == NULL || pre->sample.rank != 3 || raw.rank == 0)
		return;
	d->proportions.n++;
	if (!is_off((double)(raw.dim[0] * pre->sample.dim[1]) /
		(double)(raw.dim[1] * pre->sample.dim[0])))
		return;
	d->proportions.other++;
	d->proportions.stretched += is_off(stretch_of(pre, raw));
}

void
data_proportions(const struct dataset *d, struct proportions *p)
{
	*p = d->proportions;
}
