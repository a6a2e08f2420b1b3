/* Model files beside what the machine can do: makes, opens, loads, checks and
   saves them, and does the plain work of the same bytes.

   format JOB ARGUMENT...

   A job prints "ms NUMBER", what it took without start-up.  A model has some
   forty tensors of f32, and no two numbers alike. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hot.h"
#include "base/write-all.h"
#include "model.h"

enum { TENSORS = 40, PIECE = 4 << 20, LANES = 64 };

static struct arena arena;
static struct err err;

static void
must(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "format: %s: %s\n", what,
	    err.code ? err.text : strerror(errno));
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void
say(double began)
{
	printf("ms %.3f\n", now() - began);
}

/* The width of square layers that are so many megabytes together. */
static int64_t
width(const char *megabytes)
{
	int64_t n = strtoll(megabytes, NULL, 10) * 1000000 / 4 / TENSORS;
	int64_t w = 1;

	while ((w + 1) * (w + 1) <= n)
		w++;
	return w;
}

/* A slab of memory that is not touched yet: zeros. */
static void *
zeros(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	must(p == MAP_FAILED ? -1 : 0, "memory");
	(void)madvise(p, n, MADV_HUGEPAGE);
	return p;
}

/* Whole numbers that go on counting: no compressible page. */
static float *
numbers(int64_t n)
{
	float *v = zeros((size_t)n * sizeof(*v));

	for (int64_t i = 0; i < n; i++)
		v[i] = (float)(i * 2654435761 % 16777213);
	return v;
}

static struct node *
layer(struct graph *g, const char *name, const char *kind, int settings)
{
	struct node *node = graph_append(g, name, kind, ERR_BUG, &err);

	must(node == NULL ? -1 : 0, kind);
	node->settings.n = settings;
	node->settings.at =
	    arena_array(&arena, (size_t)settings, sizeof(struct setting), &err);
	must(node->settings.at == NULL ? -1 : 0, kind);
	return node;
}

/* Layers of w units with a kernel each, their numbers one after the other. */
static void
model(struct fmt_model *m, float *at, int64_t w)
{
	struct graph *g = &m->graph;
	struct shape row = { 1, { w } }, square = { 2, { w, w } };
	struct node *node;
	struct param *p;

	*m = (struct fmt_model){ 0 };
	graph_begin(g, &arena);
	g->task = "regress";
	node = layer(g, NULL, "input", 1);
	node->settings.at[0] = (struct setting){
		.name = "shape", .type = ATTR_SHAPE, .shape = row
	};
	for (int i = 0; i < TENSORS; i++, at += w * w) {
		node = layer(g, NULL, "dense", 2);
		node->settings.at[0] = (struct setting){
			.name = "units", .type = ATTR_INT, .i = w
		};
		node->settings.at[1] =
		    (struct setting){ .name = "bias", .type = ATTR_BOOL };
		node->ninputs = 1;
		node->inputs[0] = i;
		p = node_param(
		    node, "kernel", ROLE_PARAMETER, DTYPE_F32, &square, &err);
		must(p == NULL ? -1 : 0, "tensor");
		p->value.data = at;
	}
	g->inputs[g->ninputs++] = 0;
	g->outputs[g->noutputs++] = TENSORS;
}

/* To a new file: what the old one held would be given back in the time. */
static void
save(const char *path, const char *size)
{
	int64_t w = width(size);
	struct fmt_model m;
	double began;

	model(&m, numbers(w * w * TENSORS), w);
	(void)unlink(path);
	began = now();
	must(fmt_save(&m, path, &err), path);
	say(began);
}

/* The same bytes with nothing but write and fsync. */
static void
raw(const char *path, const char *size)
{
	int64_t w = width(size);
	const char *at = (const char *)numbers(w * w * TENSORS);
	const char *end = at + 4 * w * w * TENSORS;
	double began;
	ssize_t k;
	int fd;

	(void)unlink(path);
	began = now();
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
	must(fd, path);
	for (; at < end; at += k) {
		k = write(
		    fd, at, end - at < PIECE ? (size_t)(end - at) : PIECE);
		must((int)k, path);
	}
	must(fsync(fd), path);
	must(close(fd), path);
	say(began);
}

/* A model of noughts, of which the disk has what stands before the tensors. */
static void
sparse(const char *path, const char *size)
{
	int64_t w = width(size);
	struct fmt_model m;
	struct h5_object *root;
	uint64_t bytes;
	uint8_t *index;
	size_t k;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	must(fd, path);
	model(&m, zeros((size_t)(w * w * TENSORS) * 4), w);
	root = tree_of_model(&m, NULL, &bytes, &arena, &err);
	must(root == NULL ? -1 : 0, path);
	index = h5_index(root, bytes, &k, &arena, &err);
	must(index == NULL ? -1 : 0, path);
	must(write_all(fd, index, k, &err), path);
	for (int i = 0; i < root->nlinks; i++) {
		const struct h5_object *d = root->links[i];

		if (!d->is_group &&
		    pwrite(fd, d->data, d->bytes, (off_t)d->at) < 0)
			must(-1, path);
	}
	must(ftruncate(fd, (off_t)bytes), path);
	must(close(fd), path);
}

static void
read_model(const char *path, unsigned later)
{
	struct fmt_source source = { .name = path, .later = later };
	struct fmt_model m;
	double began = now();

	source.fd = open(path, O_RDONLY | O_CLOEXEC);
	must(source.fd, path);
	must(fmt_read(&m, &source, &arena, &err), path);
	say(began);
}

static void
open_lazily(const char *path, const char *unused)
{
	(void)unused;
	read_model(path, FMT_ALL);
}

static void
load(const char *path, const char *unused)
{
	(void)unused;
	read_model(path, 0);
}

static void
check(const char *path, const char *unused)
{
	struct fmt_model m;
	double began = now();

	(void)unused;
	must(fmt_open(&m, path, &arena, &err), path);
	must(fmt_check(&m, NULL, NULL, &err), path);
	say(began);
}

HOT static float
sum_all(const float *v, size_t n)
{
	float lane[LANES] = { 0 }, sum = 0;

	for (size_t i = 0; i + LANES <= n; i += LANES)
		for (int k = 0; k < LANES; k++)
			lane[k] += v[i + (size_t)k];
	for (int k = 0; k < LANES; k++)
		sum += lane[k];
	return sum;
}

/* Maps the file and adds every float of it. */
static void
sum(const char *path, const char *unused)
{
	double began = now();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	float *v;

	(void)unused;
	must(fd, path);
	must(fstat(fd, &st), path);
	v = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	must(v == MAP_FAILED ? -1 : 0, path);
	fprintf(stderr, "%g\n", (double)sum_all(v, (size_t)st.st_size / 4));
	say(began);
}

static void
nothing(const char *path, const char *unused)
{
	(void)path;
	(void)unused;
}

static const struct {
	const char *name;
	void (*run)(const char *path, const char *size);
	int words;
} jobs[] = {
	{ "save", save, 4 },
	{ "raw", raw, 4 },
	{ "sparse", sparse, 4 },
	{ "open", open_lazily, 3 },
	{ "load", load, 3 },
	{ "check", check, 3 },
	{ "sum", sum, 3 },
	{ "nothing", nothing, 2 },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++)
		if (argc == jobs[i].words &&
		    strcmp(argv[1], jobs[i].name) == 0) {
			jobs[i].run(argv[2], argc > 3 ? argv[3] : NULL);
			return 0;
		}
	fputs("format: save|raw|sparse FILE MEGABYTES, open|load|check|sum "
	      "FILE, nothing\n",
	    stderr);
	return 2;
}
