/* Makes the model files of tests/golden/1.0: make-golden FOLDER.  One for each
   thing that a file can hold, and one of everything.  What it writes is what
   the folder holds, byte for byte, as long as the format is 1.0. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "fmt.h"
#include "h5.h"
#include "model.h"

static struct arena arena;
static struct err err;
static struct fmt_model m;

/* A call of the library that fails ends it; what is asked of it is right. */
static void
done(int rc)
{
	if (rc == 0 && err.code == ERR_NONE)
		return;
	fprintf(stderr, "make-golden: %s\n", err.text);
	exit(1);
}

/* Numbers. */

static const struct {
	const char *name;
	int exponent, mantissa; /* bits */
} floats[] = {
	{ "f64", 11, 52 },
	{ "f32", 8, 23 },
	{ "f16", 5, 10 },
	{ "bf16", 8, 7 },
};

/* The noughts, one and a half, the smallest, the largest, the infinities, and
   then ever larger numbers of changing sign. */
static uint64_t
float_bits(int exponent, int mantissa, int64_t i)
{
	uint64_t sign = (uint64_t)1 << (exponent + mantissa);
	uint64_t infinite = (((uint64_t)1 << exponent) - 1) << mantissa;
	uint64_t one = infinite >> 1 & infinite;
	uint64_t half = (uint64_t)1 << (mantissa - 1);
	const uint64_t first[] = { 0, sign, one | half, 1, infinite - 1,
		infinite, sign | infinite, sign | (half + 1) };

	if (i < (int64_t)(sizeof(first) / sizeof(first[0])))
		return first[i];
	return (one + (uint64_t)i * (half / 16 + 1)) | (i % 2 ? sign : 0);
}

/* Nought, one, all bits (-1 or the largest), the smallest, the largest, then
   ever larger ones. */
static uint64_t
int_bits(size_t size, int64_t i)
{
	uint64_t top = (uint64_t)1 << (8 * size - 1);
	const uint64_t first[] = { 0, 1, UINT64_MAX, top, top - 1 };

	if (i < (int64_t)(sizeof(first) / sizeof(first[0])))
		return first[i];
	return (uint64_t)i * 37;
}

static uint64_t
bits_of(enum dtype dtype, int64_t i)
{
	size_t k;

	for (k = 0; k < sizeof(floats) / sizeof(floats[0]); k++)
		if (strcmp(floats[k].name, dtype_name(dtype)) == 0)
			return float_bits(
			    floats[k].exponent, floats[k].mantissa, i);
	return int_bits(dtype_size(dtype), i);
}

/* The numbers of a shape; from: which of the row comes first. */
static struct tensor
numbers(enum dtype dtype, struct shape shape, int64_t from)
{
	struct tensor t = { .dtype = dtype, .shape = shape };
	size_t size = dtype_size(dtype);
	int64_t i, n = shape_count(&shape);
	uint8_t *to = arena_slab(&arena, (size_t)n * size + 1, &err);

	for (i = 0; to != NULL && i < n; i++) {
		uint64_t bits = bits_of(dtype, from + i);

		memcpy(to + (size_t)i * size, &bits, size);
	}
	t.data = to;
	done(to == NULL);
	return t;
}

/* Text to what the library wants of it. */
static const struct json *
document(const char *text)
{
	const struct json *j =
	    json_parse(text, strlen(text), &arena, ERR_BUG, &err);

	done(j == NULL);
	return j;
}

static struct settings
settings(const char *text)
{
	struct settings s = { 0 };

	done(json_to_settings(document(text), &s, &arena, ERR_BUG, &err));
	return s;
}

/* Layers in a row, each on the one before. */
static struct node *
layer(const char *name, const char *kind, const char *with)
{
	struct graph *g = &m.graph;
	struct node *n = graph_append(g, name, kind, ERR_BUG, &err);

	done(n == NULL);
	n->settings = settings(with);
	if (g->nnodes > 1) {
		n->inputs[0] = g->nnodes - 2;
		n->ninputs = 1;
	}
	return n;
}

