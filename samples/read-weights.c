/* read-weights MODEL: the weights of a model, with their types, shapes and the
   range of their numbers.

   The file is mapped: nothing is copied, and only what is looked at is read.
   cc read-weights.c $(pkg-config --cflags --libs nnfmt) */
#include <stdio.h>
#include <nnfmt.h>

static void
print_shape(const struct nnfmt_tensor *t)
{
	int i;

	for (i = 0; i < nnfmt_tensor_rank(t); i++)
		printf("%s%lld", i > 0 ? "x" : "",
		    (long long)nnfmt_tensor_dims(t)[i]);
}

static int
print_range(const struct nnfmt_tensor *t, struct nnfmt_error *error)
{
	const float *w = nnfmt_tensor_data(t, error);
	int64_t i, n = nnfmt_tensor_length(t);
	float least = n > 0 && w != NULL ? w[0] : 0, most = least;

	if (w == NULL)
		return -1;
	for (i = 1; i < n; i++) {
		least = w[i] < least ? w[i] : least;
		most = w[i] > most ? w[i] : most;
	}
	printf("\t%g\t%g", least, most);
	return 0;
}

static int
print_one(const struct nnfmt_tensor *t, struct nnfmt_error *error)
{
	printf("%s\t%s\t", nnfmt_tensor_name(t),
	    nnfmt_dtype_name(nnfmt_tensor_dtype(t)));
	print_shape(t);
	if (nnfmt_tensor_dtype(t) == NNFMT_F32 && print_range(t, error) < 0)
		return -1;
	puts("");
	return 0;
}

static int
print_all(const struct nnfmt_model *model, struct nnfmt_error *error)
{
	int64_t i, n = nnfmt_tensor_count(model, NNFMT_WEIGHTS);

	for (i = 0; i < n; i++)
		if (print_one(nnfmt_tensor_at(model, NNFMT_WEIGHTS, i), error) <
		    0)
			return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct nnfmt_error error = { .text = "give a model" };
	struct nnfmt_model *model =
	    argc == 2 ? nnfmt_open(argv[1], &error) : NULL;
	int rc = model != NULL ? print_all(model, &error) : -1;

	if (rc < 0)
		fprintf(stderr, "read-weights: %s\n", error.text);
	nnfmt_close(model);
	return rc < 0;
}
