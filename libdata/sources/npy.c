/* NPY, NumPy's arrays: the first axis counts samples; y=FILE holds targets.

   The header is a Python literal with exactly three keys; anything else is
   refused.  Bytes stay bytes, all other numbers become float32. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "source.h"

enum { MAGIC = 6, HEADER_MAX = 65536, SAFE = 256 };

struct npy_conf {
	const char *y;
};

static const struct attr npy_attrs[] = {
	{ ATTR(WORD, struct npy_conf, y), 0, 0, "",
	    "file of the targets: whole numbers are labels", 0, NULL },
	{ 0 },
};

struct npy {
	char order, kind; /* '<' '>' '|'; 'f' 'i' 'u' 'b' */
	int size;
	struct shape shape;
	const uint8_t *data;
	int64_t each; /* numbers of a sample */
};

struct npy_state {
	struct npy x, y;
	struct file y_file;
	int32_t *label;
};

/* The header's text on its way. */
struct literal {
	const char *p, *end;
};

static int
npy_bid(const uint8_t *bytes, size_t n, int is_dir)
{
	return !is_dir && n >= MAGIC + 2 &&
		memcmp(bytes, "\x93NUMPY", MAGIC) == 0
	    ? 90
	    : 0;
}

static void
skip_space(struct literal *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\n'))
		l->p++;
}

/* Is this the next sign?  Then goes behind it. */
static int
sign(struct literal *l, char c)
{
	skip_space(l);
	if (l->p == l->end || *l->p != c)
		return 0;
	l->p++;
	return 1;
}

static int
quoted(struct literal *l, char *out, size_t size)
{
	char quote;
	size_t n = 0;

	skip_space(l);
	if (l->p == l->end || (*l->p != '\'' && *l->p != '"'))
		return -1;
	quote = *l->p++;
	while (l->p < l->end && *l->p != quote) {
		if (n + 1 >= size || *l->p == '\\')
			return -1;
		out[n++] = *l->p++;
	}
	out[n] = '\0';
	return sign(l, quote) ? 0 : -1;
}

static int
word(struct literal *l, const char *w)
{
	size_t n = strlen(w);

	skip_space(l);
	if ((size_t)(l->end - l->p) < n || memcmp(l->p, w, n) != 0)
		return 0;
	l->p += n;
	return 1;
}

static int
dimension(struct literal *l, int64_t *v)
{
	skip_space(l);
	if (l->p == l->end || *l->p < '0' || *l->p > '9')
		return -1;
	for (*v = 0; l->p < l->end && *l->p >= '0' && *l->p <= '9'; l->p++)
		if (__builtin_mul_overflow(*v, 10, v) ||
		    __builtin_add_overflow(*v, *l->p - '0', v))
			return -1;
	return 0;
}

/* "(60000, 28, 28)", "(10,)", "()" */
static int
tuple(struct literal *l, struct shape *shape)
{
	shape->rank = 0;
	if (!sign(l, '('))
		return -1;
	while (!sign(l, ')')) {
		if (shape->rank == SHAPE_MAX ||
		    dimension(l, &shape->dim[shape->rank++]) < 0)
			return -1;
		if (!sign(l, ','))
			return shape->rank > 1 && sign(l, ')') ? 0 : -1;
	}
	return 0;
}

static int
take_type(struct npy *a, const char *descr, struct err *err)
{
	static const char *const known[] = { "|b1", "|u1", "|i1", "<u2", "<i2",
		"<u4", "<i4", "<u8", "<i8", "<f4", "<f8", NULL };
	char little[4];
	int i;

	memcpy(little, strlen(descr) == 3 ? descr : "???", 4);
	if (little[0] == '>')
		little[0] = '<';
	for (i = 0; known[i] != NULL; i++)
		if (strcmp(little, known[i]) == 0) {
			a->order = descr[0];
			a->kind = descr[1];
			a->size = descr[2] - '0';
			return 0;
		}
	return err_set(err, ERR_DATA,
	    "numbers of type '%.20s' are not read; save it with "
	    "astype('float32')",
	    descr);
}

