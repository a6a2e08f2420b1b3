/* The backend on oneDNN, for tests that hold it to the reference. */
#ifndef TESTS_MODULE_H
#define TESTS_MODULE_H

#include "bench.h"

#include <dlfcn.h>

static const struct backend *dnn; /* NULL: built without */
static struct arena arena;

static inline int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* 0, or the exit status of a test that cannot run. */
static inline int
find_dnn(void)
{
	void *module;

	if (!WITH_DNNL) {
		puts("skipped: built without oneDNN");
		return 77;
	}
	module = dlopen(MODULES "/nn-dnnl.so", RTLD_NOW | RTLD_LOCAL);
	if (module == NULL || (dnn = dlsym(module, "backend_dnnl")) == NULL) {
		puts(dlerror());
		return 1;
	}
	return 0;
}

/* Numbers that look random and depend on nothing but i and salt; `zeros` of
   a hundred are zero. */
static inline float
noise(int64_t i, uint32_t salt, unsigned zeros)
{
	uint32_t h = ((uint32_t)i + 1) * 2654435761u ^ (salt + 7) * 2246822519u;

	h ^= h >> 15;
	h *= 2654435769u;
	h ^= h >> 13;
	if (h % 100 < zeros)
		return 0;
	return (float)(h >> 8) / (1 << 23) - 1;
}

/* Within part of the number, or of the typical size of all. */
static inline void
assert_close(const float *got, const float *want, int64_t n, double part,
    const char *what)
{
	double square = 0;
	int64_t i;

	for (i = 0; i < n; i++)
		square += (double)want[i] * want[i];
	for (i = 0; i < n; i++) {
		double size = fabs((double)want[i]) + sqrt(square / (double)n);

		if (!(fabs((double)got[i] - want[i]) <= part * size))
			fail_msg("%s: number %lld is %.9g, not %.9g", what,
			    (long long)i, got[i], want[i]);
	}
}

#endif
