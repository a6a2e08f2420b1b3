/* L2-SP (Li, Grandvalet, Davoine 2018): to the loss comes
   lambda / 2 sum (w - w0)^2 over what learns and comes from the model, and
   beta / 2 sum w^2 over a head that does not. */
#include "anchor.h"

#include <string.h>

#include "base/text.h"
#include "fate.h"
#include "frozen.h"

static const char head_key[] = ",head=";

struct anchor {
	double strength, head;
};

static int
parse_number(const char *s, size_t n, double *v)
{
	char number[32];

	if (n == 0 || n >= sizeof(number))
		return -1;
	memcpy(number, s, n);
	number[n] = '\0';
	return text_to_real(number, v) == 0 && *v > 0 && *v <= 1e6 ? 0 : -1;
}

static int
parse(const char *words, struct anchor *a, struct err *err)
{
	const char *at = strchr(words, ':');
	size_t n = at != NULL ? strcspn(at + 1, ",") : 0;

	*a = (struct anchor){ 0 };
	if (strncmp(words, "L2SP:", 5) == 0 &&
	    parse_number(at + 1, n, &a->strength) == 0) {
		at += 1 + n;
		if (*at == '\0')
			return 0;
		if (strncmp(at, head_key, strlen(head_key)) == 0 &&
		    parse_number(at + strlen(head_key),
			strlen(at + strlen(head_key)), &a->head) == 0)
			return 0;
	}
	return err_set(err, ERR_USAGE,
	    "--anchor: '%s' is no anchor; write L2SP:0.01, or "
	    "L2SP:0.01,head=0.001 with a new head, numbers of more than 0",
	    words);
}

const char *
anchor_words(const char *words, struct arena *arena, struct err *err)
{
	char strength[32], head[32] = "";
	struct anchor a;

	if (parse(words, &a, err) < 0)
		return NULL;
	text_number(strength, a.strength);
	if (a.head > 0)
		text_number(head, a.head);
	return arena_printf(arena, err, "L2SP:%s%s%s", strength,
	    a.head > 0 ? head_key : "", head);
}

/* How many tensors of that fate learn, in whichever phase. */
static int
count(const struct run *r, enum fate fate)
{
	const struct graph *g = &r->thaws.ever;
	int n = 0;

	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++)
			n += g->nodes[i].params[k].role == ROLE_PARAMETER &&
			    !tensor_is_frozen(&g->nodes[i], k) &&
			    fate_of_layer(r, i) == fate;
	return n;
}

static int
has_effect(const struct run *r, const struct anchor *a, struct err *err)
{
	if (count(r, FATE_TRAINED) == 0)
		return err_set(err, ERR_USAGE,
		    "--anchor: has no effect, nothing of the model learns but "
		    "its head; give --train=all or --train=SEL");
	if (a->head > 0 && count(r, FATE_NEW) == 0)
		return err_set(err, ERR_USAGE,
		    "--anchor: head= has no effect, no new head learns; give "
		    "--new-head or leave it out");
	return 0;
}

int
anchor_rules(struct run *r, struct net_rule *rule, int n, struct err *err)
{
	struct anchor a;

	if (r->plan.anchor == NULL)
		return 0;
	if (parse(r->plan.anchor, &a, err) < 0 || has_effect(r, &a, err) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		int node = graph_find(&r->s.model.graph, rule[i].layer);
		enum fate fate = fate_of_layer(r, node);

		if (fate == FATE_TRAINED)
			rule[i].anchor = a.strength;
		else if (fate == FATE_NEW)
			rule[i].l2 += a.head / 2;
	}
	return 0;
}

void
anchor_show(const struct run *r, struct text *out)
{
	if (r->plan.anchor != NULL)
		text_addf(out, "anchor      %s on %d tensors\n", r->plan.anchor,
		    count(r, FATE_TRAINED));
}
