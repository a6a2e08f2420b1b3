/* What a net says about itself. */
#include "chunk.h"
#include "net.h"

void
net_print(const struct net *net, struct text *out)
{
	int i, j;

	for (i = 0; i < net->nupdates; i++)
		for (j = net->updates[i].nprograms - 1; j >= 0; j--)
			program_print(&net->updates[i].programs[j].p, out);
	for (i = net->npredict - 1; i >= 0; i--)
		program_print(&net->predict[i].p, out);
}

int
net_profile(struct net *net, uint64_t (*clock)(void), struct err *err)
{
	int i, j;

	for (i = 0; i < net->nupdates; i++)
		for (j = 0; j < net->updates[i].nprograms; j++)
			if (program_profile(
				&net->updates[i].programs[j].p, clock, err) < 0)
				return -1;
	for (i = 0; i < net->npredict; i++)
		if (program_profile(&net->predict[i].p, clock, err) < 0)
			return -1;
	return 0;
}

int
net_gradient_ops(const struct net *net)
{
	const struct program *p;
	int i, j, n = 0;

	for (i = 0; i < net->nupdates; i++) {
		if (net->updates[i].nprograms == 0)
			continue;
		p = &net->updates[i].programs[0].p;
		for (j = 0; j < p->nops; j++)
			if (p->ops[j]->phase == PHASE_BACKWARD)
				n += chunk_inside(p->ops[j]) == NULL
				    ? 1
				    : chunk_inside(p->ops[j])->nops;
	}
	return n;
}

size_t
net_bytes(const struct net *net)
{
	size_t n = 0;
	int i;

	for (i = 0; i < SLAB_N; i++)
		n += net->sizes[i];
	return n + chunk_bytes(net);
}

const char *
net_backend(const struct net *net)
{
	return net->backend != NULL ? net->backend->name : backend_ref.name;
}

const char *
net_compute(const struct net *net)
{
	return net->compute == COMPUTE_BF16 ? "bf16" : "f32";
}

int
net_threads(const struct net *net)
{
	return net->threads;
}