static void
param(struct node *n, const char *name, enum dtype dtype, struct shape shape)
{
	struct param *p =
	    node_param(n, name, ROLE_PARAMETER, dtype, &shape, &err);

	done(p == NULL);
	p->value = numbers(dtype, shape, 0);
}

/* The last layer is the model's output. */
static void
finish(void)
{
	m.graph.inputs[m.graph.ninputs++] = 0;
	m.graph.outputs[m.graph.noutputs++] = m.graph.nnodes - 1;
}

static void
dense(const char *name, int64_t in, int64_t units)
{
	char with[64];
	struct node *n;

	snprintf(with, sizeof(with), "{\"bias\":true,\"units\":%lld}",
	    (long long)units);
	n = layer(name, "dense", with);
	param(n, "kernel", DTYPE_F32, (struct shape){ 2, { in, units } });
	param(n, "bias", DTYPE_F32, (struct shape){ 1, { units } });
}

/* What the tools make of: dense:3:relu dense:2 softmax. */
static void
net_of(int64_t classes)
{
	m.graph.task = "classify";
	layer("input_1", "input", "{\"shape\":[4]}");
	dense("dense_1", 4, 3);
	layer("dense_1_relu", "relu", "{}");
	dense("dense_2", 3, classes);
	m.graph.nodes[3].tag = "head";
	layer("softmax_1", "softmax", "{}")->tag = "head";
	finish();
}

/* The files, one function each. */

static void
make_bare(void)
{
	layer("input_1", "input", "{\"shape\":[4]}");
	finish();
}

static void
net(void)
{
	net_of(2);
}

/* Every type, in shapes of every rank; what has no numbers, and what has one;
   no kind of layer has such tensors. */
static void
make_types(void)
{
	int d;

	layer("input_1", "input", "{\"shape\":[4]}");
	for (d = 0; d < DTYPE_N; d++) {
		enum dtype dtype = (enum dtype)d;
		char name[32];
		struct node *n;

		snprintf(name, sizeof(name), "of_%s", dtype_name(dtype));
		n = layer(arena_text(&arena, name, &err), "made", "{}");
		n->kind_version = 2;
		param(n, "scalar", dtype, (struct shape){ 0 });
		param(n, "row", dtype, (struct shape){ 1, { 40 } });
		param(n, "none", dtype, (struct shape){ 1, { 0 } });
		param(n, "most", dtype,
		    (struct shape){ 8, { 2, 1, 1, 3, 1, 1, 1, 2 } });
		param(n, "no_columns", dtype,
		    (struct shape){ 3, { 4294967296, 0, 2 } });
	}
	finish();
}

/* A tensor of three layers, and one like it that stands alone. */
static void
make_tied(void)
{
	struct graph *g = &m.graph;
	void *shared;

	m.graph.task = "autoencoder";
	layer("input_1", "input", "{\"shape\":[4]}");
	dense("a", 4, 4);
	dense("b", 4, 4);
	dense("c/d", 4, 4);
	dense("c/e", 4, 4);
	finish();
	shared = g->nodes[1].params[0].value.data;
	g->nodes[2].params[0].value.data = shared;
	g->nodes[3].params[0].value.data = shared;
}

static void
add_labels(void)
{
	static const char *names[] = { "a class of \xe4\xb8\xad\xe6\x96\x87",
		"\"quoted\", with a comma" };

	m.labels = names;
	m.nlabels = 2;
	m.preprocessing = document(
	    "[{\"step\":\"gray\"},{\"fit\":\"stretch\",\"method\":\"auto\","
	    "\"size\":[2,2],\"step\":\"resize\"},{\"factor\":0.003921568627450"
	    "98,\"step\":\"scale\"}]");
}

/* One name of one byte: cells of one byte. */
static void
make_label(void)
{
	static const char *names[] = { "a" };

	net_of(1);
	m.labels = names;
	m.nlabels = 1;
}

