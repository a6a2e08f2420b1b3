/* IDX, the format of MNIST: a header, then numbers; plain or gzipped.

   00 00 TYPE RANK, RANK big-endian sizes, numbers big-endian.  Plain files
   are mapped, gzipped ones inflated once into the size their header declares.
   Bytes stay bytes until the batch is formed. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "bounds.h"
#include "source.h"
#include "sources/gz.h"

enum {
	HEADER_MAX = 4 + 4 * IDX_RANK_MAX,
	SAFE = 256,
	SOON_BYTES = 4096,
};

struct idx_conf {
	const char *labels;
};

static const struct attr idx_attrs[] = {
	{ ATTR(WORD, struct idx_conf, labels), 0, 0, "",
	    "file of the labels (default: found by MNIST's names)", 0, NULL },
	{ 0 },
};

/* One opened IDX file. */
struct idx {
	int type, size; /* of an element */
	int rank;
	int64_t dim[IDX_RANK_MAX];
	const uint8_t *data;
	int64_t each; /* elements of a sample */
};

struct idx_state {
	struct idx x;
	int32_t *label;
};

static uint32_t
big_endian(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int
type_size(int type)
{
	switch (type) {
	case 0x08: /* u8 */
	case 0x09: /* i8 */
		return 1;
	case 0x0b: /* i16 */
		return 2;
	case 0x0c: /* i32 */
	case 0x0d: /* f32 */
		return 4;
	case 0x0e: /* f64 */
		return 8;
	default:
		return 0;
	}
}

static int
idx_bid(const uint8_t *bytes, size_t n, int is_dir)
{
	return !is_dir && n >= 4 && bytes[0] == 0 && bytes[1] == 0 &&
		type_size(bytes[2]) > 0 && bytes[3] >= 1 &&
		bytes[3] <= IDX_RANK_MAX
	    ? 80
	    : 0;
}

/* What people get by mistake instead of an IDX file. */
static int
not_idx(const uint8_t *bytes, size_t n, struct err *err)
{
	if (n == 0)
		return err_set(err, ERR_DATA, "is empty");
	if (bytes[0] == '<')
		return err_set(err, ERR_DATA,
		    "is a web page, not IDX: download the file again");
	if (n < 4)
		return err_set(err, ERR_DATA, "is cut off: %zu bytes", n);
	return err_set(err, ERR_DATA,
	    "is not IDX: begins with %02x %02x %02x %02x", bytes[0], bytes[1],
	    bytes[2], bytes[3]);
}

/* Takes the header apart; *total becomes the bytes of all numbers. */
static int
parse_header(struct idx *x, const uint8_t *bytes, size_t n, uint64_t *total,
    struct err *err)
{
	int i;

	*total = 0;
	if (!idx_bid(bytes, n, 0))
		return not_idx(bytes, n, err);
	x->type = bytes[2];
	x->size = type_size(x->type);
	x->rank = bytes[3];
	assert(x->size > 0 && x->rank > 0);
	if (n < 4 + 4 * (size_t)x->rank)
		return err_set(err, ERR_DATA, "is cut off in its header");
	*total = (uint64_t)x->size;
	for (i = 0; i < x->rank; i++) {
		x->dim[i] = big_endian(bytes + 4 + 4 * (size_t)i);
		if (x->dim[i] == 0)
			return err_set(
			    err, ERR_DATA, "dimension %d is zero", i + 1);
		if (__builtin_mul_overflow(
			*total, (uint64_t)x->dim[i], total) ||
		    *total > SIZE_MAX / 4)
			return err_set(
			    err, ERR_DATA, "its header says too many numbers");
	}
	x->each = (int64_t)(*total / (uint64_t)x->size) / x->dim[0];
	return 0;
}

static int
parse_plain(struct idx *x, const uint8_t *bytes, size_t n, struct err *err)
{
	size_t header;
	uint64_t total;

	if (parse_header(x, bytes, n, &total, err) < 0)
		return -1;
	header = 4 + 4 * (size_t)x->rank;
	if (n - header != total)
		return err_set(err, ERR_DATA,
		    "holds %zu bytes of numbers, its header says %" PRIu64,
		    n - header, total);
	x->data = bytes + header;
	return 0;
}

static int
parse_gzip(
    struct idx *x, const struct file *f, struct arena *arena, struct err *err)
{
	uint8_t head[HEADER_MAX];
	long n = gz_head(f->bytes, f->n, head, sizeof(head));
	uint64_t total;
	size_t header;
	uint8_t *all;

	if (n < 0)
		return err_set(err, ERR_DATA, "gzip: wrong data");
	if (parse_header(x, head, (size_t)n, &total, err) < 0)
		return -1;
	header = 4 + 4 * (size_t)x->rank;
	if (!gz_plausible(f->n, total))
		return err_set(err, ERR_DATA,
		    "its header says %" PRIu64
		    " bytes, more than %zu gzipped bytes can hold",
		    total, f->n);
	all = arena_slab(arena, header + total, err);
	if (all == NULL ||
	    gz_inflate(f->bytes, f->n, all, header + total, err) < 0)
		return -1;
	x->data = all + header;
	return 0;
}

static int
idx_parse(struct idx *x, struct file *f, struct arena *arena, struct err *err)
{
	if (!gz_is(f->bytes, f->n))
		return parse_plain(x, f->bytes, f->n, err);
	if (parse_gzip(x, f, arena, err) < 0)
		return -1;
	file_close(f);
	return 0;
}

/* Element i as a number. */
static double
element(const struct idx *x, int64_t i)
{
	const uint8_t *p = x->data + i * x->size;
	union {
		uint32_t u;
		float f;
	} four;
	union {
		uint64_t u;
		double f;
	} eight;

	switch (x->type) {
	case 0x08:
		return *p;
	case 0x09:
		return (int8_t)*p;
	case 0x0b:
		return (int16_t)(uint16_t)(p[0] << 8 | p[1]);
	case 0x0c:
		return (int32_t)big_endian(p);
	case 0x0d:
		four.u = big_endian(p);
		return four.f;
	default:
		eight.u = (uint64_t)big_endian(p) << 32 | big_endian(p + 4);
		return eight.f;
	}
}

/* Replaces the last occurrence of from in the file name by to, which is as
   long; 0 when there is none. */
static int
rename_part(char *path, const char *from, const char *to)
{
	char *base = strrchr(path, '/');
	char *at = NULL, *p;

	for (p = base == NULL ? path : base; (p = strstr(p, from)) != NULL; p++)
		at = p;
	if (at == NULL)
		return 0;
	while (*to != '\0')
		*at++ = *to++;
	return 1;
}

/* Who cannot be asked is not taken for one who is not there. */
static int
is_there(const char *path, struct err *err)
{
	if (access(path, F_OK) == 0)
		return err->code == ERR_NONE;
	if (errno != ENOENT && errno != ENOTDIR)
		err_errno(err, "%s", path);
	return 0;
}

/* train-images-idx3-ubyte.gz -> train-labels-idx1-ubyte.gz, or without .gz;
   NULL when the name is not like that or there is no such file. */
static char *
find_labels(const struct source *s, struct err *err)
{
	size_t n = strlen(s->name);
	size_t size = n + 16;
	char *path = arena_alloc(s->arena, size, err);

	if (path == NULL)
		return NULL;
	snprintf(path, size, "%s", s->name);
	if (!rename_part(path, "images", "labels"))
		return NULL;
	rename_part(path, "idx3", "idx1");
	rename_part(path, "idx4", "idx1");
	if (is_there(path, err))
		return path;
	n = strlen(path);
	if (n > 3 && strcmp(path + n - 3, ".gz") == 0)
		path[n - 3] = '\0';
	else
		memcpy(path + n, ".gz", 4);
	return is_there(path, err) ? path : NULL;
}

static int
take_labels(struct source *s, struct idx_state *st, const struct idx *y,
    struct err *err)
{
	int64_t i, n = st->x.dim[0];

	if (y->rank != 1 || y->type == 0x0d || y->type == 0x0e)
		return err_set(err, ERR_DATA,
		    "is not a file of labels (one whole number a sample)");
	if (y->dim[0] != n)
		return err_set(err, ERR_DATA,
		    "%" PRId64 " labels for the %" PRId64 " samples of %s",
		    y->dim[0], n, s->name);
	st->label = arena_slab(s->arena, (size_t)n * sizeof(st->label[0]), err);
	if (st->label == NULL)
		return -1;
	for (i = 0; i < n; i++)
		st->label[i] = (int32_t)element(y, i);
	return source_integer_labels(s, st->label, n, err);
}

static int
read_labels(
    struct source *s, struct idx_state *st, const char *path, struct err *err)
{
	struct idx y = { 0 };
	struct file f;
	char safe[SAFE];
	int failed = file_open(&f, path, err);

	if (!failed) {
		failed = idx_parse(&y, &f, s->arena, err) < 0 ||
		    take_labels(s, st, &y, err) < 0;
		file_close(&f);
	}
	return failed ? err_in(err, "%s",
			    text_safe(safe, sizeof(safe), path, strlen(path)))
		      : 0;
}

static int
idx_open(struct source *s, const void *conf, struct err *err)
{
	const struct idx_conf *c = conf;
	struct idx_state *st = arena_alloc(s->arena, sizeof(*st), err);
	const char *path;

	if (st == NULL || idx_parse(&st->x, &s->file, s->arena, err) < 0)
		return -1;
	s->state = st;
	s->count = st->x.dim[0];
	path = c->labels[0] != '\0' ? c->labels : find_labels(s, err);
	if (path == NULL)
		return err->code == ERR_NONE ? 0 : -1;
	return read_labels(s, st, path, err);
}

/* N H W is pictures with one channel; N alone is samples of one number. */
static struct shape
sample_shape(const struct idx *x)
{
	struct shape shape = { 0 };
	int i;

	for (i = 1; i < x->rank; i++)
		shape.dim[shape.rank++] = x->dim[i];
	if (x->rank == 3 || x->rank == 1)
		shape.dim[shape.rank++] = 1;
	return shape;
}

/* Samples are read in random order from more than caches hold. */
static void
idx_soon(const struct source *s, int64_t i)
{
	const struct idx *x = &((const struct idx_state *)s->state)->x;
	const uint8_t *at = x->data + i * x->each * x->size;
	int64_t k, n = x->each * x->size;

	for (k = 0; k < n && k < SOON_BYTES; k += 64)
		__builtin_prefetch(at + k);
	__builtin_prefetch(at + (n < SOON_BYTES ? n : SOON_BYTES) - 1);
}

static int
idx_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	const struct idx_state *st = s->state;
	const struct idx *x = &st->x;
	union {
		const uint8_t *read_only;
		void *any;
	} at = { x->data + i * x->each };
	float *f;
	int64_t k;

	memset(out, 0, sizeof(*out));
	out->x.shape = sample_shape(x);
	out->x.dtype = x->type == 0x08 ? DTYPE_U8 : DTYPE_F32;
	out->x.data = at.any;
	if (x->type == 0x08)
		return 0;
	if (slab_grow(
		&b->x, &b->x_size, (size_t)x->each * sizeof(float), 0, err) < 0)
		return -1;
	f = out->x.data = b->x;
	for (k = 0; k < x->each; k++) {
		f[k] = (float)element(x, i * x->each + k);
		if (!isfinite(f[k]))
			return err_set(err, ERR_DATA,
			    "%s:%" PRId64 ": number %" PRId64 " is not finite",
			    s->name, i, k);
	}
	return 0;
}

static int32_t
idx_label(const struct source *s, int64_t i)
{
	const struct idx_state *st = s->state;

	return st->label == NULL ? -1 : st->label[i];
}

const struct source_kind source_idx = {
	.name = "idx",
	.help = "IDX file (MNIST), plain or gzipped",
	.attrs = idx_attrs,
	.conf_size = sizeof(struct idx_conf),
	.gzip = 1,
	.bid = idx_bid,
	.open = idx_open,
	.read = idx_read,
	.soon = idx_soon,
	.name_of = source_numbered,
	.label_of = idx_label,
};
