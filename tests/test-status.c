/* What a bug of our own looks like from outside: the proof of frozen tensors
   notices a changed number, and a tool that reports a bug exits with 70. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "frozen.h"
#include "tool.h"

static float numbers[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };

/* One layer with a frozen kernel and a bias that learns. */
static void
make_graph(struct graph *g, struct arena *arena, struct err *err)
{
	struct shape shape = { 1, { 3 } };
	struct node *node;
	struct param *p;

	graph_begin(g, arena);
	node = graph_append(g, "a", "dense", ERR_BUG, err);
	assert_non_null(node);
	p = node_param(node, "kernel", ROLE_PARAMETER, DTYPE_F32, &shape, err);
	assert_non_null(p);
	p->value.data = numbers[0];
	p->frozen = 1;
	p = node_param(node, "bias", ROLE_PARAMETER, DTYPE_F32, &shape, err);
	assert_non_null(p);
	p->value.data = numbers[1];
}

static void
test_a_frozen_number_that_changes_is_a_bug(void **state)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct graph g;
	struct freeze_proof *proof;

	(void)state;
	make_graph(&g, &arena, &err);
	proof = freeze_proof_take(&g, 0, &arena, &err);
	assert_non_null(proof);
	assert_int_equal(proof->n, 1);
	numbers[1][0] = 40;
	assert_int_equal(freeze_proof_check(proof, &g, &err), 1);
	numbers[0][2] = 3.0000002f;
	assert_int_equal(freeze_proof_check(proof, &g, &err), -1);
	assert_int_equal(err.code, ERR_BUG);
	assert_non_null(strstr(err.text, "a/kernel"));
	arena_free(&arena);
}

static int
run_into_a_bug(struct tool *t, void *options)
{
	(void)options;
	return err_set(&t->err, ERR_BUG, "two and two are five");
}

static void
test_a_bug_exits_with_70(void **state)
{
	static const char *const usage[] = { "", NULL };
	static const struct cli_option rows[] = { { CLI_COMMON, "quiet" },
		{ 0 } };
	static const struct cli_tool what = { .name = "test-status",
		.brief = "fail",
		.usage = usage,
		.options = rows,
		.run = run_into_a_bug };
	struct common options = { 0 };
	char name[] = "test-status";
	char *argv[] = { name, NULL };

	(void)state;
	assert_int_equal(tool_main(&what, &options, 1, argv), 70);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_frozen_number_that_changes_is_a_bug),
		cmocka_unit_test(test_a_bug_exits_with_70),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
