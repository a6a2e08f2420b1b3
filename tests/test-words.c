/* Layers as words, read and printed; selectors over the graph they make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "kind.h"
#include "nn.h"
#include "select.h"
#include "spec.h"

enum { WORDS = 32 };

static struct arena arena;
static struct err err;
static struct graph g;

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	graph_begin(&g, &arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* Words separated by a blank into g; resolved. */
static int
build(const char *line)
{
	const char *words[WORDS];
	char *text = arena_text(&arena, line, &err);
	int n = 0;

	for (char *s = strtok(text, " "); s; s = strtok(NULL, " "))
		words[n++] = s;
	graph_begin(&g, &arena);
	if (spec_append(&g, words, n, -1, NULL, &err) < 0)
		return -1;
	return nn_resolve(&g, 1, ERR_USAGE, &err);
}

static void
refuses(const char *line, const char *text)
{
	err_clear(&err);
	assert_int_equal(build(line), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_string_equal(err.text, text);
	err_clear(&err);
}

/* The words of g, joined by a blank. */
static char *
print(int tagged)
{
	const char **words;
	struct text t;
	int n;

	assert_int_equal(spec_print(&g, tagged, &words, &n, &arena, &err), 0);
	text_begin(&t, &arena, &err);
	for (int i = 0; i < n; i++)
		text_addf(&t, "%s%s", i ? " " : "", words[i]);
	return text_end(&t);
}

static void
test_an_activation_in_the_word_is_a_layer_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(build("input:784 dense:128:relu dense:10:softmax"), 0);
	assert_int_equal(g.nnodes, 5);
	assert_string_equal(g.nodes[2].name, "dense_1_relu");
	assert_string_equal(g.nodes[2].kind, "relu");
	assert_int_equal(g.nodes[2].inputs[0], 1);
	assert_string_equal(g.nodes[4].name, "dense_2_softmax");
	assert_int_equal(g.noutputs, 1);
	assert_int_equal(g.outputs[0], 4);
	assert_int_equal(g.ninputs, 1);
}

static void
test_a_convolution_is_said_in_one_word(void **state)
{
	(void)state;
	assert_int_equal(
	    build("input:9x8x3 conv:32:3x3:relu,pad=same,name=c1 maxpool:2x2 "
		  "bn conv:4:3,pad=1+0+2+1,stride=2x1,groups=2,bias=false"),
	    0);
	assert_string_equal(print(0),
	    "input:9x8x3 conv2d:32:3x3:relu,pad=same,name=c1 max_pool2d "
	    "batch_norm conv2d:4:3,stride=2x1,pad=1+0+2+1,groups=2,"
	    "bias=false");
	assert_string_equal(g.nodes[1].name, "c1");
	assert_string_equal(g.nodes[2].name, "c1_relu");
	assert_int_equal(g.nodes[1].params[0].value.shape.dim[3], 32);
	refuses("input:9x8x3 conv:32:relu",
	    "layer 'conv2d_1': kernel: 'relu' is not a shape like 3x3");
	refuses("input:9x8x3 conv:32",
	    "layer 'conv2d_1': setting 'kernel' is "
	    "missing (height x width of the "
	    "window, or one number for both)");
}

static void
test_wires_follow_from(void **state)
{
	(void)state;
	assert_int_equal(build("input:8,name=a dense:4,name=b "
			       "dense:4,from=a,name=c,tag=x add,from=b+c,out "
			       "dense:2"),
	    0);
	assert_int_equal(g.nodes[2].inputs[0], 0);
	assert_int_equal(g.nodes[3].ninputs, 2);
	assert_int_equal(g.nodes[3].inputs[1], 2);
	assert_string_equal(g.nodes[2].tag, "x");
	assert_int_equal(g.noutputs, 2);
	assert_int_equal(g.outputs[0], 4);
	assert_int_equal(g.outputs[1], 3);
}

