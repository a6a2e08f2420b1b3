/* Lists model files as the second reader does (read-model.py): PATH, type, shape,
   SHA-256 of the bytes, SHA-256 of the values as doubles or 64-bit integers; then
   the three identities: list-model FILE...  What nn-info --check would find is
   refused as well. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "model.h"

static struct arena arena;
static struct err err;

/* A number of that many bits of exponent and mantissa. */
static double
real_of(uint64_t bits, int exponent, int mantissa)
{
	uint64_t all = ((uint64_t)1 << exponent) - 1;
	uint64_t e = bits >> mantissa & all;
	double m = (double)(bits & (((uint64_t)1 << mantissa) - 1));
	int bias = (int)(all >> 1);
	double v;

	if (e == all)
		v = m != 0 ? NAN : INFINITY;
	else if (e == 0)
		v = ldexp(m, 1 - bias - mantissa);
	else
		v = ldexp(m + ldexp(1, mantissa), (int)e - bias - mantissa);
	return bits >> (exponent + mantissa) & 1 ? -v : v;
}

/* Element i in 8 bytes. */
static uint64_t
wide(const struct h5_object *d, size_t i)
{
	const char *data =
	    (const char *)d->data + i * dtype_size(d->type.dtype);
	uint64_t bits = 0;
	double v;

	memcpy(&bits, data, dtype_size(d->type.dtype));
	switch (d->type.dtype) {
	case DTYPE_I32:
		return (uint64_t)(int64_t)(int32_t)bits;
	case DTYPE_I8:
		return (uint64_t)(int64_t)(int8_t)bits;
	case DTYPE_F32:
		v = real_of(bits, 8, 23);
		break;
	case DTYPE_F16:
		v = real_of(bits, 5, 10);
		break;
	case DTYPE_BF16:
		v = real_of(bits, 8, 7);
		break;
	default: /* they have 8 bytes, or no sign */
		return bits;
	}
	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static void
values_digest(char hex[FMT_HEX], const struct h5_object *d)
{
	struct sha256 sum;
	uint8_t raw[SHA256_BYTES];
	size_t i, n;

	sha256_begin(&sum);
	if (d->type.text > 0) {
		sha256_add(&sum, d->data, d->bytes);
	} else {
		n = d->bytes / dtype_size(d->type.dtype);
		for (i = 0; i < n; i++) {
			uint64_t bits = wide(d, i);

			sha256_add(&sum, &bits, sizeof(bits));
		}
	}
	sha256_end(&sum, raw);
	digest_hex(hex, raw, sizeof(raw));
}

static int
list(struct h5_object *o, void *ctx)
{
	const struct h5_object *d = o->same != NULL ? o->same : o;
	char shape[SHAPE_TEXT], text[32], hex[FMT_HEX];

	(void)ctx;
	if (o->is_group)
		return 0;
	snprintf(text, sizeof(text), "text%u", (unsigned)d->type.text);
	values_digest(hex, d);
	printf("%s\t%s\t%s\t%s\t%s\n", h5_path(o, &arena, &err),
	    d->type.text > 0 ? text : dtype_name(d->type.dtype),
	    shape_print(shape, &d->shape),
	    h5_need_text(d, "sha256", &arena, &err), hex);
	return 0;
}

static void
finding(void *file, const char *where, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", (const char *)file, where, what);
}

int
main(int argc, char **argv)
{
	int i, status = 0;

	for (i = 1; i < argc; i++) {
		struct fmt_model m;

		err_clear(&err);
		if (fmt_open(&m, argv[i], &arena, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			status = 3;
			continue;
		}
		h5_walk(m.map->root, list, NULL);
		if (fmt_check(&m, finding, argv[i], &err) != 0)
			status = 3;
		printf("content_id\t%s\nweights_id\t%s\nstate_id\t%s\n",
		    m.content_id, m.weights_id, m.state_id);
		fmt_close(&m);
		arena_free(&arena);
	}
	return status;
}
