/* How the pixels along one side of a picture become those of another length. */
#include <math.h>
#include <string.h>

#include "steps/axis.h"

const char *const axis_methods[] = { "auto", "area", "bilinear", "triangle",
	NULL };

void
axis_begin(struct axis *a)
{
	if (strcmp(a->method, "auto") == 0)
		a->method = a->in >= a->out ? "area" : "bilinear";
	a->most = a->in / a->out + 3;
	if (strcmp(a->method, "triangle") == 0)
		a->most *= 2;
}

/* Inputs first .. are covered by so much of from .. to. */
static int64_t
cover(double from, double to, const struct axis *a, double *weight)
{
	int64_t first = (int64_t)from, k;
	double left, right;

	for (k = 0; k < a->most; k++) {
		left = (double)(first + k);
		right = left + 1.0 < to ? left + 1.0 : to;
		left = left > from ? left : from;
		weight[k] = right > left ? right - left : 0.0;
	}
	return first;
}

/* The two centres beside this one; beyond the edge is the edge. */
static int64_t
between(double centre, const struct axis *a, double *weight)
{
	int64_t first;

	centre = centre - 0.5 < 0.0 ? 0.0 : centre - 0.5;
	if (centre > (double)(a->in - 1))
		centre = (double)(a->in - 1);
	first = (int64_t)centre;
	weight[1] = centre - (double)first;
	weight[0] = 1.0 - weight[1];
	return first;
}

static int64_t
triangle(double centre, double reach, const struct axis *a, double *weight)
{
	int64_t first = centre - reach < 0.0 ? 0 : (int64_t)(centre - reach);
	int64_t k;
	double far;

	for (k = 0; k < a->most; k++) {
		far = fabs((double)(first + k) + 0.5 - centre) / reach;
		weight[k] = far < 1.0 ? 1.0 - far : 0.0;
	}
	return first;
}

/* Everything about output o, its weights beside each other. */
static void
fill_taps(struct axis *a, int64_t o, double *weight)
{
	double scale = (double)a->in / (double)a->out;
	double from = (double)o * scale;
	double centre = ((double)o + 0.5) * scale, sum = 0.0;
	int64_t first, k;

	memset(weight, 0, (size_t)a->most * sizeof(*weight));
	if (strcmp(a->method, "area") == 0)
		first = cover(from, from + scale, a, weight);
	else if (strcmp(a->method, "bilinear") == 0)
		first = between(centre, a, weight);
	else
		first = triangle(centre, scale > 1.0 ? scale : 1.0, a, weight);
	for (k = 0; k < a->most; k++) {
		if (first + k >= a->in)
			weight[k] = 0.0;
		sum += weight[k];
	}
	for (k = 0; k < a->most; k++)
		a->weight[o * a->most + k] = (float)(weight[k] / sum);
	a->first[o] = (int32_t)first;
}

void
axis_fill(struct axis *a, double *room)
{
	int64_t o;

	for (o = 0; o < a->out; o++)
		fill_taps(a, o, room);
}