static int
take_key(struct npy *a, struct literal *l, int *seen, struct err *err)
{
	char key[32] = "", descr[32] = "";

	if (quoted(l, key, sizeof(key)) < 0 || !sign(l, ':'))
		return err_set(err, ERR_DATA, "its header is no NPY header");
	if (strcmp(key, "descr") == 0 && !(*seen & 1)) {
		*seen |= 1;
		if (quoted(l, descr, sizeof(descr)) < 0)
			return err_set(err, ERR_DATA,
			    "its type is not one of plain numbers");
		return take_type(a, descr, err);
	}
	if (strcmp(key, "fortran_order") == 0 && !(*seen & 2)) {
		*seen |= 2;
		if (word(l, "False"))
			return 0;
		return err_set(err, ERR_DATA,
		    "is in Fortran order; save numpy.ascontiguousarray of it");
	}
	if (strcmp(key, "shape") == 0 && !(*seen & 4)) {
		*seen |= 4;
		if (tuple(l, &a->shape) == 0)
			return 0;
		return err_set(err, ERR_DATA, "its shape is no tuple of sizes");
	}
	return err_set(
	    err, ERR_DATA, "its header has the key '%s' too much", key);
}

static int
take_header(struct npy *a, struct literal l, struct err *err)
{
	int seen = 0;

	if (!sign(&l, '{'))
		return err_set(err, ERR_DATA, "its header is no NPY header");
	while (!sign(&l, '}')) {
		if (take_key(a, &l, &seen, err) < 0)
			return -1;
		if (!sign(&l, ',') && (l.p == l.end || *l.p != '}'))
			return err_set(
			    err, ERR_DATA, "its header is no NPY header");
	}
	skip_space(&l);
	if (seen != 7 || l.p != l.end)
		return err_set(err, ERR_DATA, "its header is no NPY header");
	return 0;
}

/* Where the header's text lies; versions 2 and 3 have a longer length. */
static int
find_header(const struct file *f, struct literal *l, struct err *err)
{
	const uint8_t *p = f->bytes;
	size_t at = MAGIC + 4, n;

	if (!npy_bid(p, f->n, 0))
		return err_set(err, ERR_DATA, "is not NPY");
	if (p[MAGIC] < 1 || p[MAGIC] > 3 || p[MAGIC + 1] != 0)
		return err_set(err, ERR_DATA, "is NPY version %d.%d", p[MAGIC],
		    p[MAGIC + 1]);
	if (p[MAGIC] > 1)
		at += 2;
	if (f->n < at)
		return err_set(err, ERR_DATA, "is cut off in its header");
	n = p[8] | (size_t)p[9] << 8;
	if (p[MAGIC] > 1)
		n |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
	if (n > HEADER_MAX || n > f->n - at)
		return err_set(
		    err, ERR_DATA, "its header says it has %zu bytes", n);
	l->p = (const char *)p + at;
	l->end = l->p + n;
	return 0;
}

static int
npy_parse(struct npy *a, const struct file *f, struct err *err)
{
	struct literal l;
	int64_t count, bytes;
	size_t rest;

	if (find_header(f, &l, err) < 0 || take_header(a, l, err) < 0)
		return -1;
	count = shape_count(&a->shape);
	if (a->shape.rank < 1 || count < 1 ||
	    __builtin_mul_overflow(count, a->size, &bytes))
		return err_set(err, ERR_DATA, "holds no samples");
	rest = f->n - (size_t)((const uint8_t *)l.end - f->bytes);
	if (rest != (size_t)bytes)
		return err_set(err, ERR_DATA,
		    "holds %zu bytes of numbers, its header says %" PRId64,
		    rest, bytes);
	a->data = (const uint8_t *)l.end;
	a->each = count / a->shape.dim[0];
	return 0;
}

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
