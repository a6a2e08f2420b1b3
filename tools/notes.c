/* What is odd about the samples as a whole, said once, with what to do. */
#include <string.h>

#include "base/text.h"
#include "run.h"

enum { FEW = 5, UNEVEN = 10, SHOWN = 3, SAFE = 60 };

static const char *
data_name(const struct run *r)
{
	return r->t->cli.operands[0];
}

static void
note_repeats(struct run *r)
{
	struct repeats n;

	data_repeats(r->data, &n);
	if (n.again > 0)
		tool_detail(r->t, "%s: %lld of %lld samples come again",
		    data_name(r), (long long)n.again, (long long)n.n);
	if (n.contradicting > 0 && r->s.target == TARGET_LABEL &&
	    r->s.x.rank == 3)
		tool_note(r->t,
		    "%s: %lld samples are the same as one of another class",
		    data_name(r), (long long)n.contradicting);
}

static void
note_proportions(struct run *r)
{
	struct proportions n;
	char shape[SHAPE_TEXT];

	data_proportions(r->data, &n);
	shape_print(shape, &r->s.x);
	if (n.stretched > 0)
		tool_note(r->t,
		    "%s: %lld of %lld pictures have other proportions than the "
		    "model's input, %s, and resize stretches them; nn-finetune "
		    "or nn-init "
		    "--pre=resize:%lldx%lld,fit=cover,crop:%lldx%lld "
		    "cuts off what stands out instead",
		    data_name(r), (long long)n.stretched, (long long)n.n, shape,
		    (long long)r->s.x.dim[0], (long long)r->s.x.dim[1],
		    (long long)r->s.x.dim[0], (long long)r->s.x.dim[1]);
	if (n.other > n.stretched)
		tool_detail(r->t,
		    "%s: %lld of %lld pictures have other proportions than the "
		    "model's input, %s, and are cut or padded to it",
		    data_name(r), (long long)(n.other - n.stretched),
		    (long long)n.n, shape);
}

void
note_data(struct run *r)
{
	note_repeats(r);
	note_proportions(r);
}

/* "a 40" */
static void
add_class(const struct run *r, struct text *t, int64_t class, int64_t n)
{
	const char *name = r->s.model.labels[class];
	char safe[SAFE];

	text_addf(t, "%s %lld",
	    text_safe(safe, sizeof(safe), name, strlen(name)), (long long)n);
}

static void
note_few(struct run *r, const int64_t *count, struct err *err)
{
	int64_t few = 0;
	struct text t;
	const char *s;

	text_begin(&t, &r->t->arena, err);
	for (int64_t i = 0; i < r->s.model.nlabels; i++) {
		if (count[i] == 0 || count[i] >= FEW)
			continue;
		if (few++ >= SHOWN)
			continue;
		text_add(&t, few > 1 ? ", " : "");
		add_class(r, &t, i, count[i]);
	}
	if (few > 0 && (s = text_end(&t)) != NULL)
		tool_note(r->t,
		    "%s: %lld of %lld classes with fewer than %d samples "
		    "(%s%s) will "
		    "hardly be learned; give more of them",
		    data_name(r), (long long)few, (long long)r->s.model.nlabels,
		    FEW, s, few > SHOWN ? ", ..." : "");
}

static void
note_uneven(struct run *r, const int64_t *count, struct err *err)
{
	int64_t most = -1, least = -1;
	struct text t;
	const char *s;

	for (int64_t i = 0; i < r->s.model.nlabels; i++) {
		if (count[i] == 0)
			continue;
		if (most < 0 || count[i] > count[most])
			most = i;
		if (least < 0 || count[i] < count[least])
			least = i;
	}
	if (most < 0 || count[most] / UNEVEN < count[least] ||
	    count[most] == UNEVEN * count[least])
		return;
	text_begin(&t, &r->t->arena, err);
	add_class(r, &t, most, count[most]);
	text_add(&t, ", ");
	add_class(r, &t, least, count[least]);
	if ((s = text_end(&t)) != NULL)
		tool_note(r->t,
		    "%s: the classes are uneven (%s) and the rare ones will "
		    "hardly be learned; give --sampler=balanced or "
		    "--class-weight=balanced",
		    data_name(r), s);
}

int
note_classes(struct run *r, struct err *err)
{
	const struct fmt_model *m = &r->s.model;
	int64_t *count = arena_array(
	    &r->t->arena, (size_t)m->nlabels + 1, sizeof(*count), err);

	if (count == NULL)
		return -1;
	if (r->s.target != TARGET_LABEL)
		return 0;
	data_tally(r->data, count);
	note_few(r, count, err);
	if (r->plan.sampler == NULL && r->plan.class_weight == NULL)
		note_uneven(r, count, err);
	return err->code == ERR_NONE ? 0 : -1;
}

void
note_shared(struct run *r)
{
	int64_t shared = data_shared(r->data, r->val);

	if (shared > 0)
		tool_note(r->t,
		    "%s: %lld of %lld validation samples are training samples "
		    "as well: validation tells less than it should",
		    data_name(r), (long long)shared,
		    (long long)data_count(r->val));
}