static struct fmt_named
beside(const char *param, const char *name, struct shape shape, int64_t from)
{
	return (struct fmt_named){ "dense_1", param, name,
		numbers(DTYPE_F32, shape, from) };
}

/* The state of Adam, of a tensor that learns from the start and of one that
   came later. */
static void
add_optimizer(void)
{
	static struct fmt_named slots[5];
	static int64_t since = 17;
	const struct shape kernel = { 2, { 4, 3 } }, bias = { 1, { 3 } };

	slots[0] = beside("bias", "m", bias, 9);
	slots[1] = (struct fmt_named){ "dense_1", "bias", "since",
		{ DTYPE_I64, { 0 }, &since } };
	slots[2] = beside("bias", "v", bias, 12);
	slots[3] = beside("kernel", "m", kernel, 9);
	slots[4] = beside("kernel", "v", kernel, 12);
	m.optimizer.name = "adam";
	m.optimizer.settings =
	    settings("{\"beta1\":0.9,\"beta2\":0.999,\"corrected_epsilon\":"
		     "false,\"epsilon\":1e-7}");
	m.optimizer_step = INT64_MAX;
	m.slots = slots;
	m.nslots = 5;
}

static void
add_alternates(void)
{
	static struct fmt_named sets[3];
	const struct shape kernel = { 2, { 4, 3 } }, bias = { 1, { 3 } };

	sets[0] = beside("bias", "best", bias, 9);
	sets[1] = beside("kernel", "best", kernel, 9);
	sets[2] = beside("kernel", "ema", kernel, 12);
	m.alternates = sets;
	m.nalternates = 3;
}

/* Not measured, no epoch, every kind of number. */
static void
add_history(void)
{
	static double loss[] = { 2.5, NAN, 4.9e-324, INFINITY, -0.0 };
	static struct fmt_metric columns[] = {
		{ "acc", 0, NULL },
		{ "loss", 5, loss },
	};

	m.history = columns;
	m.nmetrics = 2;
}

#define SHA \
	"0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef"

/* A run that was stopped, with a best epoch. */
static void
add_training(void)
{
	m.training = document(
	    "{\"batches\":6,\"best\":{\"bad_epochs\":0,\"batch_at\":0,\"best\":"
	    "1.5,\"best_epoch\":1,\"done\":false,\"epoch\":1,\"first_epoch\":0,"
	    "\"optimizer_step\":6,\"phase\":0,\"phase_update\":0,\"sum_loss\":"
	    "0,\"sum_n\":0,\"sum_right\":0,\"update\":6},\"epoch\":1,\"loss\":{"
	    "\"name\":\"ce\",\"settings\":{\"label_smoothing\":0}},\"lr\":0.001"
	    ",\"mean\":0.42088059187760035,\"numerics\":\"any\",\"plan\":{"
	    "\"data\":\"" SHA "\",\"loss\":{\"name\":\"ce\",\"settings\":{"
	    "\"label_smoothing\":0}},\"optimizer\":{\"name\":\"sgd\","
	    "\"settings\":{\"momentum\":0,\"nesterov\":false}},\"order\":"
	    "\"shuffle\",\"schedule\":{\"name\":\"constant\",\"settings\":{}},"
	    "\"settings\":{\"accumulate\":1,\"batch\":8,\"cache_features\":"
	    "\"auto\",\"clip_norm\":0,\"clip_value\":0,\"compute\":\"f32\","
	    "\"decay_all\":false,\"ema\":0,\"epochs\":3,\"keep\":\"best\","
	    "\"l1\":0,\"l2\":0,\"layer_decay\":1,\"lr\":0.001,\"min_lr\":0,"
	    "\"monitor\":\"loss\",\"patience\":2,\"seed\":0,\"steps\":0,"
	    "\"val_split\":0,\"warmup\":\"0\",\"weight_decay\":0}},\"position\""
	    ":{\"bad_epochs\":0,\"batch_at\":1,\"best\":1.5,\"best_epoch\":1,"
	    "\"done\":false,\"epoch\":1,\"first_epoch\":0,\"optimizer_step\":7,"
	    "\"phase\":0,\"phase_update\":0,\"sum_loss\":1e-300,\"sum_n\":8,"
	    "\"sum_right\":2,\"update\":7},\"recorded\":false,\"seed\":"
	    "9007199254740993,\"spread\":1e22,\"threads\":2,\"version\":1}");
	m.optimizer.name = "sgd";
	m.optimizer.settings = settings("{\"momentum\":0,\"nesterov\":false}");
	m.optimizer_step = 7;
}