static void
test_mistakes_name_the_layer_and_the_nearest_word(void **state)
{
	(void)state;
	refuses("input:8 dens:3",
	    "layer 'dens:3': 'dens' is not a kind of layer; did you mean "
	    "'dense'?");
	refuses("input:8 dense:3:rellu",
	    "layer 'dense:3:rellu': 'rellu' is not an activation; did you "
	    "mean 'relu'?");
	refuses("input:8 dense:3:relu:relu",
	    "layer 'dense:3:relu:relu': ':relu' is one value too many");
	refuses("input:8 dense:3,unit=4",
	    "layer 'dense:3,unit=4': unknown setting 'unit'; did you mean "
	    "'units'?");
	refuses("input:8,name=abc add,from=abd",
	    "layer 'add,from=abd': from=abd: no earlier layer has that name; "
	    "did you mean 'abc'?");
	refuses("input:8 dense:3,from=a,name=a",
	    "layer 'dense:3,from=a,name=a': from=a: no earlier layer has that "
	    "name");
	refuses("dense:3",
	    "layer 'dense:3': nothing comes before it; begin with -i SHAPE or "
	    "input:SHAPE");
	refuses("input:8,name=a dense:3,name=a",
	    "layer 'dense:3,name=a': two layers are named 'a'; give one "
	    "another name=");
}

static void
round_trip(const char *line)
{
	assert_int_equal(build(line), 0);
	assert_string_equal(print(1), line);
}

static void
test_printing_gives_the_words_back(void **state)
{
	(void)state;
	round_trip("input:28x28x1 flatten dense:128:relu dropout:0.2 "
		   "dense:10:softmax");
	round_trip("input:8,name=a dense:4,bias=false,name=b "
		   "dense:4,name=c,from=a,tag=x add,from=b+c,out dense:2");
	round_trip("input:8 dense:4:tanh,name=code,tag=y,out dense:8:sigmoid");
	round_trip("input:8 dense:4,name=enc/a relu dense:8");
}

/* By existing: every kind's example survives printing and reading. */
static void
test_every_kind_goes_round(void **state)
{
	char line[400], shape[SHAPE_TEXT];

	(void)state;
	for (int i = 0; kinds[i]; i++) {
		const struct kind *k = kinds[i];
		struct shape x = shape_sample(&k->example_x);
		char *first, *second;
		if (strcmp(k->name, "input") == 0)
			continue;
		shape_print(shape, &x);
		snprintf(line, sizeof(line),
		    "input:%s,name=a input:%s,name=b %s,from=%s,name=c", shape,
		    shape, k->example, k->example_inputs > 1 ? "a+b" : "a");
		assert_int_equal(build(line), 0);
		first = print(0);
		assert_int_equal(build(first), 0);
		second = print(0);
		assert_string_equal(first, second);
	}
}

static void
test_a_spec_file_comes_apart(void **state)
{
	struct spec_file f;

	(void)state;
	assert_int_equal(
	    spec_split(&f,
		"# a net\n--labels=a #b,c\n\n  flatten  # comment\r\n"
		"dense:3:softmax",
		"x.spec", &arena, &err),
	    0);
	assert_int_equal(f.noptions, 1);
	assert_string_equal(f.options[0], "--labels=a #b,c");
	assert_int_equal(f.option_line[0], 2);
	assert_int_equal(f.nlayers, 2);
	assert_string_equal(f.layers[0], "flatten");
	assert_int_equal(f.layer_line[1], 5);
	assert_int_equal(
	    spec_split(&f, "flatten\ndense:3 relu\n", "x.spec", &arena, &err),
	    -1);
	assert_string_equal(
	    err.text, "x.spec:2: one layer a line, without blanks in it");
}

/* The selected layers as letters of the net below, then the tensors. */
static const char *
selected(const char *list)
{
	static char out[64];
	struct selection s;
	char *o = out;

	if (select_parse(&s, &g, list, &arena, &err) < 0)
		return err.text;
	for (int i = 0; i < g.nnodes; i++)
		*o++ = select_has(&s, i, -1) ? g.nodes[i].name[0] : '-';
	*o++ = ' ';
	for (int i = 0; i < g.nnodes; i++)
		for (int p = 0; p < g.nodes[i].nparams; p++)
			*o++ = select_has(&s, i, p)
			    ? g.nodes[i].params[p].name[0]
			    : '-';
	*o = '\0';
	return out;
}

