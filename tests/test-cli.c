/* Options as rows: what is parsed, what is refused and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli.h"

struct plan {
	int64_t epochs;
	int decay_all;
	double lr;
};

struct options {
	const char *model, *word, *shape;
	int quiet, verbose;
	int64_t threads, spool;
	double rate, time;
	struct cli_list select;
	struct plan plan;
};

static const struct attr plan_attrs[] = {
	{ ATTR(INT, struct plan, epochs), 1, 100, "5", "epochs" },
	{ ATTR(BOOL, struct plan, decay_all), 0, 1, "false", "decay" },
	{ ATTR(REAL, struct plan, lr), 0, 1, "0.5", "rate" },
	{ 0 },
};

static const char *const words[] = { "same", "valid", NULL };

#define AT(MEMBER) offsetof(struct options, MEMBER)

static const struct cli_option common[] = {
	{ CLI_TEXT, "model", 'm', AT(model), "FILE", "the model", "-" },
	{ CLI_END },
};

static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "All" },
	{ CLI_COMMON, "model" },
	{ CLI_FLAG, "quiet", 'q', AT(quiet), NULL, "less",
	    .excludes = "verbose" },
	{ CLI_FLAG, "verbose", 'v', AT(verbose), NULL, "more" },
	{ CLI_INT, "threads", 'j', AT(threads), "N", "threads", "1", .min = 1,
	    .max = 64, .result = 1 },
	{ CLI_REAL, "rate", 0, AT(rate), "X", "a rate", .min = 0, .max = 1 },
	{ CLI_WORD, "pad", 0, AT(word), NULL, "padding", "same",
	    .words = words },
	{ CLI_TIME, "max-time", 0, AT(time), "TIME", "a time" },
	{ CLI_BYTES, "spool", 0, AT(spool), "SIZE", "a size", "256M" },
	{ CLI_LIST, "freeze", 0, AT(select), "SEL", "freeze", .result = 1 },
	{ CLI_LIST, "train", 0, AT(select), "SEL", "train", .result = 1 },
	{ CLI_TEXT, "show", 0, AT(shape), "HOW", "show it", .optional = "count",
	    .needs = "quiet verbose" },
	{ CLI_ATTR, "epochs", 'e', AT(plan), .attrs = plan_attrs, .result = 1 },
	{ CLI_ATTR, "decay-all", 0, AT(plan), .attrs = plan_attrs,
	    .result = 1 },
	{ CLI_ATTR, "lr", 'l', AT(plan), .attrs = plan_attrs },
	{ CLI_LATER, "lora", .help = "adapters are still to come" },
	{ CLI_END },
};

static const char *const usage[] = { "[OPTION]... DATA...", NULL };
static const struct cli_tool tool = {
	.name = "nn-test", .brief = "Tests.", .usage = usage, .options = options
};

static struct arena arena;
static struct err err;
static struct options o;
static struct cli c;

static int
setup(void **state)
{
	(void)state;
	memset(&o, 0, sizeof(o));
	err_clear(&err);
	c = (struct cli){
		.tool = &tool, .common = common, .arena = &arena, .options = &o
	};
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* Words separated by a blank. */
static int
parse(const char *line)
{
	static char text[512];
	static char *argv[64];
	int argc = 0;

	memcpy(text, line, strlen(line) + 1);
	for (char *s = strtok(text, " "); s; s = strtok(NULL, " "))
		argv[argc++] = s;
	argv[argc] = NULL;
	return cli_parse(&c, argc, argv, &err);
}