static void
add_lineage(void)
{
	m.lineage = document(
	    "[{\"layers\":[\"dense:3:relu\",\"dense:2\",\"softmax\"],"
	    "\"options\":{\"input\":\"4\"},\"seed\":0,\"time\":0,\"tool\":"
	    "\"nn-init\",\"version\":\"1.0\"},{\"data\":\"" SHA "\","
	    "\"metrics\":{\"acc\":0.5,\"loss\":null},\"options\":{\"epochs\":"
	    "\"2\",\"freeze\":[\"first:1\",\"it's \\\"\\n\\u0001\\\\\"],"
	    "\"nested\":1e-7,\"strip\":true},\"parent\":\"" SHA "\",\"seed\":"
	    "-1,\"tool\":\"nn-train\",\"version\":\"1.0\"},{\"members\":[\"" SHA
	    "\",\"" SHA "\"],\"options\":{},\"tool\":\"nn-merge\","
	    "\"version\":\"1.0\"}]");
}

static void
add_about(void)
{
	m.about = document(
	    "{\"authors\":[\"Ada Lovelace "
	    "<ada@example.org>\",\"\xe5\xb1\xb1\"],"
	    "\"citation\":\"@misc{ada,\\n\\ttitle={Three layers}}\","
	    "\"description\":\"Tells a from b.\\nFails on c.\",\"keywords\":["
	    "\"letters\",\"small\"],\"license\":\"Apache-2.0 OR (MIT AND "
	    "LicenseRef-Mine)\",\"title\":\"Three layers\",\"url\":"
	    "\"https://example.org/a?b=c\",\"version\":1}");
}

static void
add_frozen(void)
{
	m.graph.nodes[1].frozen = 1;
	m.graph.nodes[1].params[0].frozen = 1;
	m.graph.nodes[1].params[1].frozen = 1;
	m.graph.nodes[3].params[1].frozen = 1;
}

/* What became of the file net when dense_2 learned. */
static void
make_delta(void)
{
	struct graph base;
	uint64_t bytes;

	net();
	done(tree_of_model(&m, NULL, &bytes, &arena, &err) == NULL);
	done(graph_copy(&base, &m.graph, &arena, &err));
	m.graph.nodes[3].params[0].value =
	    numbers(DTYPE_F32, (struct shape){ 2, { 3, 2 } }, 20);
	m.graph.nodes[3].params[1].value =
	    numbers(DTYPE_F32, (struct shape){ 1, { 2 } }, 20);
	fmt_leave_out(&m, &base, arena_text(&arena, m.weights_id, &err));
}

/* Others' things: attributes, text, groups in groups, one that is empty. */
static void
add_ext(void)
{
	struct h5_object *ext = h5_root(&arena, &err);
	struct h5_object *o = h5_group(ext, "org.example", &arena, &err);
	const struct h5_type text = { .text = 5 };
	const struct shape two = { 1, { 2 } };
	int d;

	h5_put_int(o, "number", INT64_MIN, &arena, &err);
	h5_put_text(o, "nothing", "", &arena, &err);
	h5_put_text(o, "word", "W\xc3\xb6rter", &arena, &err);
	h5_dataset(o, "words", text, &two, "one\0\0seven", &arena, &err);
	h5_group(h5_group(o, "in", &arena, &err), "empty", &arena, &err);
	o = h5_group(ext, "com.example.b", &arena, &err);
	for (d = 0; d < DTYPE_N; d++) {
		struct tensor t =
		    numbers((enum dtype)d, (struct shape){ 1, { 3 } }, 0);
		struct h5_type type = { .dtype = t.dtype };
		struct h5_object *x = h5_dataset(o, dtype_name(t.dtype), type,
		    &t.shape, t.data, &arena, &err);

		done(x == NULL);
		h5_put_text(x, "unit", "1", &arena, &err);
	}
	m.ext = ext;
	m.features_optional = "org.example.a,org.example.b";
}