static void
test_selectors(void **state)
{
	static const char *const cases[][2] = {
		{ "all", "abcdefg kbkbkb" },
		{ "none", "------- ------" },
		{ "b", "-b----- kb----" },
		{ "?", "abcdefg kbkbkb" },
		{ "first:1", "ab----- kb----" },
		{ "first:2", "abcd--- kbkb--" },
		{ "last:1", "-----fg ----kb" },
		{ "last:2", "---defg --kbkb" },
		{ "index:2", "-b----- kb----" },
		{ "index:2-4", "-bcd--- kbkb--" },
		{ "type:dense", "-b-d-f- kbkbkb" },
		{ "param:bias", "------- -b-b-b" },
		{ "param:k*", "------- k-k-k-" },
		{ "head", "-----fg ----kb" },
		{ "backbone", "abcde-- kbkb--" },
		{ "tag:head", "-----fg ----kb" },
		{ "^head", "abcde-- kbkb--" },
		{ "all,^param:bias", "abcdefg k-k-k-" },
		{ "all,^type:dense,b", "abc-e-g kb----" },
		{ "all,none", "------- ------" },
		{ "^b,^d", "a-c-efg ----kb" },
	};

	(void)state;
	assert_int_equal(
	    build("input:8,name=a dense:4,name=b relu,name=c dense:4,name=d "
		  "dropout:0.2,name=e dense:3,name=f softmax,name=g"),
	    0);
	assert_int_equal(graph_tag_head(&g, &err), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(selected(cases[i][0]), cases[i][1]);
}

static void
select_refuses(const char *list, const char *text)
{
	struct selection s;

	err_clear(&err);
	assert_int_equal(select_parse(&s, &g, list, &arena, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_string_equal(err.text, text);
}

static void
test_a_selector_that_matches_nothing_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(build("input:8 dense:4:relu,name=enc/one dense:3"), 0);
	select_refuses("enc/onne",
	    "selector 'enc/onne': matches nothing in the model; did you mean "
	    "'enc/one'?");
	select_refuses("x/*",
	    "selector 'x/*': matches nothing in the model; there is input_1, "
	    "enc/one, enc/one_relu, dense_2");
	select_refuses("type:dens",
	    "selector 'type:dens': matches nothing in the model; did you mean "
	    "'dense'?");
	select_refuses("typ:dense",
	    "selector 'typ:dense': unknown selector; did you mean 'type:'?");
	select_refuses("first:3",
	    "selector 'first:3': the model has only 2 layers with parameters");
	select_refuses(
	    "index:2-9", "selector 'index:2-9': the model has only 4 rows");
	select_refuses("head",
	    "selector 'head': no layer of the model is tagged as head; name "
	    "the layers (last:1), or tag them when the model is made "
	    "(tag=head)");
	select_refuses("all,", "selector '': is empty");
}

static void
test_freezing_a_tensor_leaves_the_layers_mode(void **state)
{
	struct selection s;

	(void)state;
	assert_int_equal(build("input:8 dense:4 dropout:0.1 dense:3"), 0);
	assert_int_equal(select_parse(&s, &g, "param:bias", &arena, &err), 0);
	select_freeze(&s, &g, 1);
	assert_false(g.nodes[1].frozen);
	assert_true(node_param_find(&g.nodes[1], "bias")->frozen);
	assert_false(node_param_find(&g.nodes[1], "kernel")->frozen);
	assert_int_equal(select_parse(&s, &g, "first:2", &arena, &err), 0);
	select_freeze(&s, &g, 1);
	assert_true(g.nodes[2].frozen);
	assert_int_equal(select_parse(&s, &g, "type:dense", &arena, &err), 0);
	select_freeze(&s, &g, 0);
	assert_false(g.nodes[1].frozen);
	assert_true(g.nodes[2].frozen);
}

#define TEST(F) cmocka_unit_test_setup_teardown(F, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_activation_in_the_word_is_a_layer_of_its_own),
		TEST(test_a_convolution_is_said_in_one_word),
		TEST(test_wires_follow_from),
		TEST(test_mistakes_name_the_layer_and_the_nearest_word),
		TEST(test_printing_gives_the_words_back),
		TEST(test_every_kind_goes_round),
		TEST(test_a_spec_file_comes_apart),
		TEST(test_selectors),
		TEST(test_a_selector_that_matches_nothing_is_an_error),
		TEST(test_freezing_a_tensor_leaves_the_layers_mode),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
