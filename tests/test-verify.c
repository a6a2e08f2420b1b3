/* What is used is verified: numbers that are left for later are out of reach
   until they are verified, and whoever copies them verifies them first; nothing
   of it depends on how many threads there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "fmt-sample.h"
#include "model.h"

enum { BIG = 3 << 20 }; /* floats: enough for several threads to pay */

static struct sample s;
static struct arena arena;
static struct err err;
static struct fmt_model m;
static char folder[32], path[64], other[64];
static float *big[2];

static int
setup(void **state)
{
	struct node *n;

	(void)state;
	err_clear(&err);
	sample_full(&s);
	n = &s.m.graph.nodes[2];
	for (int k = 0; k < 2; k++) {
		big[k] = arena_slab(&s.arena, BIG * sizeof(float), &s.err);
		for (int i = 0; big[k] != NULL && i < BIG; i++)
			big[k][i] = (float)(i * (k + 1));
		sample_param(&s, n, k == 0 ? "big_a" : "big_b", ROLE_PARAMETER,
		    DTYPE_F32, (struct shape){ 1, { BIG } }, big[k]);
	}
	strcpy(folder, "test-verify.XXXXXX");
	if (s.err.code || mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/a", folder);
	snprintf(other, sizeof(other), "%s/b", folder);
	return fmt_save(&s.m, path, &err);
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	rmdir(folder);
	arena_free(&arena);
	arena_free(&s.arena);
	return 0;
}

/* Opens the file with those parts left for later. */
static int
look(unsigned later, int threads, enum fmt_load load)
{
	struct fmt_source source = {
		.name = path, .later = later, .threads = threads, .load = load
	};
	int rc;

	err_clear(&err);
	source.fd = open(path, O_RDONLY);
	assert_true(source.fd >= 0);
	rc = fmt_read(&m, &source, &arena, &err);
	close(source.fd);
	return rc;
}

static struct h5_object *
dataset(struct h5_object *o, const char *const *names)
{
	for (; *names != NULL && o != NULL; names++)
		o = h5_find(o, *names);
	assert_non_null(o);
	return o;
}

#define AT(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Flips a bit of the middle of a dataset in the file. */
static void
flip(const char *const *names)
{
	const struct h5_object *d;
	uint8_t byte;
	off_t at;
	int fd;

	assert_int_equal(look(FMT_ALL, 1, FMT_LOAD_AUTO), 0);
	d = dataset(m.map->root, names);
	at = (off_t)(d->at + d->bytes / 2);
	fmt_close(&m);
	fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 16;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void
assert_says(const char *what)
{
	if (strstr(err.text, what) == NULL)
		fail_msg("'%s' does not say '%s'", err.text, what);
}

static const struct tensor *
weight(const char *layer, const char *param)
{
	int i = graph_find(&m.graph, layer);

	assert_true(i >= 0);
	return &node_param_find(&m.graph.nodes[i], param)->value;
}

static void
assert_numbers(const struct tensor *t, const void *want)
{
	size_t n;

	assert_false(fmt_unverified(t));
	assert_int_equal(tensor_bytes(t, &n, &err), 0);
	assert_memory_equal(t->data, want, n);
}

static void
test_everything_is_verified_unless_told(void **state)
{
	(void)state;
	flip(AT("optimizer", "enc", "dense_1", "bias", "v"));
	assert_int_equal(fmt_open(&m, path, &arena, &err), -1);
	assert_int_equal(err.code, ERR_MODEL);
	assert_says("/optimizer/enc/dense_1/bias/v: its numbers are damaged");
}

static void
test_parts_come_when_they_are_verified(void **state)
{
	(void)state;
	assert_int_equal(look(FMT_ALL, 0, FMT_LOAD_AUTO), 0);
	assert_true(fmt_unverified(weight("enc/dense_1", "kernel")));
	assert_true(fmt_unverified(&m.slots[0].value));
	assert_true(fmt_unverified(&m.alternates[0].value));
	/* These are no numbers of tensors. */
	assert_int_equal(m.nlabels, 3);
	assert_true(m.history[0].value[0] == s.loss[0]);

	assert_int_equal(fmt_verify(&m, FMT_WEIGHTS, &err), 0);
	assert_numbers(weight("enc/dense_1", "kernel"), s.kernel);
	assert_numbers(weight("enc-2", "kernel"), s.kernel);
	assert_numbers(weight("enc-2", "big_b"), big[1]);
	assert_true(fmt_unverified(&m.slots[0].value));
	assert_int_equal(fmt_verify(&m, FMT_ALL, &err), 0);
	assert_numbers(&m.slots[0].value, s.slots[0].value.data);
	assert_numbers(&m.alternates[0].value, s.bias);
	fmt_close(&m);
}

static void
test_one_tensor_comes_alone(void **state)
{
	(void)state;
	flip(AT("weights", "enc-2", "big_a"));
	assert_int_equal(look(FMT_ALL, 0, FMT_LOAD_AUTO), 0);
	assert_int_equal(fmt_verify_tensor(&m, "enc/dense_1", "bias", &err), 0);
	assert_numbers(weight("enc/dense_1", "bias"), s.bias);
	assert_true(fmt_unverified(weight("enc-2", "big_a")));
	assert_int_equal(fmt_verify_tensor(&m, "enc-2", "big_a", &err), -1);
	assert_says("/weights/enc-2/big_a: its numbers are damaged");
	assert_true(fmt_unverified(weight("enc-2", "big_a")));
	err_clear(&err);
	assert_int_equal(fmt_verify_tensor(&m, "enc-2", "none", &err), -1);
	assert_int_equal(err.code, ERR_BUG);
	fmt_close(&m);
}

static void
test_a_tied_tensor_comes_under_both_names(void **state)
{
	(void)state;
	assert_int_equal(look(FMT_ALL, 1, FMT_LOAD_AUTO), 0);
	assert_int_equal(fmt_verify_tensor(&m, "enc-2", "kernel", &err), 0);
	assert_numbers(weight("enc/dense_1", "kernel"), s.kernel);
	assert_ptr_equal(weight("enc/dense_1", "kernel")->data,
	    weight("enc-2", "kernel")->data);
	fmt_close(&m);
}

/* Looking at what is not verified kills. */
static void
test_unverified_numbers_are_out_of_reach(void **state)
{
	pid_t child;
	int status;

	(void)state;
	assert_int_equal(look(FMT_ALL, 1, FMT_LOAD_AUTO), 0);
	child = fork();
	if (child == 0) {
		const volatile float *v = weight("enc-2", "big_a")->data;

		signal(SIGSEGV, SIG_DFL);
		_exit(v[0] > 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	/* A sanitizer makes an exit of the signal. */
	assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGSEGV
					: WEXITSTATUS(status) > 1);
	fmt_close(&m);
}

static void
test_damage_to_a_part_is_found_when_it_is_used(void **state)
{
	const struct {
		const char *const *names;
		unsigned part;
		const char *says;
	} cases[] = {
		{ AT("weights", "enc-2", "big_b"), FMT_WEIGHTS,
		    "/weights/enc-2/big_b" },
		{ AT("optimizer", "enc", "dense_1", "bias", "m"), FMT_SLOTS,
		    "/optimizer/enc/dense_1/bias/m" },
		{ AT("alternate", "best", "enc", "dense_1", "bias"),
		    FMT_ALTERNATES, "/alternate/best/enc/dense_1/bias" },
		{ AT("ext", "org.example", "numbers"), FMT_EXT,
		    "/ext/org.example/numbers" },
	};
	int i, k;

	(void)state;
	for (i = 0; i < 4; i++) {
		flip(cases[i].names);
		for (k = 0; k < 4; k++) {
			assert_int_equal(look(FMT_ALL, 2, FMT_LOAD_AUTO), 0);
			assert_int_equal(fmt_verify(&m, cases[k].part, &err),
			    k == i ? -1 : 0);
			if (k == i)
				assert_says(cases[i].says);
			fmt_close(&m);
			err_clear(&err);
		}
		flip(cases[i].names); /* as it was */
	}
}

/* The first in the order of the file, however many find one. */
static void
test_the_first_that_is_damaged_is_named(void **state)
{
	int threads;

	(void)state;
	flip(AT("weights", "enc-2", "big_a"));
	flip(AT("weights", "enc-2", "big_b"));
	for (threads = 1; threads < 6; threads++) {
		assert_int_equal(look(0, threads, FMT_LOAD_AUTO), -1);
		assert_says("/weights/enc-2/big_a: ");
	}
}

static int
same_files(void)
{
	char command[200];

	snprintf(command, sizeof(command), "cmp -s %s %s", path, other);
	return system(command) == 0;
}

/* A copy has the bytes of the file, whoever verified what. */
static void
test_writing_verifies_what_is_left(void **state)
{
	(void)state;
	assert_int_equal(look(FMT_ALL, 0, FMT_LOAD_AUTO), 0);
	assert_int_equal(fmt_save(&m, other, &err), 0);
	fmt_close(&m);
	assert_true(same_files());
	unlink(other);

	flip(AT("optimizer", "enc", "dense_1", "bias", "m"));
	assert_int_equal(look(FMT_ALL, 0, FMT_LOAD_AUTO), 0);
	assert_int_equal(fmt_save(&m, other, &err), -1);
	assert_says("/optimizer/enc/dense_1/bias/m: its numbers are damaged");
	assert_int_equal(access(other, F_OK), -1);
	fmt_close(&m);

	flip(AT("optimizer", "enc", "dense_1", "bias", "m"));
	flip(AT("ext", "org.example", "numbers"));
	assert_int_equal(look(FMT_ALL, 0, FMT_LOAD_AUTO), 0);
	assert_int_equal(fmt_save(&m, other, &err), -1);
	assert_says("/ext/org.example/numbers: its numbers are damaged");
	/* Not even from a copy of the model that has lost its map. */
	m.nslots = m.nalternates = 0;
	err_clear(&err);
	assert_int_equal(fmt_verify(&m, FMT_WEIGHTS, &err), 0);
	{
		struct fmt_model copy = m;

		copy.map = NULL;
		assert_int_equal(fmt_save(&copy, other, &err), -1);
		assert_says("/ext/org.example/numbers");
	}
	fmt_close(&m);
}

static void
test_what_nobody_can_verify_is_not_written(void **state)
{
	struct fmt_model copy;

	(void)state;
	assert_int_equal(look(FMT_ALL, 0, FMT_LOAD_AUTO), 0);
	copy = m;
	copy.map = NULL;
	assert_int_equal(fmt_save(&copy, other, &err), -1);
	assert_int_equal(err.code, ERR_BUG);
	assert_says("not verified");
	fmt_close(&m);
}

/* A delta's own tensors are not taken for those of its base. */
static void
test_an_unverified_tensor_is_not_left_out(void **state)
{
	(void)state;
	assert_int_equal(look(FMT_ALL, 0, FMT_LOAD_AUTO), 0);
	fmt_leave_out(&m, &s.m.graph, s.m.weights_id);
	assert_true(fmt_unverified(weight("enc-2", "big_a")));
	fmt_close(&m);
}

static void
test_threads_make_the_same_bytes(void **state)
{
	uint8_t *a, *b;
	size_t n = 0, k = 0;
	int fd;

	(void)state;
	a = sample_bytes(&s.m, &n, &arena, &err);
	assert_non_null(a);
	for (s.m.threads = 1; s.m.threads < 6; s.m.threads++) {
		assert_int_equal(fmt_save(&s.m, other, &err), 0);
		assert_true(same_files());
		b = sample_bytes(&s.m, &k, &arena, &err);
		assert_non_null(b);
		assert_int_equal(k, n);
		assert_memory_equal(a, b, n);
	}
	fd = open(other, O_RDONLY);
	b = arena_slab(&arena, n, &err);
	assert_int_equal(read(fd, b, n), n);
	assert_memory_equal(a, b, n);
	close(fd);
}

/* A file of another machine is read, not mapped. */
static void
test_numbers_can_be_read_instead_of_mapped(void **state)
{
	(void)state;
	assert_int_equal(look(0, 3, FMT_LOAD_READ), 0);
	assert_numbers(weight("enc-2", "big_b"), big[1]);
	assert_numbers(&m.slots[1].value, s.bias);
	assert_false(fmt_maps(&m, weight("enc-2", "big_b")->data));
	assert_int_equal(fmt_save(&m, other, &err), 0);
	assert_int_equal(fmt_check(&m, NULL, NULL, &err), 0);
	fmt_close(&m);
	assert_true(same_files());

	assert_int_equal(look(0, 3, FMT_LOAD_MAP), 0);
	assert_true(fmt_maps(&m, weight("enc-2", "big_b")->data));
	fmt_close(&m);
	flip(AT("weights", "enc-2", "big_b"));
	assert_int_equal(look(0, 3, FMT_LOAD_READ), -1);
	assert_says("/weights/enc-2/big_b: its numbers are damaged");
}

static void
test_a_file_that_is_cut_before_it_is_read_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(look(FMT_ALL, 1, FMT_LOAD_READ), 0);
	assert_int_equal(truncate(path, 1 << 20), 0);
	assert_int_equal(fmt_verify(&m, FMT_WEIGHTS, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_says("/weights/enc-2/big_a: cannot read");
	fmt_close(&m);
}

struct found {
	int n;
	char last[100];
};

static void
note(void *ctx, const char *where, const char *what)
{
	struct found *f = ctx;

	(void)what;
	f->n++;
	snprintf(f->last, sizeof(f->last), "%s", where);
}

static void
test_a_check_lists_all_that_is_damaged(void **state)
{
	struct found f = { 0 };

	(void)state;
	assert_int_equal(look(FMT_ALL, 2, FMT_LOAD_AUTO), 0);
	assert_int_equal(fmt_check(&m, note, &f, &err), 0);
	assert_int_equal(f.n, 0);
	fmt_close(&m);
	flip(AT("weights", "enc-2", "big_a"));
	flip(AT("alternate", "best", "enc", "dense_1", "bias"));
	assert_int_equal(look(FMT_ALL, 2, FMT_LOAD_AUTO), 0);
	assert_int_equal(fmt_check(&m, note, &f, &err), 2);
	assert_int_equal(f.n, 2);
	assert_string_equal(f.last, "/weights/enc-2/big_a");
	fmt_close(&m);
}

/* Who makes a false SHA-256 for true numbers gets no further than his file:
   whatever is written has the digests of what is in it. */
static void
test_a_copy_has_its_own_identity(void **state)
{
	static const char *const names[] = { "weights", "enc-2", "big_a" };
	char hex[FMT_HEX], id[FMT_HEX];
	struct h5_object *root, *d;
	uint64_t bytes;
	int fd, i;

	(void)state;
	strcpy(id, s.m.content_id);
	root = tree_of_model(&s.m, NULL, &bytes, &arena, &err);
	d = root;
	for (i = 0; i < 3; i++)
		d = h5_find(d, names[i]);
	memset(hex, 'a', 64);
	hex[64] = '\0';
	h5_put_text(d, "sha256", hex, &arena, &err);
	for (i = 0; i < ID_N; i++) {
		assert_int_equal(
		    id_compute(root, (enum fmt_id)i, hex, &err), 0);
		h5_put_text(root, id_names[i], hex, &arena, &err);
	}
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_int_equal(tree_write(root, bytes, fd, &arena, &err), 0);
	close(fd);
	assert_int_equal(fmt_open(&m, path, &arena, &err), 0);
	assert_string_not_equal(m.content_id, id);
	assert_int_equal(fmt_save(&m, other, &err), 0);
	assert_string_equal(m.content_id, id);
	fmt_close(&m);
}

/* There is nothing to verify in a tensor without numbers. */
static void
test_a_tensor_without_numbers_is_never_unverified(void **state)
{
	(void)state;
	sample_param(&s, &s.m.graph.nodes[2], "none", ROLE_PARAMETER, DTYPE_F32,
	    (struct shape){ 2, { 0, 3 } }, NULL);
	assert_int_equal(fmt_save(&s.m, path, &err), 0);
	assert_int_equal(look(FMT_ALL, 0, FMT_LOAD_AUTO), 0);
	assert_false(fmt_unverified(weight("enc-2", "none")));
	assert_true(fmt_unverified(weight("enc-2", "kernel")));
	fmt_close(&m);
}

static void
test_what_is_not_in_the_file_cannot_be_verified(void **state)
{
	char name[2 * NAME_MAX_BYTES];
	const char *const pairs[][2] = {
		{ "nobody", "kernel" },
		{ "enc-2", "nothing" },
		{ "enc", "dense_1" }, /* a layer's group */
		{ "enc-2/scale/x", "y" },
		{ "enc-2/scale", "x" },
		{ name, "kernel" },
		{ "enc-2", name },
	};
	size_t i;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(look(FMT_ALL, 1, FMT_LOAD_AUTO), 0);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		err_clear(&err);
		assert_int_equal(
		    fmt_verify_tensor(&m, pairs[i][0], pairs[i][1], &err), -1);
		assert_int_equal(err.code, ERR_BUG);
		assert_says("is not in the file");
	}
	fmt_close(&m);

	/* Nor what was never in one. */
	err_clear(&err);
	assert_int_equal(fmt_verify_tensor(&s.m, "enc-2", "kernel", &err), -1);
	assert_int_equal(err.code, ERR_BUG);
	assert_says("enc-2/kernel: is not in the file");
}

/* Whoever renames too early does not get another layer's numbers. */
static void
test_what_got_another_name_stays_out_of_reach(void **state)
{
	(void)state;
	assert_int_equal(look(FMT_ALL, 1, FMT_LOAD_AUTO), 0);
	m.graph.nodes[2].name = arena_text(&arena, "enc-3", &err);
	m.slots[0].layer = "enc/dense_3";
	m.slots[1].param = "gamma";
	m.alternates[0].name = "worst";
	assert_int_equal(fmt_verify(&m, FMT_ALL, &err), 0);
	assert_numbers(weight("enc/dense_1", "kernel"), s.kernel);
	assert_true(fmt_unverified(&m.graph.nodes[2].params[0].value));
	assert_true(fmt_unverified(&m.slots[0].value));
	assert_true(fmt_unverified(&m.slots[1].value));
	assert_true(fmt_unverified(&m.alternates[0].value));
	fmt_close(&m);
}

/* What was read and then changed is not what is in its file. */
static void
test_a_check_finds_that_a_model_was_changed(void **state)
{
	struct found f = { 0 };
	const char *label;

	(void)state;
	assert_int_equal(look(FMT_ALL, 1, FMT_LOAD_AUTO), 0);
	label = m.labels[0];
	m.labels[0] = "0123"; /* as long as "zero" */
	assert_int_equal(fmt_check(&m, note, &f, &err), 1);
	assert_string_equal(f.last, "/");
	m.labels[0] = label;
	assert_int_equal(fmt_check(&m, note, &f, &err), 0);
	m.labels[0] = "another length: it takes more than its place";
	assert_int_equal(fmt_check(&m, note, &f, &err), 1);
	m.labels[0] = label;
	m.history[0].n--;
	assert_int_equal(fmt_check(&m, note, &f, &err), 1);
	m.history[0].n++;
	assert_int_equal(fmt_check(&m, note, &f, &err), 0);
	fmt_close(&m);
}

/* Digests that a file has are not those of fewer of its numbers. */
static void
test_digests_are_known_of_the_very_same(void **state)
{
	struct h5_object *root;
	uint64_t bytes;

	(void)state;
	assert_int_equal(look(0, 1, FMT_LOAD_AUTO), 0);
	m.history[0].n--;
	root = tree_of_model(&m, m.map->root, &bytes, &arena, &err);
	assert_non_null(root);
	assert_true(digest_agrees(dataset(root, AT("history", "loss"))));
	assert_true(digest_agrees(dataset(root, AT("history", "val_acc"))));
	assert_true(digest_agrees(dataset(root, AT("labels"))));
	assert_true(
	    digest_agrees(dataset(root, AT("weights", "enc-2", "big_a"))));
	fmt_close(&m);
}

/* Each request for memory fails once. */
static void
test_no_memory_for_digests_is_an_error(void **state)
{
	struct h5_object *root, *d;
	uint64_t bytes;
	int i, rc = -1;

	(void)state;
	root = tree_of_model(&s.m, NULL, &bytes, &arena, &err);
	assert_non_null(root);
	d = h5_find(root, "architecture");
	for (i = 1; rc < 0; i++) {
		err_clear(&err);
		h5_put_text(d, "xxh3", "", &arena, &err);
		memory_fail_after(i);
		rc = digests_put(root, &arena, &err);
		memory_fail_after(0);
		if (rc < 0)
			assert_int_equal(err.code, ERR_IO);
		assert_in_range(i, 1, 100);
	}
	assert_in_range(i, 3, 100);
	assert_true(digest_agrees(d));
}

int
main(void)
{
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_everything_is_verified_unless_told),
		TEST(test_parts_come_when_they_are_verified),
		TEST(test_one_tensor_comes_alone),
		TEST(test_a_tied_tensor_comes_under_both_names),
		TEST(test_unverified_numbers_are_out_of_reach),
		TEST(test_damage_to_a_part_is_found_when_it_is_used),
		TEST(test_the_first_that_is_damaged_is_named),
		TEST(test_writing_verifies_what_is_left),
		TEST(test_what_nobody_can_verify_is_not_written),
		TEST(test_an_unverified_tensor_is_not_left_out),
		TEST(test_threads_make_the_same_bytes),
		TEST(test_numbers_can_be_read_instead_of_mapped),
		TEST(test_a_file_that_is_cut_before_it_is_read_is_an_error),
		TEST(test_a_check_lists_all_that_is_damaged),
		TEST(test_a_copy_has_its_own_identity),
		TEST(test_a_tensor_without_numbers_is_never_unverified),
		TEST(test_what_is_not_in_the_file_cannot_be_verified),
		TEST(test_what_got_another_name_stays_out_of_reach),
		TEST(test_a_check_finds_that_a_model_was_changed),
		TEST(test_digests_are_known_of_the_very_same),
		TEST(test_no_memory_for_digests_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
