/* Models of which every number says which generation they are of, for tests
   that interrupt the replacing of one by the next. */
#ifndef TESTS_GENERATION_H
#define TESTS_GENERATION_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fmt-sample.h"

enum { GENERATION_LAST = 4, TORN = -1, NOTHING = -2 };

/* Two sets of numbers, so that a process can save one after another without
   filling either. */
struct generations {
	struct sample s;
	int64_t n;
	float *numbers[2];
	float last[2][GENERATION_LAST];
	int is[2]; /* the generation in each */
	char folder[32], path[48];
};

static inline int
generations_begin(struct generations *g, int64_t n)
{
	struct node *node;

	memset(g, 0, sizeof(*g));
	strcpy(g->folder, "test-save.XXXXXX");
	if (mkdtemp(g->folder) == NULL)
		return -1;
	snprintf(g->path, sizeof(g->path), "%s/model.h5nn", g->folder);
	g->n = n;
	sample_bare(&g->s);
	for (int i = 0; i < 2; i++)
		g->numbers[i] = arena_slab(
		    &g->s.arena, sizeof(float) * (size_t)n, &g->s.err);
	node = sample_layer(&g->s, "dense_1", "dense", 0);
	sample_param(&g->s, node, "kernel", ROLE_PARAMETER, DTYPE_F32,
	    (struct shape){ 1, { n } }, g->numbers[0]);
	sample_param(&g->s, node, "bias", ROLE_PARAMETER, DTYPE_F32,
	    (struct shape){ 1, { GENERATION_LAST } }, g->last[0]);
	return g->s.err.code == ERR_NONE ? 0 : -1;
}

/* Names in the folder beside the model; removes all when told so. */
static inline int
generations_others(const struct generations *g, int remove_all)
{
	DIR *d = opendir(g->folder);
	const struct dirent *e;
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		n += strcmp(e->d_name, "model.h5nn") != 0;
		if (remove_all)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d != NULL)
		closedir(d);
	return n;
}

static inline void
generations_end(struct generations *g)
{
	generations_others(g, 1);
	rmdir(g->folder);
	arena_free(&g->s.arena);
}

/* The model of that generation, to be written. */
static inline struct fmt_model *
generation_make(struct generations *g, int generation)
{
	struct param *p = g->s.m.graph.nodes[2].params;
	int at = generation & 1;

	p[0].value.data = g->numbers[at];
	p[1].value.data = g->last[at];
	if (g->is[at] == generation)
		return &g->s.m;
	for (int64_t i = 0; i < g->n; i++)
		g->numbers[at][i] = (float)generation;
	for (int i = 0; i < GENERATION_LAST; i++)
		g->last[at][i] = (float)generation;
	g->is[at] = generation;
	return &g->s.m;
}

static inline int
generation_save(struct generations *g, int generation)
{
	err_clear(&g->s.err);
	return fmt_save(generation_make(g, generation), g->path, &g->s.err);
}

/* What a writer that knows no better does. */
static inline int
generation_save_in_place(struct generations *g, int generation)
{
	int fd = openat(AT_FDCWD, g->path, O_CREAT | O_TRUNC | O_WRONLY, 0666);
	int rc;

	err_clear(&g->s.err);
	rc = fmt_write(generation_make(g, generation), fd, &g->s.err);
	if (rc == 0 && fsync(fd) < 0)
		rc = -1;
	close(fd);
	return rc;
}

static inline int
generation_of_numbers(const struct fmt_model *m)
{
	const struct node *node =
	    m->graph.nnodes == 3 ? &m->graph.nodes[2] : NULL;
	int g = TORN;

	for (int k = 0; node != NULL && k < node->nparams; k++) {
		const struct tensor *t = &node->params[k].value;
		const float *v = t->data;

		if (k == 0)
			g = (int)v[0];
		for (int64_t i = 0; i < t->shape.dim[0]; i++)
			if (v[i] != (float)g)
				return TORN;
	}
	return g;
}

/* The generation of an open file with everything verified, or TORN. */
static inline int
generation_read(int fd)
{
	struct fmt_source source = { .fd = fd, .name = "model" };
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct fmt_model m;
	int g = TORN;

	if (fmt_read(&m, &source, &arena, &err) == 0) {
		if (fmt_check(&m, NULL, NULL, &err) == 0)
			g = generation_of_numbers(&m);
		fmt_close(&m);
	}
	arena_free(&arena);
	return g;
}

static inline int
generation(const struct generations *g)
{
	int fd = open(g->path, O_RDONLY | O_CLOEXEC);
	int is;

	if (fd < 0)
		return NOTHING;
	is = generation_read(fd);
	close(fd);
	return is;
}

#endif
