/* Other rates for the model's dropout layers. */
#include "droprate.h"

#include <string.h>

#include "base/text.h"
#include "run.h"
#include "select.h"

const struct scoped_range dropout_range = {
	.option = "dropout",
	.min = 0,
	.max = 0.999999,
};

static struct setting *
rate_setting(const struct node *node)
{
	if (strcmp(node->kind, "dropout") != 0)
		return NULL;
	for (int i = 0; i < node->settings.n; i++)
		if (strcmp(node->settings.at[i].name, "rate") == 0)
			return &node->settings.at[i];
	return NULL;
}

double
droprate_of(const struct node *node)
{
	const struct setting *rate = rate_setting(node);

	return rate != NULL && !node->frozen ? rate->r : 0;
}

/* Names the dropout layers that there are. */
static int
none_selected(struct run *r, const char *sel, int selected, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct text names;

	if (selected > 0)
		return err_set(err, ERR_USAGE,
		    "--dropout: %s: has no effect, what it selects is frozen, "
		    "and nothing drops there",
		    sel);
	text_begin(&names, &r->t->arena, err);
	for (int i = 0; i < g->nnodes; i++)
		if (rate_setting(&g->nodes[i]) != NULL)
			text_addf(&names, "%s%s", names.len > 0 ? ", " : "",
			    g->nodes[i].name);
	if (text_end(&names) == NULL)
		return -1;
	return err_set(err, ERR_USAGE,
	    "--dropout: %s: selects no dropout layer; there %s%s", sel,
	    names.len > 0 ? "is " : "is none in the model", names.s);
}

static int
set_one(struct run *r, const struct scoped_item *item, struct err *err)
{
	const struct graph *g = &r->s.model.graph;
	struct setting *rate;
	struct selection s;
	int selected = 0, active = 0;

	if (select_parse(&s, g, item->sel, &r->t->arena, err) < 0)
		return err_in(err, "--dropout");
	for (int i = 0; i < g->nnodes; i++) {
		rate = rate_setting(&g->nodes[i]);
		if (rate == NULL || !select_has(&s, i, -1))
			continue;
		selected++;
		active += !r->thaws.ever.nodes[i].frozen;
		rate->type = ATTR_REAL;
		rate->r = item->value;
	}
	return active > 0 ? 0 : none_selected(r, item->sel, selected, err);
}

int
droprate_set(struct run *r, struct err *err)
{
	struct scoped all;

	if (scoped_parse(
		&all, r->plan.dropout, &dropout_range, &r->t->arena, err) < 0)
		return -1;
	for (int i = 0; i < all.n; i++)
		if (set_one(r, &all.at[i], err) < 0)
			return -1;
	return 0;
}
