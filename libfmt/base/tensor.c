/* A shape, and numbers in that shape; every product is checked. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tensor.h"
#include "base/text.h"

static const struct {
	const char *name;
	size_t size;
} types[DTYPE_N] = {
	[DTYPE_F32] = { "f32", 4 },
	[DTYPE_F64] = { "f64", 8 },
	[DTYPE_I64] = { "i64", 8 },
	[DTYPE_I32] = { "i32", 4 },
	[DTYPE_U8] = { "u8", 1 },
	[DTYPE_I8] = { "i8", 1 },
	[DTYPE_F16] = { "f16", 2 },
	[DTYPE_BF16] = { "bf16", 2 },
};

const char *
dtype_name(enum dtype dtype)
{
	return types[dtype].name;
}

size_t
dtype_size(enum dtype dtype)
{
	return types[dtype].size;
}

int
dtype_from_name(const char *name, enum dtype *dtype)
{
	for (int i = 0; i < DTYPE_N; i++) {
		if (strcmp(types[i].name, name) == 0) {
			*dtype = (enum dtype)i;
			return 0;
		}
	}
	return -1;
}

int64_t
shape_count(const struct shape *shape)
{
	int64_t n = 1;

	for (int i = 0; i < shape->rank; i++) {
		if (shape->dim[i] < 0 ||
		    __builtin_mul_overflow(n, shape->dim[i], &n))
			return -1;
	}
	return n;
}

int
shape_equal(const struct shape *a, const struct shape *b)
{
	if (a->rank != b->rank)
		return 0;
	for (int i = 0; i < a->rank; i++) {
		if (a->dim[i] != b->dim[i])
			return 0;
	}
	return 1;
}

char *
shape_print(char out[SHAPE_TEXT], const struct shape *shape)
{
	int n = 0;

	if (shape->rank <= 0)
		return strcpy(out, "scalar");
	for (int i = 0; i < shape->rank && i < SHAPE_MAX; i++)
		n += snprintf(out + n, (size_t)(SHAPE_TEXT - n), "%s%" PRId64,
		    i > 0 ? "x" : "", shape->dim[i]);
	return out;
}

/* One dim out of "28x28": digits up to an 'x' or the end. */
static const char *
parse_dim(const char *s, int64_t *dim)
{
	char word[24];
	size_t n = strspn(s, "0123456789");
	long long v;

	if (n == 0 || n >= sizeof(word) || (s[n] != 'x' && s[n] != '\0'))
		return NULL;
	memcpy(word, s, n);
	word[n] = '\0';
	if (text_to_int(word, &v) < 0)
		return NULL;
	*dim = v;
	return s + n;
}

int
shape_parse(struct shape *shape, const char *s)
{
	*shape = (struct shape){ 0 };
	if (strcmp(s, "scalar") == 0)
		return 0;
	while (shape->rank < SHAPE_MAX) {
		s = parse_dim(s, &shape->dim[shape->rank++]);
		if (s == NULL)
			return -1;
		if (*s++ == '\0')
			return 0;
	}
	return -1;
}

struct shape
shape_batch(int64_t n, const struct shape *sample)
{
	struct shape s = { .rank = 1, .dim = { n } };

	for (int i = 0; i < sample->rank && s.rank < SHAPE_MAX; i++)
		s.dim[s.rank++] = sample->dim[i];
	return s;
}

struct shape
shape_sample(const struct shape *batch)
{
	struct shape s = { 0 };

	for (int i = 1; i < batch->rank; i++)
		s.dim[s.rank++] = batch->dim[i];
	return s;
}

int
tensor_bytes(const struct tensor *t, size_t *bytes, struct err *err)
{
	int64_t n = shape_count(&t->shape);
	char text[SHAPE_TEXT];

	if (n < 0 || (uint64_t)n > (uint64_t)INT64_MAX / 8)
		return err_set(err, ERR_MODEL, "a tensor of %s is too large",
		    shape_print(text, &t->shape));
	*bytes = (size_t)n * dtype_size(t->dtype);
	return 0;
}
