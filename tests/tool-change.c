/* How far the tensors of two models of the same layers are apart, for the
   tests of the tools: tool-change A B prints a line for each tensor: its name,
   the mean of |a - b|, and the largest |a - b|. */
#include <math.h>
#include <stdio.h>

#include "fmt.h"

static struct arena arena;
static struct err err;

static int
compare(const char *layer, const struct param *a, const struct param *b)
{
	int64_t n = shape_count(&a->value.shape);
	const float *x = a->value.data, *y = b->value.data;
	double sum = 0, most = 0;

	if (n != shape_count(&b->value.shape))
		return -1;
	for (int64_t i = 0; i < n; i++) {
		double d = fabs((double)x[i] - (double)y[i]);

		sum += d;
		most = d > most ? d : most;
	}
	printf("%s/%s %.9g %.9g\n", layer, a->name, sum / (double)n, most);
	return 0;
}

int
main(int argc, char **argv)
{
	struct fmt_model a, b;

	if (argc != 3 || fmt_open(&a, argv[1], &arena, &err) < 0 ||
	    fmt_open(&b, argv[2], &arena, &err) < 0) {
		fprintf(stderr, "tool-change: %s\n", err.text);
		return 1;
	}
	for (int i = 0; i < a.graph.nnodes && i < b.graph.nnodes; i++)
		for (int k = 0; k < a.graph.nodes[i].nparams; k++)
			if (compare(a.graph.nodes[i].name,
				&a.graph.nodes[i].params[k],
				&b.graph.nodes[i].params[k]) < 0)
				return 1;
	fmt_close(&a);
	fmt_close(&b);
	arena_free(&arena);
	return 0;
}
