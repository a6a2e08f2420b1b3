/* A picture seen several ways: which ways there are, and how they are made. */
#include "views.h"

#include <string.h>

#include "augment.h"
#include "base/operand.h"
#include "base/text.h"

enum { SAFE = 80, VIEWS_MAX = 32, FAR = 1000 };

/* Mirrored first, then moved by whole pixels. */
struct view {
	int mirror_x, mirror_y;
	int64_t dx, dy;
};

struct views {
	int n;
	struct view view[VIEWS_MAX];
	struct shape sample; /* H W C */
	float *x;
	struct step_work work;
};

/* What a word adds to each view that is there. */
struct moves {
	int n;
	struct view view[4];
};

struct word {
	int64_t pixels;
};

static const struct attr shift_attrs[] = {
	{ ATTR(INT, struct word, pixels), 1, FAR, "1", "how far", 1, NULL },
	{ 0 },
};

static const struct attr no_attrs[] = { { 0 } };

static const struct ways {
	const char *name;
	const struct attr *attrs;
	struct moves moves; /* by one pixel */
} ways[] = {
	{ "hflip", no_attrs, { 1, { { 1, 0, 0, 0 } } } },
	{ "vflip", no_attrs, { 1, { { 0, 1, 0, 0 } } } },
	{ "shift", shift_attrs,
	    { 4,
		{ { 0, 0, -1, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, -1 },
		    { 0, 0, 0, 1 } } } },
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static const struct ways *
find(const char *name, struct err *err)
{
	const char *names[WAYS + 1] = { NULL }, *near;
	char safe[SAFE];

	for (int i = 0; i < WAYS; i++) {
		if (strcmp(ways[i].name, name) == 0)
			return &ways[i];
		names[i] = ways[i].name;
	}
	near = text_nearest(name, names);
	err_set(err, ERR_USAGE, "no view '%s'%s%s%s",
	    text_safe(safe, sizeof(safe), name, strlen(name)),
	    near != NULL ? "; did you mean '" : "; there are hflip, vflip, ",
	    near != NULL ? near : "shift", near != NULL ? "'?" : "");
	return NULL;
}

/* All views so far, and each of them moved. */
static void
combine(struct views *v, const struct moves *m, int64_t pixels)
{
	int n = v->n;

	for (int k = 0; k < m->n; k++)
		for (int i = 0; i < n; i++) {
			struct view *to = &v->view[v->n++];

			*to = v->view[i];
			to->mirror_x += m->view[k].mirror_x;
			to->mirror_y += m->view[k].mirror_y;
			to->dx += m->view[k].dx * pixels;
			to->dy += m->view[k].dy * pixels;
		}
}

static int
add_word(struct views *v, const char *text, unsigned *seen, struct arena *arena,
    struct err *err)
{
	struct operand o;
	struct settings settings;
	const struct ways *w;
	struct word word = { 1 };
	int used = 0;

	if (operand_parse(&o, text, arena, err) < 0 ||
	    (w = find(o.name, err)) == NULL ||
	    operand_settings(&o, w->attrs, &settings, &used, arena, err) < 0)
		return -1;
	if (used < o.nplaces)
		return err_set(err, ERR_USAGE, "%s: '%s' is too much", w->name,
		    o.place[used]);
	if (*seen & 1U << (w - ways))
		return err_set(err, ERR_USAGE, "%s: is given twice", w->name);
	*seen |= 1U << (w - ways);
	if (attr_fill(w->attrs, &word, &settings, arena, ERR_USAGE, err) < 0)
		return err_in(err, "%s", w->name);
	combine(v, &w->moves, word.pixels);
	return 0;
}

static int
is_key(void *ctx, const char *term, const char *word)
{
	(void)ctx;
	return strcmp(term, "shift") == 0 && strcmp(word, "pixels") == 0;
}

struct views *
views_parse(const char *list, struct arena *arena, struct err *err)
{
	struct views *v = arena_alloc(arena, sizeof(*v), err);
	const char **terms;
	unsigned seen = 0;
	int n;

	if (v == NULL ||
	    operand_split(list, is_key, NULL, &terms, &n, arena, err) < 0)
		return NULL;
	v->n = 1;
	for (int i = 0; i < n; i++)
		if (add_word(v, terms[i], &seen, arena, err) < 0)
			return NULL;
	if (n > 0)
		return v;
	err_set(err, ERR_USAGE, "no view is named; hflip is one");
	return NULL;
}

int
views_count(const struct views *v)
{
	return v->n;
}

/* A picture that is moved out of sight says nothing. */
static int
check_moves(const struct views *v, struct err *err)
{
	for (int i = 0; i < v->n; i++)
		if (v->view[i].dx >= v->sample.dim[1] ||
		    v->view[i].dy >= v->sample.dim[0])
			return err_set(err, ERR_USAGE,
			    "shift: pictures of %lldx%lld pixels are not so "
			    "large",
			    (long long)v->sample.dim[0],
			    (long long)v->sample.dim[1]);
	return 0;
}

int
views_begin(struct views *v, const struct shape *sample, int batch,
    struct arena *arena, struct err *err)
{
	if (sample->rank != 2 && sample->rank != 3)
		return err_set(err, ERR_USAGE,
		    "samples of %lld numbers in a row are no pictures",
		    (long long)shape_count(sample));
	v->sample = *sample;
	if (sample->rank == 2)
		v->sample.dim[v->sample.rank++] = 1;
	v->x = arena_slab(arena,
	    (size_t)batch * (size_t)shape_count(sample) * sizeof(float), err);
	return v->x == NULL ? -1 : check_moves(v, err);
}

static struct placing
placing_of(const struct view *w, const struct shape *s)
{
	struct placing p = { .edge = 1 };

	p.m[0] = w->mirror_x ? -1 : 1;
	p.m[2] = (double)((w->mirror_x ? s->dim[1] - 1 : 0) + w->dx);
	p.m[4] = w->mirror_y ? -1 : 1;
	p.m[5] = (double)((w->mirror_y ? s->dim[0] - 1 : 0) + w->dy);
	return p;
}

int
views_make(struct views *v, int k, const struct batch *in, struct batch *out,
    struct err *err)
{
	const struct shape *s = &v->sample;
	struct placing p = placing_of(&v->view[k], s);
	int64_t n = shape_count(s);

	*out = *in;
	if (k == 0)
		return 0;
	memcpy(v->x, in->x.data, (size_t)(in->n * n) * sizeof(float));
	out->x.data = v->x;
	for (int i = 0; i < in->n; i++) {
		struct canvas c = { v->x + i * n, s->dim[0], s->dim[1],
			s->dim[2], NULL, 0 };

		if (canvas_place(&c, &p, &v->work, err) < 0)
			return -1;
	}
	return 0;
}

void
views_free(struct views *v)
{
	if (v != NULL)
		slab_free(v->work.at, v->work.size);
}
