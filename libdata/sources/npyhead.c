/* What the header of an NPY file says: a Python literal with exactly three
   keys; anything else is refused. */
#include <inttypes.h>
#include <string.h>

#include "bounds.h"
#include "sources/npyhead.h"

enum { MAGIC = 6 };

/* The header's text on its way. */
struct literal {
	const char *p, *end;
};

int
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
	if (n > NPY_HEADER_MAX || n > f->n - at)
		return err_set(
		    err, ERR_DATA, "its header says it has %zu bytes", n);
	l->p = (const char *)p + at;
	l->end = l->p + n;
	return 0;
}

int
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
