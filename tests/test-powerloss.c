/* Whatever part of a save has reached the disk when the power fails, the file
   is the old one or the new one; and once a save has said that it succeeded,
   the new one.  The calls of some saves are recorded, what may lie on the disk
   after a failure between any two of them is drawn by chance and read as a
   file with everything verified. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/mman.h>

#include "base/digest.h"
#include "crash.h"
#include "generation.h"
#include "torture.h"

enum {
	NUMBERS = 8000,
	SAVES = 3,
	RECOVER_EVERY = 50, /* states after which a save is tried */
	DRAWS = 40,         /* at most so many for each state wanted */
};

static struct record record;
static struct crash crash;
static struct generations g;

struct counts {
	long drawn, states; /* how many, and different ones */
	long folders;       /* different to whoever looks into the folder */
	long torn, lost, mended;
};

/* The states that were seen: a hash table of digests. */
struct seen {
	uint64_t *at, size;
};

static void
seen_begin(struct seen *s, long states)
{
	s->size = 4 * (uint64_t)states + 1;
	s->at = calloc(s->size, sizeof(*s->at));
	assert_non_null(s->at);
}

static int
seen_before(struct seen *s, uint64_t what)
{
	uint64_t i = what % s->size;

	what += what == 0;
	while (s->at[i] != 0 && s->at[i] != what)
		i = (i + 1) % s->size;
	if (s->at[i] == what)
		return 1;
	s->at[i] = what;
	return 0;
}

static uint64_t
mixed(uint64_t sum, const void *bytes, size_t n)
{
	uint64_t words[3] = { sum };
	uint8_t digest[XXH3_BYTES];

	xxh3((uint8_t *)&words[1], bytes, n);
	xxh3(digest, words, sizeof(words));
	memcpy(&sum, digest, sizeof(sum));
	return sum;
}

static uint64_t
digest_of_files(const struct crash *c, uint64_t sum)
{
	for (int i = 0; i < c->nfiles; i++)
		sum = mixed(sum, c->files[i].bytes, c->files[i].n);
	return sum;
}

/* Names, bytes, and what was promised. */
static uint64_t
digest_of_folder(const struct crash *c)
{
	uint64_t sum = (uint64_t)c->least * 1000 + (uint64_t)c->most;

	for (int i = 0; i < c->nnames; i++) {
		int file = c->names[i].file;

		if (file < 0)
			continue;
		sum = mixed(sum, c->names[i].name, strlen(c->names[i].name));
		sum = mixed(sum, c->files[file].bytes, c->files[file].n);
	}
	return sum;
}

static void
put_file(int fd, const uint8_t *bytes, size_t n)
{
	assert_in_range(fd, 0, 1 << 20);
	while (n > 0) {
		ssize_t k = write(fd, bytes, n);

		assert_in_range(k, 1, n);
		bytes += k;
		n -= (size_t)k;
	}
}

static int
generation_in(const struct crash *c)
{
	int file = crash_find(c, "model.h5nn");
	int fd, is;

	if (file < 0)
		return NOTHING;
	fd = memfd_create("crash", MFD_CLOEXEC);
	put_file(fd, c->files[file].bytes, c->files[file].n);
	is = generation_read(fd);
	close(fd);
	return is;
}

