/* One way out: every code of an err is an exit status, and signals are either
   asked politely or obeyed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include <cmocka.h>

#include "tool.h"

struct options {
	struct common common;
	int64_t code;
	int partial;
};

static int
run(struct tool *t, void *opts)
{
	struct options *o = opts;

	t->partial = o->partial;
	if (o->code < 0)
		return -1; /* a mistake: failed without a reason */
	if (o->code > 0)
		return err_set(&t->err, (enum err_code)o->code, "as asked");
	return 0;
}

static const struct cli_option options[] = {
	{ CLI_INT, "code", 0, offsetof(struct options, code), "N", "status",
	    .min = -1, .max = 255 },
	{ CLI_FLAG, "partial", 0, offsetof(struct options, partial), NULL,
	    "partial" },
	{ CLI_COMMON, "quiet" },
	{ CLI_COMMON, "seed" },
	{ CLI_END },
};

static const char *const usage[] = { "[OPTION]...", NULL };
static const struct cli_tool what = { .name = "nn-test",
	.brief = "Tests.",
	.usage = usage,
	.options = options,
	.run = run };

static int
status(const char *option)
{
	struct options o = { 0 };
	char name[] = "nn-test", word[64], *argv[] = { name, word, NULL };

	snprintf(word, sizeof(word), "%s", option);
	return tool_main(&what, &o, option[0] ? 2 : 1, argv);
}

static void
test_every_code_is_an_exit_status(void **state)
{
	static const enum err_code codes[] = { ERR_PARTIAL, ERR_USAGE,
		ERR_MODEL, ERR_DATA, ERR_IO, ERR_NUMERIC, ERR_BUDGET, ERR_BUG };
	char option[32];

	(void)state;
	assert_int_equal(status(""), 0);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		snprintf(option, sizeof(option), "--code=%d", (int)codes[i]);
		assert_int_equal(status(option), codes[i]);
	}
	assert_int_equal(status("--code=-1"), ERR_BUG);
	assert_int_equal(status("--partial"), ERR_PARTIAL);
	assert_int_equal(status("--seed=-1"), ERR_USAGE);
	assert_int_equal(status("--seed=x"), ERR_USAGE);
}

/* What a child that runs work ends with.  Whoever runs the tests in the
   background may have had SIGINT ignored; the child begins anew. */
static int
child(void (*work)(void))
{
	int ended;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		work();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &ended, 0), pid);
	return ended;
}

static void
read_a_cut_file(void)
{
	char name[] = "test-tool-XXXXXX";
	int fd = mkstemp(name);
	volatile char *map;

	unlink(name);
	if (fd < 0 || ftruncate(fd, 8192) < 0)
		return;
	map = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0);
	signal_begin("nn-test");
	if (ftruncate(fd, 0) == 0)
		_exit(map[5000]);
}

static void
test_a_file_cut_while_mapped_is_an_io_error(void **state)
{
	int ended = child(read_a_cut_file);

	(void)state;
	assert_true(WIFEXITED(ended));
	assert_int_equal(WEXITSTATUS(ended), ERR_IO);
}

static void
raise_after_a_step(void)
{
	struct tool t = { .name = "nn-test" };

	signal_begin("nn-test");
	tool_catch();
	raise(SIGTERM);
	if (tool_stopped() != SIGTERM)
		_exit(9);
	tool_raise(&t);
}

static void
raise_twice(void)
{
	signal_begin("nn-test");
	tool_catch();
	raise(SIGINT);
	raise(SIGINT);
}

static void
test_the_first_signal_asks_and_the_second_kills(void **state)
{
	int ended = child(raise_after_a_step);

	(void)state;
	assert_true(WIFSIGNALED(ended));
	assert_int_equal(WTERMSIG(ended), SIGTERM);
	ended = child(raise_twice);
	assert_true(WIFSIGNALED(ended));
	assert_int_equal(WTERMSIG(ended), SIGINT);
}

static void
ask_for_a_line(void)
{
	signal_begin("nn-test");
	raise(SIGUSR1);
	raise(SIGUSR2);
	_exit(tool_line_wanted() + 2 * tool_line_wanted() +
	    4 * tool_snapshot_wanted() + 8 * tool_snapshot_wanted());
}

static void
test_usr1_and_usr2_are_each_told_once(void **state)
{
	int ended = child(ask_for_a_line);

	(void)state;
	assert_true(WIFEXITED(ended));
	assert_int_equal(WEXITSTATUS(ended), 1 + 4);
}

enum { BORROWED = 1 << 17 };

static unsigned char *borrowed; /* shared, so that the parent can look */

static void
ask(void)
{
	raise(SIGUSR1);
}

static void
ask_elsewhere(void)
{
	ucontext_t back, there;

	/* No signal, but the symbol is bound, which takes stack. */
	if (raise(0) != 0 || getcontext(&there) < 0)
		_exit(1);
	there.uc_stack.ss_sp = borrowed;
	there.uc_stack.ss_size = BORROWED;
	there.uc_link = &back;
	makecontext(&there, ask, 0);
	_exit(swapcontext(&back, &there) < 0);
}

static void
ignored(void)
{
	signal(SIGUSR1, SIG_IGN);
	ask_elsewhere();
}

static void
on_the_same_stack(int sig)
{
	(void)sig;
}

static void
caught_the_common_way(void)
{
	signal(SIGUSR1, on_the_same_stack);
	ask_elsewhere();
}

static void
caught_as_tools_do(void)
{
	signal_begin("nn-test");
	ask_elsewhere();
}

/* How many bytes of borrowed memory are written while the stack pointer is
   there and a signal comes. */
static size_t
touched(void (*asked)(void))
{
	size_t n = 0;

	memset(borrowed, 0x5a, BORROWED);
	assert_int_equal(child(asked), 0);
	while (n < BORROWED && borrowed[n] == 0x5a)
		n++;
	return BORROWED - n;
}

/* oneDNN computes with the stack pointer in the heap. */
static void
test_a_signal_leaves_the_stack_where_it_came_alone(void **state)
{
	size_t least;

	(void)state;
	borrowed = mmap(NULL, BORROWED, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(borrowed != MAP_FAILED);
	least = touched(ignored);
	assert_in_range(touched(caught_as_tools_do), least, least + 256);
	assert_true(touched(caught_the_common_way) > least + 256);
	munmap(borrowed, BORROWED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_is_an_exit_status),
		cmocka_unit_test(test_a_file_cut_while_mapped_is_an_io_error),
		cmocka_unit_test(
		    test_the_first_signal_asks_and_the_second_kills),
		cmocka_unit_test(test_usr1_and_usr2_are_each_told_once),
		cmocka_unit_test(
		    test_a_signal_leaves_the_stack_where_it_came_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
