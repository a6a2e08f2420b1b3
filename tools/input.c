/* Another input: --input-channels and --input-size change the layers that read
   it and the preprocessing that makes it. */
#include <stdio.h>

#include "adapt.h"
#include "surgery.h"

static int
asked(const struct run *r)
{
	return r->o->input_channels > 0 || r->o->input_size != NULL;
}

int
input_check(struct run *r, struct err *err)
{
	const char *words = r->o->input_size;
	struct shape *s = &r->input_size;

	if (words == NULL)
		return 0;
	if (shape_parse(s, words) < 0 || s->rank != 2 || s->dim[0] < 1 ||
	    s->dim[1] < 1 || s->dim[0] > 1 << 14 || s->dim[1] > 1 << 14)
		return err_set(err, ERR_USAGE,
		    "--input-size: '%s' is no height and width; write 32x32",
		    words);
	return 0;
}

/* A head that is to be replaced has no say in the size of what it reads. */
static void
forget_head(struct graph *g)
{
	for (int i = 0; i < g->nnodes; i++)
		if (node_in_head(&g->nodes[i]))
			g->nodes[i].nparams = 0;
}

static int
no_effect(const char *option, const struct run *r, struct err *err)
{
	char shape[SHAPE_TEXT];

	return err_set(err, ERR_USAGE,
	    "--%s: has no effect, the model takes %s already", option,
	    shape_print(shape, &r->s.x));
}

static enum err_code
usage_of(const struct err *why)
{
	return why->code == ERR_MODEL ? ERR_USAGE : why->code;
}

static int
change_channels(struct run *r, struct err *err)
{
	struct graph *g = &r->s.model.graph;
	struct err why = { 0 };

	if (r->o->input_channels == 0)
		return 0;
	if (r->s.x.dim[2] == r->o->input_channels)
		return no_effect("input-channels", r, err);
	if (adapt_channels(g, g->inputs[0], r->o->input_channels, &why) < 0)
		return err_set(
		    err, usage_of(&why), "--input-channels: %s", why.text);
	return 0;
}

static int
change_size(struct run *r, struct err *err)
{
	struct graph *g = &r->s.model.graph;
	const struct shape *to = &r->input_size, *x = &r->s.x;
	struct err why = { 0 };

	if (r->o->input_size == NULL)
		return 0;
	if (x->dim[0] == to->dim[0] && x->dim[1] == to->dim[1])
		return no_effect("input-size", r, err);
	if (adapt_size(g, g->inputs[0], to->dim[0], to->dim[1], &why) == 0)
		return 0;
	return err_set(err, usage_of(&why),
	    "--input-size: %s; what follows a flatten belongs to one size: "
	    "keep it and let --pre=resize:%lldx%lld fit the pictures, or tag "
	    "that layer and all behind it as head and give --new-head",
	    why.text, (long long)x->dim[0], (long long)x->dim[1]);
}

/* The net with another input has to answer as it did. */
static int
check_output(struct run *r, const struct shape *y, struct err *err)
{
	char now[SHAPE_TEXT], was[SHAPE_TEXT];
	const struct session *s = &r->s;
	const struct shape *want = s->target == TARGET_SELF ? &s->x : y;

	if (shape_equal(&s->y, want))
		return 0;
	return err_set(err, ERR_USAGE,
	    "%s: with this input layer '%s' makes %s, not %s", s->name,
	    session_output(s)->name, shape_print(now, &s->y),
	    shape_print(was, want));
}

static int
change_chain(struct run *r, const struct shape *x, struct err *err)
{
	const struct pre_input was = { x->dim[0], x->dim[1], x->dim[2] };
	const struct pre_input now = { r->s.x.dim[0], r->s.x.dim[1],
		r->s.x.dim[2] };
	struct fmt_model *m = &r->s.model;
	struct arena *arena = &r->t->arena;
	struct err why = { 0 };
	struct pre *pre;

	m->preprocessing = pre_adapt(m->preprocessing, &was, &now, arena, err);
	if (m->preprocessing == NULL)
		return err_in(err, "%s", r->s.name);
	pre = pre_open(m->preprocessing, &r->s.x, arena, ERR_USAGE, &why);
	if (pre != NULL && pre_check(pre, ERR_USAGE, &why) == 0)
		return 0;
	return err_set(err, why.code,
	    "%s: its preprocessing does not fit the new input (%s); give --pre",
	    r->s.name, why.text);
}

static int
tell(struct run *r, const struct shape *x, struct err *err)
{
	const char *words =
	    pre_print(r->s.model.preprocessing, &r->t->arena, err);
	char now[SHAPE_TEXT], was[SHAPE_TEXT];

	if (words == NULL)
		return -1;
	tool_note(r->t, "the input is %s instead of %s; preprocessing: %s",
	    shape_print(now, &r->s.x), shape_print(was, x),
	    r->o->pre != NULL    ? r->o->pre
		: *words != '\0' ? words
				 : "none");
	return 0;
}

int
input_change(struct run *r, struct err *err)
{
	const struct shape x = r->s.x, y = r->s.y;

	if (!asked(r))
		return 0;
	if (x.rank != 3)
		return err_set(err, ERR_USAGE,
		    "--input-%s: %s takes no pictures",
		    r->o->input_channels > 0 ? "channels" : "size", r->s.name);
	if (r->o->new_head != NULL)
		forget_head(&r->s.model.graph);
	if (change_channels(r, err) < 0 || change_size(r, err) < 0 ||
	    session_ends(&r->s, err) < 0 || check_output(r, &y, err) < 0)
		return -1;
	if (r->o->pre == NULL && change_chain(r, &x, err) < 0)
		return -1;
	return tell(r, &x, err);
}