/* The folder as the failure left it; saving there once more makes all well. */
static int
recovers(const struct crash *c)
{
	int dir = open(g.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	generations_others(&g, 1);
	for (int i = 0; i < c->nnames; i++) {
		int file = c->names[i].file, fd;

		if (file < 0)
			continue;
		fd = openat(dir, c->names[i].name,
		    O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
		put_file(fd, c->files[file].bytes, c->files[file].n);
		close(fd);
	}
	close(dir);
	return generation_save(&g, 9) == 0 && generation(&g) == 9 &&
	    generations_others(&g, 0) == 0;
}

static void
judge(struct counts *k, const struct crash *c)
{
	int is = generation_in(c);

	if (is == NOTHING)
		is = 0;
	k->states++;
	k->torn += is < 0 || is > c->most;
	k->lost += is >= 0 && is < c->least;
}

static void
mend(struct counts *k, const struct crash *c)
{
	if (!recovers(c))
		fail_msg("state %ld: the next save does not mend it: %s",
		    k->states, g.s.err.text);
	k->mended++;
}

/* After every call in turn; and every other time after one that wrote, where
   most can happen. */
static int
crash_point(long drawn)
{
	int at = (int)(drawn / 2 % (record.nops + 1));

	while (drawn % 2 > 0 &&
	    (at == 0 || record.ops[at - 1].kind != RECORD_WRITE))
		at = (int)((unsigned long)random() % (record.nops + 1U));
	return at;
}

/* So many different states. */
static struct counts
fail_power(long states, int mend_some)
{
	struct counts k = { 0 };
	struct seen disks, folders;

	seen_begin(&disks, states);
	seen_begin(&folders, states);
	while (k.states < states && k.drawn < DRAWS * states) {
		uint64_t sum;

		crash_draw(&crash, &record, crash_point(k.drawn++));
		sum = digest_of_folder(&crash);
		if (seen_before(&disks, digest_of_files(&crash, sum)))
			continue;
		k.folders += !seen_before(&folders, sum);
		judge(&k, &crash);
		if (mend_some && k.states % RECOVER_EVERY == 0)
			mend(&k, &crash);
	}
	free(disks.at);
	free(folders.at);
	return k;
}

/* The record must explain what really lies there. */
static void
assert_recorded(void)
{
	int fd = open(g.path, O_RDONLY | O_CLOEXEC), file;
	uint8_t *bytes;
	struct stat st;

	assert_false(record.overflow);
	crash_none(&crash, &record);
	file = crash_find(&crash, "model.h5nn");
	assert_in_range(file, 0, RECORD_FILES);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, crash.files[file].n);
	bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	assert_memory_equal(bytes, crash.files[file].bytes, st.st_size);
	assert_int_equal(generation_in(&crash), SAVES);
	free(bytes);
	close(fd);
}

static void
record_saves(int (*save)(struct generations *g, int generation), int no_tmpfile)
{
	generations_others(&g, 1);
	record_no_tmpfile(no_tmpfile);
	record_begin(&record);
	for (int i = 1; i <= SAVES; i++) {
		if (save(&g, i) < 0)
			fail_msg("%s", g.s.err.text);
		record_saved(&record, i);
	}
	record_end(&record);
	assert_recorded();
}

/* A record of a program that forgets to sync. */
static void
forget(int kind)
{
	int n = 0;

	for (int i = 0; i < record.nops; i++)
		if (record.ops[i].kind != (unsigned)kind)
			record.ops[n++] = record.ops[i];
	assert_in_range(n, 1, record.nops - 1);
	record.nops = n;
}

static int
setup(void **state)
{
	(void)state;
	srandom(1);
	return generations_begin(&g, NUMBERS);
}

static int
teardown(void **state)
{
	(void)state;
	record_no_tmpfile(0);
	record_free(&record);
	crash_free(&crash);
	generations_end(&g);
	return 0;
}

static void
old_or_new(int no_tmpfile)
{
	struct counts k;
	long states = torture(50000, 1000);

	record_saves(generation_save, no_tmpfile);
	k = fail_power(states, 1);
	FIGURE("power loss%s: %ld states (%ld different folders), %ld torn, "
	       "%ld lost; saved again after %ld of them\n",
	    no_tmpfile ? ", without unnamed files" : "", k.states, k.folders,
	    k.torn, k.lost, k.mended);
	assert_int_equal(k.states, states);
	assert_int_equal(k.torn, 0);
	assert_int_equal(k.lost, 0);
}

static void
test_the_file_is_the_old_or_the_new_one(void **state)
{
	(void)state;
	old_or_new(0);
}

static void
test_without_unnamed_files(void **state)
{
	(void)state;
	old_or_new(1);
}

/* Controls: without any of what the protocol does it would be otherwise. */
static void
test_without_sync_of_the_file_it_tears(void **state)
{
	struct counts k;

	(void)state;
	for (int mode = 0; mode < 2; mode++) {
		record_saves(generation_save, mode);
		forget(RECORD_SYNC);
		k = fail_power(torture(5000, 500), 0);
		FIGURE("control, file not synced%s: %ld states, %ld torn\n",
		    mode ? ", without unnamed files" : "", k.states, k.torn);
		assert_in_range(k.torn, k.states / 100, k.states);
	}
}

static void
test_without_sync_of_the_folder_it_is_lost(void **state)
{
	struct counts k;

	(void)state;
	record_saves(generation_save, 0);
	forget(RECORD_SYNC_FOLDER);
	k = fail_power(torture(5000, 100), 0);
	FIGURE("control, folder not synced: %ld states, %ld torn, %ld lost\n",
	    k.states, k.torn, k.lost);
	assert_in_range(k.lost, k.states / 100, k.states);
}

static void
test_in_place_it_tears(void **state)
{
	struct counts k;

	(void)state;
	record_saves(generation_save_in_place, 0);
	k = fail_power(torture(5000, 500), 0);
	FIGURE("control, written in place: %ld states, %ld torn\n", k.states,
	    k.torn);
	assert_in_range(k.torn, k.states / 100, k.states);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_file_is_the_old_or_the_new_one),
		TEST(test_without_unnamed_files),
		TEST(test_without_sync_of_the_file_it_tears),
		TEST(test_without_sync_of_the_folder_it_is_lost),
		TEST(test_in_place_it_tears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
