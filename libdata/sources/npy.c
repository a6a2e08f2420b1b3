/* NPY, NumPy's arrays: the first axis counts samples; y=FILE holds targets.
   Bytes stay bytes, all other numbers become float32. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "source.h"
#include "sources/npyhead.h"

enum { SAFE = 256 };

struct npy_conf {
	const char *y;
};

static const struct attr npy_attrs[] = {
	{ ATTR(WORD, struct npy_conf, y), 0, 0, "",
	    "file of the targets: whole numbers are labels", 0, NULL },
	{ 0 },
};

struct npy_state {
	struct npy x, y;
	struct file y_file;
	int32_t *label;
};

static uint64_t
bits(const struct npy *a, int64_t i)
{
	const uint8_t *p = a->data + i * a->size;
	uint64_t v = 0;
	int k;

	for (k = 0; k < a->size; k++)
		v = v << 8 | p[a->order == '>' ? k : a->size - 1 - k];
	return v;
}

static double
element(const struct npy *a, int64_t i)
{
	uint64_t v = bits(a, i);
	uint32_t four = (uint32_t)v;
	float f;
	double d;

	if (a->kind == 'f' && a->size == 4) {
		memcpy(&f, &four, sizeof(f));
		return f;
	}
	if (a->kind == 'f') {
		memcpy(&d, &v, sizeof(d));
		return d;
	}
	if (a->kind == 'i' && a->size < 8) /* the sign to the front and back */
		return (double)((int64_t)(v << (64 - 8 * a->size)) >>
		    (64 - 8 * a->size));
	return a->kind == 'i' ? (double)(int64_t)v : (double)v;
}

static int
take_numbers(const struct npy *a, int64_t i, float *out, struct err *err)
{
	int64_t k;

	for (k = 0; k < a->each; k++) {
		out[k] = (float)element(a, i * a->each + k);
		if (!isfinite(out[k]))
			return err_set(err, ERR_DATA,
			    "sample %" PRId64 ": number %" PRId64
			    " is not finite",
			    i, k);
	}
	return 0;
}

/* Whole numbers, one a sample, are labels when they can be. */
static int
take_labels(struct source *s, struct npy_state *st, struct err *err)
{
	const struct npy *y = &st->y;
	int64_t i, n = y->shape.dim[0];
	double v;

	if (y->kind == 'f' || y->each != 1)
		return 0;
	st->label = arena_slab(s->arena, (size_t)n * sizeof(st->label[0]), err);
	if (st->label == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		v = element(y, i);
		if (v < 0 || v >= LABELS_MAX) {
			st->label = NULL;
			return 0;
		}
		st->label[i] = (int32_t)v;
	}
	return source_integer_labels(s, st->label, n, err);
}

static int
read_targets(
    struct source *s, struct npy_state *st, const char *path, struct err *err)
{
	char safe[SAFE];

	if (file_open(&st->y_file, path, err) == 0 &&
	    npy_parse(&st->y, &st->y_file, err) == 0 &&
	    st->y.shape.dim[0] != st->x.shape.dim[0])
		err_set(err, ERR_DATA,
		    "%" PRId64 " targets for %" PRId64 " samples",
		    st->y.shape.dim[0], st->x.shape.dim[0]);
	if (err->code == ERR_NONE)
		take_labels(s, st, err);
	if (err->code != ERR_NONE)
		return err_in(err, "%s",
		    text_safe(safe, sizeof(safe), path, strlen(path)));
	s->has_y = 1;
	return 0;
}

static int
npy_open(struct source *s, const void *conf, struct err *err)
{
	const struct npy_conf *c = conf;
	struct npy_state *st = arena_alloc(s->arena, sizeof(*st), err);

	if (st == NULL)
		return -1;
	s->state = st;
	if (npy_parse(&st->x, &s->file, err) < 0)
		return -1;
	s->count = st->x.shape.dim[0];
	return c->y[0] == '\0' ? 0 : read_targets(s, st, c->y, err);
}

static struct shape
sample_of(const struct npy *a)
{
	struct shape shape = shape_sample(&a->shape);

	if (shape.rank == 0 ||
	    (shape.rank == 2 && a->kind == 'u' && a->size == 1))
		shape.dim[shape.rank++] = 1;
	return shape;
}

static int
read_x(const struct npy *x, int64_t i, struct tensor *out,
    struct sample_buffer *b, struct err *err)
{
	union {
		const uint8_t *read_only;
		void *any;
	} at = { x->data + i * x->each };

	out->shape = sample_of(x);
	if (x->kind == 'u' && x->size == 1) {
		out->dtype = DTYPE_U8;
		out->data = at.any;
		return 0;
	}
	if (slab_grow(
		&b->x, &b->x_size, (size_t)x->each * sizeof(float), 0, err) < 0)
		return -1;
	out->dtype = DTYPE_F32;
	out->data = b->x;
	return take_numbers(x, i, b->x, err);
}

static int
npy_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	const struct npy_state *st = s->state;
	const struct npy *y = &st->y;

	memset(out, 0, sizeof(*out));
	if (read_x(&st->x, i, &out->x, b, err) < 0)
		return err_in(err, "%s", s->name);
	if (!s->has_y)
		return 0;
	if (slab_grow(
		&b->y, &b->y_size, (size_t)y->each * sizeof(float), 0, err) < 0)
		return -1;
	out->y = (struct tensor){ DTYPE_F32, sample_of(y), b->y };
	if (take_numbers(y, i, b->y, err) < 0)
		return err_in(err, "%s: y", s->name);
	return 0;
}

static int32_t
npy_label(const struct source *s, int64_t i)
{
	const struct npy_state *st = s->state;

	return st->label == NULL ? -1 : st->label[i];
}

static void
npy_close(struct source *s)
{
	struct npy_state *st = s->state;

	if (st != NULL && st->y_file.bytes != NULL)
		file_close(&st->y_file);
}

const struct source_kind source_npy = {
	.name = "npy",
	.help = "NumPy array, the first axis counts samples",
	.attrs = npy_attrs,
	.conf_size = sizeof(struct npy_conf),
	.bid = npy_bid,
	.open = npy_open,
	.read = npy_read,
	.name_of = source_numbered,
	.label_of = npy_label,
	.close = npy_close,
};
