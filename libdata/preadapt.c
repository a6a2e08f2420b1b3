/* The preprocessing chain of a model whose input has changed. */
#include <string.h>

#include "pre.h"

static int
is_colour(const struct pre_step *step)
{
	return strcmp(step->kind->name, "gray") == 0 ||
	    strcmp(step->kind->name, "rgb") == 0;
}

/* What makes so many channels of any picture, or NULL. */
static const char *
colour_for(int64_t channels)
{
	return channels == 1 ? "gray" : channels == 3 ? "rgb" : NULL;
}

static int
put_colour(
    struct json *to, const char *name, struct arena *arena, struct err *err)
{
	static const struct settings none = { 0 };
	struct pre_step step = { 0 };

	if (name == NULL)
		return 0;
	step.kind = pre_step_find(name, ERR_MODEL, err);
	if (step.kind == NULL ||
	    pre_step_fill(&step, &none, arena, ERR_MODEL, err) < 0)
		return -1;
	return pre_step_put(to, &step, arena, err);
}

/* n of `before` numbers become as much of `after`: all of them exactly all. */
static int64_t
share(int64_t n, int64_t before, int64_t after)
{
	int64_t v = (2 * n * after + before) / (2 * before);

	return v < 1 ? 1 : v;
}

static int
fit_size(struct pre_step *step, const struct pre_input *was,
    const struct pre_input *now, struct arena *arena, struct err *err)
{
	struct settings all = { 0 };

	if (step->kind->attrs == NULL ||
	    attr_find(step->kind->attrs, "size") == NULL)
		return 0;
	if (attr_list(step->kind->attrs, step->conf, 0, &all, arena, err) < 0)
		return -1;
	for (int i = 0; i < all.n; i++) {
		struct shape *s = &all.at[i].shape;

		if (strcmp(all.at[i].name, "size") != 0)
			continue;
		*s = (struct shape){
			2,
			{ share(s->dim[0], was->height, now->height),
			    share(s->dim[s->rank - 1], was->width, now->width) }
		};
	}
	return pre_step_fill(step, &all, arena, ERR_USAGE, err);
}

struct json *
pre_adapt(const struct json *document, const struct pre_input *was,
    const struct pre_input *now, struct arena *arena, struct err *err)
{
	struct json *to = json_put_array(NULL, NULL, arena, err);
	int recolour = was->channels != now->channels, placed = 0;
	const char *colour = recolour ? colour_for(now->channels) : NULL;
	const struct json *e = document == NULL ? NULL : document->child;
	struct pre_step step;

	for (const struct json *f = e; f != NULL && to != NULL; f = f->next) {
		if (pre_step_read(&step, f, arena, ERR_MODEL, err) < 0)
			return NULL;
		placed |= is_colour(&step);
	}
	if (to == NULL || (!placed && put_colour(to, colour, arena, err) < 0))
		return NULL;
	for (; e != NULL; e = e->next) {
		int failed;

		if (pre_step_read(&step, e, arena, ERR_MODEL, err) < 0)
			return NULL;
		if (recolour && is_colour(&step)) {
			failed = put_colour(to, colour, arena, err) < 0;
			colour = NULL;
		} else
			failed = fit_size(&step, was, now, arena, err) < 0 ||
			    pre_step_put(to, &step, arena, err) < 0;
		if (failed)
			return NULL;
	}
	return to;
}
