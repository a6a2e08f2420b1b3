/* Several processes save to one path while others read it: every read sees one
   whole generation, never a missing or a mixed file; in the end the last
   rename has won and nothing lies beside the model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>

#include "generation.h"
#include "torture.h"

enum {
	NUMBERS = 50 * 1000,
	WRITERS_MAX = 8,
	READERS = 2,
	/* Generation: the writer, and how often it has saved. */
	EACH = 1000 * 1000,
};

static struct generations g;

/* Saves until it is told to stop; tells how often. */
static void
write_for_ever(int writer, int stop, int tell)
{
	int n = 0;
	char word;

	while (read(stop, &word, 1) < 0)
		if (generation_save(&g, writer * EACH + ++n) < 0)
			_exit(1);
	if (write(tell, &n, sizeof(n)) != sizeof(n))
		_exit(1);
	_exit(0);
}

/* So many reads, each whole; of one writer generations never go back.  Tells
   how many generations it saw. */
static void
read_many(long n, int tell)
{
	int last[WRITERS_MAX + 1] = { 0 };
	int was = 0, changes = 0;

	for (long i = 0; i < n; i++) {
		int is = generation(&g);

		if (is < EACH || is / EACH > WRITERS_MAX ||
		    is % EACH < last[is / EACH])
			_exit(1);
		last[is / EACH] = is % EACH;
		changes += is != was;
		was = is;
	}
	if (write(tell, &changes, sizeof(changes)) != sizeof(changes))
		_exit(1);
	_exit(0);
}

static void
assert_exited_well(pid_t child)
{
	int status = -1;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
sum_of(int fd, int n)
{
	int sum = 0, one;

	for (int i = 0; i < n; i++) {
		assert_int_equal(read(fd, &one, sizeof(one)), sizeof(one));
		sum += one;
	}
	return sum;
}

/* Whatever the last of each writer was, one of these is there. */
static void
contend(int writers, long reads)
{
	pid_t child[WRITERS_MAX + READERS];
	int stop[2], saved[2], seen[2], last, saves, changes;

	assert_int_equal(generation_save(&g, EACH), 0);
	assert_int_equal(pipe(stop) | pipe(saved) | pipe(seen), 0);
	fcntl(stop[0], F_SETFL, O_NONBLOCK);
	for (int i = 0; i < writers; i++)
		if ((child[i] = fork()) == 0) {
			close(stop[1]);
			write_for_ever(i + 1, stop[0], saved[1]);
		}
	for (int i = 0; i < READERS; i++)
		if ((child[writers + i] = fork()) == 0)
			read_many(reads / READERS, seen[1]);
	for (int i = 0; i < READERS; i++)
		assert_exited_well(child[writers + i]);
	close(stop[1]);
	for (int i = 0; i < writers; i++)
		assert_exited_well(child[i]);
	saves = sum_of(saved[0], writers);
	changes = sum_of(seen[0], READERS);
	last = generation(&g);
	assert_in_range(last / EACH, 1, writers);
	assert_int_equal(generations_others(&g, 0), 0);
	FIGURE("%d writers and %d readers on one path: %d saves, %ld reads, %d "
	       "changes seen, 0 torn, 0 missing\n",
	    writers, READERS, saves, reads / READERS * READERS, changes);
	assert_in_range(changes, READERS, reads);
	close(stop[0]);
	close(saved[0]);
	close(saved[1]);
	close(seen[0]);
	close(seen[1]);
}

static int
setup(void **state)
{
	(void)state;
	return generations_begin(&g, NUMBERS);
}

static int
teardown(void **state)
{
	(void)state;
	generations_end(&g);
	return 0;
}

static void
test_every_read_is_whole(void **state)
{
	(void)state;
	contend(2, torture(4000, 100));
	contend(4, torture(3000, 60));
	contend(8, torture(3000, 60));
}

/* Who renames last wins, whoever began first. */
static void
test_the_last_rename_wins(void **state)
{
	(void)state;
	assert_int_equal(generation_save(&g, EACH + 1), 0);
	assert_int_equal(generation_save(&g, 2 * EACH + 1), 0);
	assert_int_equal(generation(&g), 2 * EACH + 1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_every_read_is_whole),
		TEST(test_the_last_rename_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