/* A layer as deep as it goes, and one with a name as long as it goes. */
static void
make_names(void)
{
	char longest[PATH_MAX_BYTES + 1];

	memset(longest, 'x', PATH_MAX_BYTES);
	longest[PATH_MAX_BYTES] = '\0';
	longest[100] = longest[201] = longest[302] = '/';
	layer("input_1", "input", "{\"shape\":[4]}");
	dense("a/b/c/d/e/f/g/h/i/j/k/l/m/n", 4, 2);
	dense("A.-_9", 2, 2);
	dense("a-/b", 2, 2);
	dense("a/b.", 2, 2);
	dense(arena_text(&arena, longest, &err), 2, 2);
	finish();
}

/* A hundred layers: more links and a larger index than elsewhere. */
static void
make_layers(void)
{
	int i;

	m.graph.task = "regress";
	layer("input_1", "input", "{\"shape\":[1]}");
	for (i = 0; i < 100; i++)
		dense(NULL, 1, 1);
	finish();
}

/* Several inputs and outputs, layers that read two. */
static void
make_wires(void)
{
	struct graph *g = &m.graph;
	struct node *n;

	layer("left", "input", "{\"shape\":[4]}");
	layer("right", "input", "{\"shape\":[4]}")->ninputs = 0;
	n = layer("both", "add", "{}");
	n->inputs[0] = 0;
	n->inputs[1] = 1;
	n->ninputs = 2;
	layer("all", "concat", "{\"axis\":-1}")->inputs[1] = 0;
	g->nodes[3].ninputs = 2;
	g->inputs[0] = 1;
	g->inputs[1] = 0;
	g->ninputs = 2;
	g->outputs[0] = 3;
	g->outputs[1] = 2;
	g->noutputs = 2;
}

/* All that the others have alone. */
static void
make_full(void)
{
	net();
	add_labels();
	add_training();
	add_optimizer();
	add_alternates();
	add_history();
	add_lineage();
	add_frozen();
	add_ext();
	add_about();
}

/* The layers, and what is added to them. */
static const struct {
	const char *name;
	void (*make)(void), (*add)(void);
} files[] = {
	{ "about", net, add_about },
	{ "alternates", net, add_alternates },
	{ "bare", make_bare, NULL },
	{ "delta", make_delta, NULL },
	{ "ext", net, add_ext },
	{ "frozen", net, add_frozen },
	{ "full", make_full, NULL },
	{ "history", net, add_history },
	{ "label", make_label, NULL },
	{ "labels", net, add_labels },
	{ "layers", make_layers, NULL },
	{ "lineage", net, add_lineage },
	{ "names", make_names, NULL },
	{ "net", net, NULL },
	{ "optimizer", net, add_optimizer },
	{ "tied", make_tied, NULL },
	{ "training", net, add_training },
	{ "types", make_types, NULL },
	{ "wires", make_wires, NULL },
};

int
main(int argc, char **argv)
{
	size_t i;

	if (argc != 2) {
		fprintf(stderr, "usage: make-golden FOLDER\n");
		return 2;
	}
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *path;

		m = (struct fmt_model){ 0 };
		graph_begin(&m.graph, &arena);
		files[i].make();
		if (files[i].add != NULL)
			files[i].add();
		path = arena_printf(
		    &arena, &err, "%s/%s.h5nn", argv[1], files[i].name);
		done(err.code);
		done(fmt_save(&m, path, &err));
		printf("%s %s %s %s\n", files[i].name, m.content_id,
		    m.weights_id, m.state_id);
		arena_free(&arena);
	}
	return 0;
}
