/* nn-merge --adapter: a model and what became of it, one model without
   adapters. */
#include "adapter.h"
#include "lora.h"
#include "merge.h"

static int
check(struct merge *m, struct err *err)
{
	struct tool *t = m->t;

	return adapter_check(
	    t, t->cli.operands[0], m->o->common.adapter, NULL, 0, err);
}

/* Both are one already since they were read. */
static int
prepare(struct merge *m, struct err *err)
{
	struct fmt_model *to = &m->result.model;

	/* What the adapter's run left goes on with the whole. */
	if (fmt_verify(&m->member[0].model, FMT_ALL, err) < 0)
		return -1;
	m->result = m->member[0];
	to->map = NULL;
	m->adapters = lora_count(&to->graph);
	if (m->adapters == 0)
		return 0;
	if (adapter_merge(to, &m->t->arena, err) < 0)
		return err_in(err, "%s", m->o->common.adapter);
	return 0;
}

static void
show(const struct merge *m, struct text *out)
{
	text_addf(out, "%s with %s, %d adapters merged\n", m->member[0].name,
	    m->o->common.adapter, m->adapters);
}

const struct merge_mode merge_adapter = {
	.option = "adapter",
	.least = 1,
	.most = 1,
	.check = check,
	.open = prepare,
	.show = show,
};