static void
refuses(const char *line, const char *text)
{
	setup(NULL);
	assert_int_equal(parse(line), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_string_equal(err.text, text);
}

static void
test_every_default_is_set(void **state)
{
	(void)state;
	assert_int_equal(parse("nn-test"), 0);
	assert_string_equal(o.model, "-");
	assert_int_equal(o.threads, 1);
	assert_int_equal(o.spool, 256 << 20);
	assert_string_equal(o.word, "same");
	assert_int_equal(o.plan.epochs, 5);
	assert_true(o.plan.lr == 0.5);
	assert_int_equal(c.noperands, 0);
	assert_false(cli_given(&c, "threads"));
}

static void
test_options_stand_before_and_after_operands(void **state)
{
	(void)state;
	assert_int_equal(
	    parse("nn-test a -j 3 b --rate=0.25 --pad valid - -- -q --x"), 0);
	assert_int_equal(o.threads, 3);
	assert_true(o.rate == 0.25);
	assert_string_equal(o.word, "valid");
	assert_int_equal(o.quiet, 0);
	assert_int_equal(c.noperands, 5);
	assert_string_equal(c.operands[0], "a");
	assert_string_equal(c.operands[2], "-");
	assert_string_equal(c.operands[4], "--x");
	assert_null(c.operands[5]);
}

static void
test_letters_are_bundled(void **state)
{
	(void)state;
	assert_int_equal(parse("nn-test -qe7 -mfile -l 0.125"), 0);
	assert_int_equal(o.quiet, 1);
	assert_int_equal(o.plan.epochs, 7);
	assert_string_equal(o.model, "file");
	assert_true(o.plan.lr == 0.125);
}

static void
test_lists_keep_the_order_of_all_their_options(void **state)
{
	(void)state;
	assert_int_equal(
	    parse("nn-test --freeze=all --train head --freeze=a*"), 0);
	assert_int_equal(o.select.n, 3);
	assert_string_equal(o.select.at[0].option, "freeze");
	assert_string_equal(o.select.at[1].option, "train");
	assert_string_equal(o.select.at[1].value, "head");
	assert_string_equal(o.select.at[2].value, "a*");
}

static void
test_units_of_time_and_size(void **state)
{
	(void)state;
	assert_int_equal(parse("nn-test --max-time=30m --spool=64K"), 0);
	assert_true(o.time == 1800);
	assert_int_equal(o.spool, 64 << 10);
	setup(NULL);
	assert_int_equal(parse("nn-test --max-time=1.5h --spool=4096"), 0);
	assert_true(o.time == 5400);
	assert_int_equal(o.spool, 4096);
	refuses("nn-test --max-time=soon",
	    "--max-time: 'soon' is not a time; write 90, 90s, 30m, 1.5h or 2d");
	refuses("nn-test --spool=-1",
	    "--spool: '-1' is not a size; write 4096, 64K, 256M or 1G");
}

static void
test_unknown_options_get_one_suggestion(void **state)
{
	(void)state;
	refuses("nn-test --epoch=3",
	    "--epoch: unknown option; did you mean --epochs?");
	refuses(
	    "nn-test --zebra", "--zebra: unknown option; see nn-test --help");
	refuses("nn-test -x", "-x: unknown option; see nn-test --help");
	refuses(
	    "nn-test --quie", "--quie: unknown option; did you mean --quiet?");
}

static void
test_values_are_checked_by_their_rows(void **state)
{
	(void)state;
	refuses("nn-test --threads=0", "--threads: 0 is not in 1..64");
	refuses("nn-test -e x", "--epochs: 'x' is not a whole number");
	refuses("nn-test --decay-all=1", "--decay-all: takes no value");
	refuses("nn-test --quiet=yes", "--quiet: takes no value");
	refuses("nn-test --rate", "--rate: needs a value: --rate=X");
	refuses("nn-test -j", "-j: needs a value: -j N");
	refuses("nn-test --pad=vald",
	    "--pad: unknown word 'vald'; did you mean 'valid'?");
}

static void
test_contradictions_are_refused(void **state)
{
	(void)state;
	refuses("nn-test -qv",
	    "--quiet and --verbose exclude each other; give one of them");
	refuses("nn-test --show",
	    "--show: has no effect without --quiet; give it too");
	refuses("nn-test --lora=x",
	    "--lora: is not in this version; adapters are still to come");
}

static void
test_an_optional_argument_needs_its_equal_sign(void **state)
{
	(void)state;
	assert_int_equal(parse("nn-test -q --show file"), 0);
	assert_string_equal(o.shape, "count");
	assert_int_equal(c.noperands, 1);
	setup(NULL);
	assert_int_equal(parse("nn-test -q --show=row file"), 0);
	assert_string_equal(o.shape, "row");
}

static void
test_help_ends_the_parsing(void **state)
{
	(void)state;
	assert_int_equal(parse("nn-test --help --nonsense"), 0);
	assert_true(c.help);
	setup(NULL);
	assert_int_equal(parse("nn-test --nonsense --help"), -1);
}

static void
test_lines_of_a_spec_do_not_replace_the_command_line(void **state)
{
	(void)state;
	assert_int_equal(parse("nn-test -j 3"), 0);
	assert_int_equal(cli_add(&c, "--threads=9", &err), 0);
	assert_int_equal(cli_add(&c, "--rate=0.5", &err), 0);
	assert_int_equal(o.threads, 3);
	assert_true(o.rate == 0.5);
	assert_true(cli_given(&c, "rate"));
	assert_int_equal(cli_add(&c, "--treads=9", &err), -1);
}

static void
test_what_changes_the_result_is_recorded(void **state)
{
	struct json *object = json_put_object(NULL, NULL, &arena, &err);
	(void)state;
	assert_int_equal(parse("nn-test -q -e 3 --epochs=4 --decay-all "
			       "--freeze=a --freeze=b --train=c --rate=1"),
	    0);
	assert_int_equal(cli_record(&c, object, &err), 0);
	assert_string_equal(json_print(object, &arena, &err),
	    "{\"decay-all\":true,\"epochs\":\"4\",\"freeze\":[\"a\",\"b\"],"
	    "\"train\":\"c\"}");
}

static void
test_help_tells_every_option_but_later_ones(void **state)
{
	struct text out;
	(void)state;
	text_begin(&out, &arena, &err);
	cli_help(&c, &out);
	assert_non_null(text_end(&out));
	assert_non_null(strstr(out.s, "usage: nn-test [OPTION]... DATA...\n"));
	assert_non_null(strstr(out.s, "  -e, --epochs=N"));
	assert_non_null(strstr(out.s, "epochs (default 5)"));
	assert_non_null(strstr(out.s, "      --pad=same|valid"));
	assert_non_null(strstr(out.s, "      --show[=HOW]"));
	assert_non_null(strstr(out.s, "      --decay-all  "));
	assert_null(strstr(out.s, "lora"));
}

#define TEST(F) cmocka_unit_test_setup_teardown(F, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_default_is_set),
		TEST(test_options_stand_before_and_after_operands),
		TEST(test_letters_are_bundled),
		TEST(test_lists_keep_the_order_of_all_their_options),
		TEST(test_units_of_time_and_size),
		TEST(test_unknown_options_get_one_suggestion),
		TEST(test_values_are_checked_by_their_rows),
		TEST(test_contradictions_are_refused),
		TEST(test_an_optional_argument_needs_its_equal_sign),
		TEST(test_help_ends_the_parsing),
		TEST(test_lines_of_a_spec_do_not_replace_the_command_line),
		TEST(test_what_changes_the_result_is_recorded),
		TEST(test_help_tells_every_option_but_later_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
