/* Digests of frozen tensors, before and after. */
#include "frozen.h"

#include <string.h>

#include "fmt.h"

int
tensor_is_frozen(const struct node *node, int param)
{
	return node->frozen || node->params[param].frozen;
}

struct freeze_proof *
freeze_proof_take(
    const struct graph *g, int stored, struct arena *arena, struct err *err)
{
	struct freeze_proof *p = arena_alloc(arena, sizeof(*p), err);
	int n = 0;

	if (p == NULL)
		return NULL;
	for (int i = 0; i < g->nnodes; i++)
		n += g->nodes[i].nparams;
	p->at = arena_array(arena, (size_t)n + 1, sizeof(*p->at), err);
	if (p->at == NULL)
		return NULL;
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->nodes[i].nparams; k++) {
			const struct param *param = &g->nodes[i].params[k];
			struct freeze_digest *d = &p->at[p->n];

			if (!tensor_is_frozen(&g->nodes[i], k) &&
			    !(stored && param->role == ROLE_STATISTIC))
				continue;
			d->layer = g->nodes[i].name;
			d->param = param->name;
			if (fmt_digest(&param->value, d->sha256, err) < 0)
				return NULL;
			p->n++;
		}
	return p;
}

static int
check_one(const struct freeze_digest *d, const struct graph *g, struct err *err)
{
	int i = graph_find(g, d->layer);
	const struct param *p =
	    i < 0 ? NULL : node_param_find(&g->nodes[i], d->param);
	uint8_t now[SHA256_BYTES];

	if (p == NULL)
		return err_set(err, ERR_BUG, "%s/%s: frozen but now missing",
		    d->layer, d->param);
	if (fmt_digest(&p->value, now, err) < 0)
		return -1;
	if (memcmp(now, d->sha256, sizeof(now)) != 0)
		return err_set(err, ERR_BUG,
		    "%s/%s: frozen, but its numbers have changed; please "
		    "report this",
		    d->layer, d->param);
	return 0;
}

int
freeze_proof_check(
    const struct freeze_proof *proof, const struct graph *g, struct err *err)
{
	for (int i = 0; i < proof->n; i++)
		if (check_one(&proof->at[i], g, err) < 0)
			return -1;
	return proof->n;
}
