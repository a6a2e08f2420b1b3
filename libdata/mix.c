/* Samples of a batch mixed with each other (mixup, Zhang et al. 2018; cutmix,
   Yun et al. 2019).

   Every sample has a share of its own, drawn by its number, and a partner in
   the batch, all at the same distance, drawn by the number of the batch: what
   becomes of it depends on seed, epoch and order alone. */
#include <math.h>
#include <string.h>

#include "base/hot.h"
#include "mix.h"

/* Words of a sample's own row of random numbers, one after another. */
struct words {
	struct rng_key key;
	uint32_t epoch, next;
	uint64_t sample;
};

static uint32_t
word(struct words *w)
{
	return rng_u32(w->key, w->epoch, w->sample, w->next++);
}

/* Of (0, 1]. */
static double
unit(struct words *w)
{
	return ((double)word(w) + 1.0) * 0x1p-32;
}

static double
normal(struct words *w)
{
	uint32_t a = word(w);

	return rng_normal(a, word(w));
}

/* The logarithm of a gamma variate of that shape (Marsaglia and Tsang 2000):
   of shape + 1 and a power of a unit, for their way wants a shape of at least
   1; as a logarithm, for small shapes give numbers that no double can hold. */
static double
log_gamma_variate(struct words *w, double shape)
{
	double d = shape + 1.0 - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d), x, v;

	do {
		x = normal(w);
		v = 1.0 + c * x;
		v = v * v * v;
	} while (
	    v <= 0.0 || log(unit(w)) >= 0.5 * x * x + d - d * v + d * log(v));
	return log(d * v) + log(unit(w)) / shape;
}

double
mix_share(struct rng_key key, uint32_t epoch, uint64_t sample, double alpha)
{
	struct words w = { key, epoch, 0, sample };
	double a = log_gamma_variate(&w, alpha);
	double b = log_gamma_variate(&w, alpha);

	return 1.0 / (1.0 + exp(b - a));
}

int
mixer_begin(struct mixer *m, const struct mix_conf *what,
    const struct shape *sample, int batch, uint64_t seed, struct arena *arena,
    struct err *err)
{
	size_t n = (size_t)batch, bytes;

	m->what = *what;
	m->sample = *sample;
	m->numbers = shape_count(sample);
	m->share = rng_key(seed, "mix");
	m->shift = rng_key(seed, "mix/partner");
	m->box = rng_key(seed, "mix/box");
	if (__builtin_mul_overflow(
		n * sizeof(float), (size_t)m->numbers, &bytes))
		return err_set(err, ERR_IO, "out of memory");
	m->x = arena_slab(arena, bytes, err);
	m->label = arena_slab(arena, n * sizeof(m->label[0]), err);
	return m->x == NULL || m->label == NULL ? -1 : 0;
}

/* x = share x + (1 - share) other */
HOT static void
blend(float *x, const float *other, int64_t n, float share)
{
	float rest = 1.0F - share;
	int64_t i;

	for (i = 0; i < n; i++)
		x[i] = share * x[i] + rest * other[i];
}

/* The ends of a piece of `size` out of `all` around a random middle, what
   stands out cut off. */
static void
piece(uint32_t random, int64_t all, double size, int64_t *from, int64_t *to)
{
	int64_t middle = (int64_t)((uint64_t)random * (uint64_t)all >> 32);
	int64_t half = (int64_t)((double)all * size) / 2;

	*from = middle - half < 0 ? 0 : middle - half;
	*to = middle + half > all ? all : middle + half;
}

/* A rectangle of the other picture over this one; the share that is left. */
static double
paste(const struct mixer *m, float *x, const float *other, uint64_t id,
    uint32_t epoch, double share)
{
	int64_t h = m->sample.dim[0], w = m->sample.dim[1];
	int64_t c = m->sample.dim[2], top, bottom, left, right, y, at;
	double size = sqrt(1.0 - share);

	piece(rng_u32(m->box, epoch, id, 0), h, size, &top, &bottom);
	piece(rng_u32(m->box, epoch, id, 1), w, size, &left, &right);
	for (y = top; y < bottom; y++) {
		at = (y * w + left) * c;
		memcpy(x + at, other + at,
		    (size_t)((right - left) * c) * sizeof(float));
	}
	return 1.0 -
	    (double)((bottom - top) * (right - left)) / (double)(h * w);
}

/* One output is the share of the second class. */
static void
put_target(float *y, int64_t width, int32_t own, int32_t other, float share)
{
	memset(y, 0, (size_t)width * sizeof(*y));
	if (width == 1) {
		y[0] = share * (float)own + (1.0F - share) * (float)other;
		return;
	}
	y[own] += share;
	y[other] += 1.0F - share;
}

static void
mix_one(struct mixer *m, const struct mix_batch *b, int i, int partner)
{
	float *x = b->x + i * m->numbers;
	const float *other = m->x + partner * m->numbers;
	double share = mix_share(m->share, b->epoch, b->id[i], m->what.alpha);

	if (partner == i)
		share = 1.0;
	else if (m->what.how == MIX_CUT)
		share = paste(m, x, other, b->id[i], b->epoch, share);
	else
		blend(x, other, m->numbers, (float)share);
	put_target(b->y + i * m->what.width, m->what.width, m->label[i],
	    m->label[partner], (float)share);
	b->label[i] = share >= 0.5 ? m->label[i] : m->label[partner];
}

/* A sample that is alone in its batch stays as it is. */
void
mixer_run(struct mixer *m, const struct mix_batch *b)
{
	uint64_t random = rng_u32(m->shift, b->epoch, (uint64_t)b->at, 0);
	int shift = (int)(random * (uint64_t)(b->n - 1) >> 32) + 1, i;

	memcpy(m->x, b->x, (size_t)(b->n * m->numbers) * sizeof(float));
	memcpy(m->label, b->label, (size_t)b->n * sizeof(m->label[0]));
	for (i = 0; i < b->n; i++)
		mix_one(m, b, i, (i + shift) % b->n);
}
