/* A residual net of which a part learns: the gradients that are needed are
   computed, no others, and nothing is kept for those that are not.

   The numbers of operations are counted by hand on samples/resnet8.spec, every
   operation by itself. */
#include "nets.h"

#include <stdlib.h>

#include "spec.h"

enum { BATCH = 4, SIDE = 32 };

static void
read_layers(struct world *w, struct spec_file *f)
{
	const char *top = getenv("srcdir");
	char path[512], text[8192];
	size_t n;
	FILE *in;

	snprintf(path, sizeof(path), "%s/samples/resnet8.spec",
	    top != NULL ? top : ".");
	in = fopen(path, "r");
	if (in == NULL)
		fail_msg("%s: cannot be opened", path);
	n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[n] = '\0';
	ok(w, spec_split(f, text, path, &w->arena, &w->err));
}

/* resnet8, of which the layers of this list learn, by how they begin. */
static void
resnet8(struct world *w, const char *const *learn)
{
	struct spec_file f;

	begin(w, "input:32x32x3");
	read_layers(w, &f);
	ok(w, spec_append(&w->g, f.layers, f.nlayers, 0, NULL, &w->err));
	w->g.noutputs = 1;
	finish(w, BATCH, 10);
	for (int i = 0; i < w->g.nnodes; i++) {
		w->g.nodes[i].frozen = 1;
		for (int k = 0; learn[k] != NULL; k++)
			if (strncmp(w->g.nodes[i].name, learn[k],
				strlen(learn[k])) == 0)
				w->g.nodes[i].frozen = 0;
	}
}

static const char *const all[] = { "", NULL };
static const char *const head[] = { "dense", NULL };
static const char *const last_block[] = { "s3/", "dense", NULL };
static const char *const stem[] = { "conv", "bn", NULL };
static const char *const shortcut[] = { "s2/b1/shortcut", NULL };

static struct net *
trained(struct world *w, const char *const *learn)
{
	struct net_conf conf = ordinary(BATCH, BATCH);

	conf.apart = conf.whole = 1;
	resnet8(w, learn);
	return build(w, &conf);
}

static int
gradients(const char *const *learn)
{
	struct world w;
	struct net *net = trained(&w, learn);
	int n = net_gradient_ops(net);

	step(&w, net, 0, BATCH, 1);
	end(&w, net);
	return n;
}

static void
test_gradients_are_those_that_are_needed(void **state)
{
	/* relu, bn2, conv2 kernel and dx, relu, bn1, conv1 kernel and dx,
	   shortcut_bn, shortcut kernel and dx, the sum of both branches. */
	const int block = 1 + 1 + 2 + 1 + 1 + 2 + 1 + 2 + 1;
	/* The same of a frozen block: dx only. */
	const int through = block - 3;

	(void)state;
	/* Dense kernel, bias, dx, gap; two blocks, and one without a shortcut
	   of its own; relu, bn, conv kernel. */
	assert_int_equal(
	    gradients(all), 3 + 1 + block + block + (block - 3) + 3);
	assert_int_equal(gradients(head), 2);
	/* The block's input needs none: conv1 dx, shortcut dx, the sum. */
	assert_int_equal(gradients(last_block), 3 + 1 + block - 3);
	/* Through every frozen layer, and no kernel but the stem's. */
	assert_int_equal(
	    gradients(stem), 1 + 1 + through + through + (through - 2) + 3);
	/* Through the last block; of the other the branch that learns. */
	assert_int_equal(gradients(shortcut), 1 + 1 + through + 1 + 1 + 1);
}

/* Only tensors that learn have a place for a gradient. */
static void
test_frozen_tensors_have_no_gradient(void **state)
{
	static const struct {
		const char *const *learn;
		int64_t numbers;
	} row[] = {
		{ head, 64 * 10 + 10 },
		{ stem, 3 * 3 * 3 * 16 + 2 * 16 },
		{ shortcut, 16 * 32 + 2 * 32 },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct world w;
		struct net *net = trained(&w, row[i].learn);
		int64_t n = 0;

		for (int k = 0; k < net->nparams; k++)
			if (net->params[k].learns)
				n += val_count(&net->params[k].value);
		assert_int_equal(n, row[i].numbers);
		assert_in_range(net->sizes[SLAB_GRAD], (size_t)n * sizeof(real),
		    ((size_t)n + 64) * sizeof(real));
		end(&w, net);
	}
}

/* What frozen layers make lives until it was read: as in a prediction. */
static void
test_activations_of_what_is_frozen_are_not_kept(void **state)
{
	const size_t one = (size_t)BATCH * SIDE * SIDE * 16 * sizeof(real);
	struct world w;
	struct net *net;
	size_t predicts, trains, whole, bytes[2];

	(void)state;
	net = trained(&w, head);
	predicts = net->predict[net->npredict - 1].p.value_size;
	trains = net->updates[0].programs[0].p.value_size;
	bytes[0] = net_bytes(net);
	assert_in_range(predicts, 2 * one, 3 * one);
	/* The features, two rows a class, a loss a sample. */
	assert_in_range(trains, predicts,
	    predicts +
		(size_t)BATCH * (64 + 2 * 10 + 1 + 3 * 16) * sizeof(real));
	end(&w, net);

	net = trained(&w, last_block);
	assert_in_range(
	    net->updates[0].programs[0].p.value_size, trains, predicts + one);
	end(&w, net);

	net = trained(&w, all);
	whole = net->updates[0].programs[0].p.value_size;
	bytes[1] = net_bytes(net);
	assert_true(whole > 3 * trains);
	assert_true(bytes[1] - bytes[0] > whole - trains);
	end(&w, net);
}

/* What learns and what does not, by the bytes. */
static void
test_what_is_frozen_stays(void **state)
{
	static const char *const *const parts[] = { head, last_block, stem,
		shortcut };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct world w;
		struct net *net = trained(&w, parts[i]);

		step(&w, net, 0, BATCH, 1);
		for (int k = 0; k < net->nparams; k++) {
			const struct net_param *p = &net->params[k];
			const struct node *node = &net->graph.nodes[p->node];
			const float *was =
			    w.g.nodes[p->node].params[p->index].value.data;
			int64_t n = val_count(&p->value), changed = 0;

			for (int64_t at = 0; at < n; at++)
				changed += (float)p->value.data[at] != was[at];
			if ((changed > 0) == node->frozen)
				fail_msg("%s: %lld of %lld numbers changed",
				    p->value.name, (long long)changed,
				    (long long)n);
		}
		end(&w, net);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients_are_those_that_are_needed),
		cmocka_unit_test(test_frozen_tensors_have_no_gradient),
		cmocka_unit_test(
		    test_activations_of_what_is_frozen_are_not_kept),
		cmocka_unit_test(test_what_is_frozen_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
