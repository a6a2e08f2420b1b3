/* Graphs: names, order, checks, and what surgery leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/graph.h"

static struct arena arena;
static struct err err;
static struct graph graph;

static int
add(const char *name, const char *kind, int from)
{
	struct node *node = graph_append(&graph, name, kind, ERR_MODEL, &err);

	assert_non_null(node);
	if (from >= 0) {
		node->inputs[0] = from;
		node->ninputs = 1;
	}
	return graph.nnodes - 1;
}

static void
give_kernel(int at)
{
	struct shape shape = { 2, { 4, 3 } };

	assert_non_null(node_param(&graph.nodes[at], "kernel", ROLE_PARAMETER,
	    DTYPE_F32, &shape, &err));
}

/* input - flatten - dense_1 - relu - dense_2 - softmax */
static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	graph_begin(&graph, &arena);
	graph.task = "classify";
	add("in", "input", -1);
	add(NULL, "flatten", 0);
	add(NULL, "dense", 1);
	add(NULL, "relu", 2);
	add(NULL, "dense", 3);
	add(NULL, "softmax", 4);
	give_kernel(2);
	give_kernel(4);
	graph.inputs[graph.ninputs++] = 0;
	graph.outputs[graph.noutputs++] = 5;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void
test_layers_are_named_by_kind_and_number(void **state)
{
	(void)state;
	assert_int_equal(graph_find(&graph, "flatten_1"), 1);
	assert_int_equal(graph_find(&graph, "dense_2"), 4);
	assert_int_equal(graph_find(&graph, "dense_3"), -1);
	add("dense_4", "relu", 5);
	add(NULL, "dense", 6);
	assert_int_equal(graph_find(&graph, "dense_3"), 7);
	add(NULL, "dense", 6);
	assert_int_equal(graph_find(&graph, "dense_5"), 8);
}

static void
test_names_are_paths_of_plain_letters(void **state)
{
	char path[PATH_MAX_BYTES + 3];

	(void)state;
	assert_true(graph_name_ok("a"));
	assert_true(graph_name_ok("enc/block-1/conv_2.b"));
	assert_false(graph_name_ok(""));
	assert_false(graph_name_ok("/a"));
	assert_false(graph_name_ok("a/"));
	assert_false(graph_name_ok("a//b"));
	assert_false(graph_name_ok(".a"));
	assert_false(graph_name_ok("a/.."));
	assert_false(graph_name_ok("a b"));
	assert_false(graph_name_ok("a:b"));
	assert_false(graph_name_ok("gr\xc3\xbcn"));
	memset(path, 'a', sizeof(path));
	path[101] = '\0';
	assert_false(graph_name_ok(path));
	path[100] = '\0';
	assert_true(graph_name_ok(path));
	for (int i = 50; i < PATH_MAX_BYTES; i += 51)
		path[i] = '/';
	path[100] = 'a';
	path[PATH_MAX_BYTES + 1] = '\0';
	assert_false(graph_name_ok(path));
	path[PATH_MAX_BYTES] = '\0';
	assert_true(graph_name_ok(path));
}

