/* The yardstick of P1: MNIST, dense 128 relu, dense 10 softmax, Adam, batch
   32, on one thread, as one would write it for this net alone: a matrix
   product from a library (dnnl_sgemm) and loops.

   p1-plain IMAGES LABELS [EPOCHS [TEST-IMAGES TEST-LABELS]] reads IDX files,
   plain or gzip, prints one line an epoch: seconds, mean loss.  To be compiled
   for this processor with all that makes it fast; numbers too small to matter
   are flushed to zero, or Adam crawls.  Only what keeps the figures honest is
   checked. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <dnnl.h>
#include <zlib.h>

enum { D = 784, H = 128, C = 10, B = 32, P = D * H + H + H * C + C };
enum { W1 = 0, B1 = D * H, W2 = B1 + H, B2 = W2 + H * C }; /* in P */

static float w[P], g[P], m[P], v[P]; /* parameters, gradient, moments */
static float x[B * D], h[B * H], dh[B * H], z[B * C];

static uint8_t *
idx_read(const char *path, size_t head, size_t size, int *n)
{
	gzFile f = gzopen(path, "rb");
	uint8_t b[16], *data;

	if (f == NULL || gzread(f, b, head) != (int)head)
		exit(fprintf(stderr, "p1-plain: %s: not readable\n", path));
	*n = b[4] << 24 | b[5] << 16 | b[6] << 8 | b[7];
	data = malloc(*n * size);
	if (data == NULL || gzread(f, data, *n * size) != (int)(*n * size))
		exit(fprintf(stderr, "p1-plain: %s: too short\n", path));
	gzclose(f);
	return data;
}

static void
gemm(char ta, char tb, int rows, int cols, int inner, const float *a,
    const float *b, float *c)
{
	if (dnnl_sgemm(ta, tb, rows, cols, inner, 1, a,
		ta == 'N' ? inner : rows, b, tb == 'N' ? cols : inner, 0, c,
		cols) != dnnl_success)
		exit(fprintf(stderr, "p1-plain: dnnl_sgemm failed\n"));
}

static void
bias_add(float *y, const float *bias, int n, int width, int relu)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j < width; j++) {
			float t = y[i * width + j] + bias[j];

			y[i * width + j] = relu && t < 0 ? 0 : t;
		}
}

static void
bias_grad(float *grad, const float *dy, int n, int width)
{
	memset(grad, 0, width * sizeof *grad);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < width; j++)
			grad[j] += dy[i * width + j];
}

static void
forward(const uint8_t *images, const int *order, int n)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j < D; j++)
			x[i * D + j] = images[(size_t)order[i] * D + j] / 255.f;
	gemm('N', 'N', n, H, D, x, w + W1, h);
	bias_add(h, w + B1, n, H, 1);
	gemm('N', 'N', n, C, H, h, w + W2, z);
	bias_add(z, w + B2, n, C, 0);
}

/* z becomes the gradient of the mean loss; returns the sum of the losses. */
static double
loss(const uint8_t *labels, const int *order, int n)
{
	double total = 0;

	for (int64_t i = 0; i < n; i++) {
		float *r = z + i * C, top = r[0], sum = 0, p;

		for (int j = 1; j < C; j++)
			top = r[j] > top ? r[j] : top;
		for (int j = 0; j < C; j++)
			sum += r[j] = expf(r[j] - top);
		p = r[labels[order[i]]] / sum;
		total -= logf(p > 1e-30f ? p : 1e-30f);
		for (int j = 0; j < C; j++)
			r[j] = (r[j] / sum - (j == labels[order[i]])) / n;
	}
	return total;
}

static void
backward(int n)
{
	gemm('T', 'N', H, C, n, h, z, g + W2);
	bias_grad(g + B2, z, n, C);
	gemm('N', 'T', n, H, C, z, w + W2, dh);
	for (int i = 0; i < n * H; i++)
		dh[i] = h[i] > 0 ? dh[i] : 0;
	gemm('T', 'N', D, H, n, x, dh, g + W1);
	bias_grad(g + B1, dh, n, H);
}

static void
adam(int t)
{
	float rate = 1e-3 * sqrt(1 - pow(.999, t)) / (1 - pow(.9, t));

	for (int i = 0; i < P; i++) {
		m[i] = .9f * m[i] + .1f * g[i];
		v[i] = .999f * v[i] + .001f * g[i] * g[i];
		w[i] -= rate * m[i] / (sqrtf(v[i]) + 1e-7f);
	}
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void
uniform(float *p, int n, float limit)
{
	for (int i = 0; i < n; i++)
		p[i] = limit * (2 * drand48() - 1);
}

static double
test(const char *image_path, const char *label_path)
{
	int n, order[B], right = 0;
	uint8_t *images = idx_read(image_path, 16, D, &n);
	uint8_t *labels = idx_read(label_path, 8, 1, &n);

	for (int i = 0; i < n; i++) {
		int best = 0;

		order[0] = i;
		forward(images, order, 1);
		for (int j = 1; j < C; j++)
			best = z[j] > z[best] ? j : best;
		right += best == labels[i];
	}
	return (double)right / n;
}

static void
shuffle(int *order, int n)
{
	for (int i = n - 1; i > 0; i--) {
		int j = lrand48() % (i + 1), o = order[i];

		order[i] = order[j];
		order[j] = o;
	}
}

static void
epoch(const uint8_t *images, const uint8_t *labels, int *order, int n)
{
	static int t;
	double start = now(), total = 0;

	shuffle(order, n);
	for (int at = 0; at < n; at += B) {
		int size = n - at < B ? n - at : B;

		forward(images, order + at, size);
		total += loss(labels, order + at, size);
		backward(size);
		adam(++t);
	}
	printf("seconds %.4f loss %.4f\n", now() - start, total / n);
}

static void
train(const char *image_path, const char *label_path, int epochs)
{
	int n;
	uint8_t *images = idx_read(image_path, 16, D, &n);
	uint8_t *labels = idx_read(label_path, 8, 1, &n);
	int *order = malloc((size_t)n * sizeof(*order));

	for (int i = 0; i < n; i++)
		order[i] = i;
	uniform(w + W1, D * H, sqrt(6. / (D + H)));
	uniform(w + W2, H * C, sqrt(6. / (H + C)));
	for (int e = 0; e < epochs; e++)
		epoch(images, labels, order, n);
	free(order);
	free(labels);
	free(images);
}

int
main(int argc, char **argv)
{
	if (argc != 3 && argc != 4 && argc != 6) {
		fprintf(stderr,
		    "usage: p1-plain IMAGES LABELS [EPOCHS "
		    "[TEST-IMAGES TEST-LABELS]]\n");
		return 2;
	}
	/* The library counts its threads before main begins. */
	if (getenv("OMP_NUM_THREADS") == NULL) {
		setenv("OMP_NUM_THREADS", "1", 1);
		execv("/proc/self/exe", argv);
	}
	train(argv[1], argv[2], argc > 3 ? (int)strtol(argv[3], NULL, 10) : 5);
	if (argc == 6)
		printf("accuracy %.4f\n", test(argv[4], argv[5]));
	return 0;
}