static void
test_a_bad_or_double_name_is_refused(void **state)
{
	(void)state;
	assert_null(graph_append(&graph, "dense_1", "dense", ERR_USAGE, &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_string_equal(
	    err.text, "two layers are named 'dense_1'; give one another name=");
	err_clear(&err);
	assert_null(graph_append(&graph, "a b", "dense", ERR_USAGE, &err));
	assert_non_null(strstr(err.text, "'a b' is not a layer name"));
	assert_int_equal(graph.nnodes, 6);
}

static void
test_there_is_a_most_of_layers(void **state)
{
	char name[16];

	(void)state;
	while (graph.nnodes < GRAPH_NODES_MAX) {
		snprintf(name, sizeof(name), "n%d", graph.nnodes);
		add(name, "relu", graph.nnodes - 1);
	}
	assert_null(graph_append(&graph, "more", "relu", ERR_MODEL, &err));
	assert_string_equal(err.text, "more than 10000 layers");
}

static void
test_a_tensor_is_found_by_name_and_not_given_twice(void **state)
{
	struct node *node = &graph.nodes[2];
	struct shape shape = { 1, { 3 } };

	(void)state;
	assert_non_null(node_param_find(node, "kernel"));
	assert_null(node_param_find(node, "bias"));
	assert_null(node_param(
	    node, "kernel", ROLE_PARAMETER, DTYPE_F32, &shape, &err));
	assert_string_equal(err.text, "layer 'dense_1': two tensors 'kernel'");
	assert_int_equal(graph_param_count(&graph), 24);
}

static void
check_says(const char *says)
{
	err_clear(&err);
	assert_int_equal(graph_check(&graph, ERR_MODEL, &err), -1);
	assert_string_equal(err.text, says);
}

static void
test_checking_names_the_layer_that_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(graph_check(&graph, ERR_MODEL, &err), 0);
	graph.nodes[3].inputs[0] = 4;
	check_says("layer 'relu_1' reads from a layer that does not come "
		   "before it");
	graph.nodes[3].inputs[0] = -1;
	check_says("layer 'relu_1' reads from a layer that does not come "
		   "before it");
	graph.nodes[3].inputs[0] = 2;
	graph.nodes[3].ninputs = 0;
	check_says("layer 'relu_1': 0 inputs are not in 1..32");
	graph.nodes[3].ninputs = 1;
	graph.nodes[3].name = "dense_1";
	check_says("two layers are named 'dense_1'");
	graph.nodes[3].name = "relu_1";
	graph.outputs[0] = 6;
	check_says("output 1 is a layer that does not exist");
	graph.outputs[0] = 5;
	graph.outputs[graph.noutputs++] = 5;
	check_says("layer 'softmax_1' is an output twice");
	graph.noutputs = 0;
	check_says("0 outputs are not in 1..32");
	graph.noutputs = 1;
	graph.inputs[0] = 1;
	check_says("layer 'flatten_1' is listed as an input, but is of kind "
		   "'flatten'");
}

static void
test_the_head_is_the_last_layer_with_tensors_and_all_after(void **state)
{
	(void)state;
	assert_int_equal(graph_tag_head(&graph, &err), 0);
	for (int i = 0; i < 4; i++)
		assert_null(graph.nodes[i].tag);
	assert_string_equal(graph.nodes[4].tag, "head");
	assert_string_equal(graph.nodes[5].tag, "head");
}

static void
test_a_shortcut_around_the_head_stays_in_the_backbone(void **state)
{
	struct node *sum;

	(void)state;
	add("sum", "add", 4);
	sum = &graph.nodes[6];
	sum->inputs[sum->ninputs++] = 2;
	graph.outputs[0] = 6;
	assert_int_equal(graph_tag_head(&graph, &err), 0);
	assert_null(graph.nodes[2].tag);
	assert_null(graph.nodes[3].tag);
	assert_non_null(graph.nodes[4].tag);
	assert_non_null(graph.nodes[6].tag);
}

static void
test_cutting_the_head_leaves_a_stub_to_grow_from(void **state)
{
	int stubs[GRAPH_ENDS_MAX];

	(void)state;
	assert_int_equal(graph_tag_head(&graph, &err), 0);
	assert_int_equal(graph_cut(&graph, "head", stubs, &err), 1);
	assert_int_equal(graph.nnodes, 4);
	assert_int_equal(stubs[0], 3);
	assert_int_equal(graph.noutputs, 0);
	assert_int_equal(graph.ninputs, 1);
	add(NULL, "dense", stubs[0]);
	assert_string_equal(graph.nodes[4].name, "dense_2");
	graph.outputs[graph.noutputs++] = 4;
	assert_int_equal(graph_check(&graph, ERR_MODEL, &err), 0);
}

static void
test_a_cut_in_the_middle_renumbers_what_stays(void **state)
{
	int stubs[GRAPH_ENDS_MAX];

	(void)state;
	add("side", "softmax", 1);
	graph.nodes[2].tag = "gone";
	graph.nodes[3].tag = "gone";
	graph.nodes[4].tag = "gone";
	graph.nodes[5].tag = "gone";
	graph.outputs[graph.noutputs++] = 6;
	assert_int_equal(graph_cut(&graph, "gone", stubs, &err), 1);
	assert_int_equal(graph.nnodes, 3);
	assert_string_equal(graph.nodes[2].name, "side");
	assert_int_equal(graph.nodes[2].inputs[0], 1);
	assert_int_equal(graph.noutputs, 1);
	assert_int_equal(graph.outputs[0], 2);
	assert_int_equal(stubs[0], 1);
}

static void
test_a_cut_that_would_leave_a_loose_wire_changes_nothing(void **state)
{
	int stubs[GRAPH_ENDS_MAX];

	(void)state;
	graph.nodes[2].tag = "x";
	assert_int_equal(graph_cut(&graph, "x", stubs, &err), -1);
	assert_string_equal(err.text,
	    "layer 'relu_1' reads from 'dense_1', which is tagged 'x'; tag "
	    "both or none");
	assert_int_equal(graph.nnodes, 6);
}

static void
test_cutting_what_nothing_is_tagged_says_how_to_tag(void **state)
{
	int stubs[GRAPH_ENDS_MAX];

	(void)state;
	assert_int_equal(graph_cut(&graph, "head", stubs, &err), -1);
	assert_non_null(strstr(err.text, "no layer is tagged 'head'"));
	assert_non_null(strstr(err.text, "tag=head"));
}

static void
test_a_copy_shares_only_the_numbers(void **state)
{
	struct setting one = { .name = "units", .type = ATTR_WORD, .s = "3" };
	float numbers[12] = { 0 };
	struct arena mine = { 0 };
	struct graph copy;

	(void)state;
	graph.nodes[2].settings = (struct settings){ 1, &one };
	graph.nodes[2].params[0].value.data = numbers;
	assert_int_equal(graph_copy(&copy, &graph, &mine, &err), 0);
	arena_free(&arena);
	assert_string_equal(copy.task, "classify");
	assert_string_equal(copy.nodes[2].name, "dense_1");
	assert_string_equal(copy.nodes[2].settings.at[0].s, "3");
	assert_ptr_not_equal(copy.nodes[2].settings.at, &one);
	assert_ptr_equal(copy.nodes[2].params[0].value.data, numbers);
	assert_non_null(graph_append(&copy, "new", "relu", ERR_MODEL, &err));
	assert_int_equal(graph.nnodes, 6);
	arena_free(&mine);
}

/* Before the second dense layer: a side way from relu to softmax stays. */
static void
test_an_insertion_moves_what_comes_after(void **state)
{
	(void)state;
	graph.nodes[4].tag = "head";
	graph.nodes[5].inputs[graph.nodes[5].ninputs++] = 3;
	assert_int_equal(graph_insert(&graph, 4, "tanh", &err), 4);
	assert_int_equal(graph_check(&graph, ERR_MODEL, &err), 0);
	assert_int_equal(graph.nnodes, 7);
	assert_string_equal(graph.nodes[4].name, "tanh_1");
	assert_string_equal(graph.nodes[4].tag, "head");
	assert_int_equal(graph.nodes[4].inputs[0], 3);
	assert_int_equal(graph.nodes[5].inputs[0], 4);
	assert_int_equal(graph.nodes[5].nparams, 1);
	assert_int_equal(graph.nodes[6].inputs[0], 5);
	assert_int_equal(graph.nodes[6].inputs[1], 3);
	assert_int_equal(graph.outputs[0], 6);
	assert_int_equal(graph_find(&graph, "tanh_1"), 4);
	assert_int_equal(graph_find(&graph, "softmax_1"), 6);
}

#define TEST(F) cmocka_unit_test_setup_teardown(F, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_layers_are_named_by_kind_and_number),
		TEST(test_names_are_paths_of_plain_letters),
		TEST(test_a_bad_or_double_name_is_refused),
		TEST(test_there_is_a_most_of_layers),
		TEST(test_a_tensor_is_found_by_name_and_not_given_twice),
		TEST(test_checking_names_the_layer_that_is_wrong),
		TEST(
		    test_the_head_is_the_last_layer_with_tensors_and_all_after),
		TEST(test_a_shortcut_around_the_head_stays_in_the_backbone),
		TEST(test_cutting_the_head_leaves_a_stub_to_grow_from),
		TEST(test_a_cut_in_the_middle_renumbers_what_stays),
		TEST(test_a_cut_that_would_leave_a_loose_wire_changes_nothing),
		TEST(test_cutting_what_nothing_is_tagged_says_how_to_tag),
		TEST(test_an_insertion_moves_what_comes_after),
		TEST(test_a_copy_shares_only_the_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
