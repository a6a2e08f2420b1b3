/* Datasets and feeds: labels by name, parts, digests, order, resuming. */
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "made.h"

enum { N = 50 };

static struct made_want w; /* 2x2x1, labels */

static int
setup(void **state)
{
	(void)state;
	made_begin();
	made_want(&w, "scale:1/255", "2x2x1", TARGET_LABEL);
	made_idx_pair("a-images-idx3-ubyte", "a-labels-idx1-ubyte", N, 3);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	made_want_end(&w);
	made_end();
	return 0;
}

static struct dataset *
open_all(const char *const *operands, int n, const struct made_want *want)
{
	struct err err = { 0 };
	struct dataset *d = data_open(operands, n, &want->want, &err);

	assert_string_equal(err.text, "");
	return d;
}

static void
make_class_folder(const char *root, const char *name, int n, int first)
{
	char path[64];
	int i;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	made_folder(path);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s/%02d.png", root, name, i);
		made_png(path, 2, 2, 1, (uint8_t)(first + i));
	}
}

/* Labels of a one-operand dataset read in order. */
static void
labels_are(const char *operand, const struct made_want *want,
    const int32_t *expected, int n)
{
	struct err err = { 0 };
	struct dataset *d = made_open(operand, want, &err);
	float x[4 * N];
	int32_t label[N];

	assert_string_equal(err.text, "");
	assert_int_equal(
	    made_read(d, (struct feed_conf){ 0 }, x, label, &err), n);
	assert_memory_equal(label, expected, (size_t)n * sizeof(*label));
	data_free(d);
}

static void
test_labels_are_mapped_by_name(void **state)
{
	static const char *const model[] = { "dog", "cat", "cow" };
	static const int32_t expected[] = { 1, 1, 0 };
	struct made_want own = w;
	struct err err = { 0 };
	struct dataset *d;

	(void)state;
	made_folder("pets");
	make_class_folder("pets", "cat", 2, 0);
	make_class_folder("pets", "dog", 1, 9);
	own.want.labels = model;
	own.want.nlabels = 3;
	labels_are("pets", &own, expected, 3);
	d = made_open("pets", &own, &err);
	assert_string_equal(
	    data_notice(d, 0), "no samples of 1 of 3 classes: cow");
	assert_null(data_notice(d, 1));
	data_free(d);
	own.want.strict_labels = 1;
	made_refused("pets", &own, ERR_DATA, "no samples of 1 of 3 classes");
	own.want.nlabels = 1;
	made_refused("pets", &own, ERR_DATA,
	    "pets: class \"cat\" is not among the model's 1 (dog)");
	/* Whoever only predicts need not know them. */
	own.want.target = TARGET_NONE;
	d = made_open("pets", &own, &err);
	assert_non_null(d);
	data_free(d);
}

static void
test_whole_numbers_are_names_or_indices(void **state)
{
	static const char *const reversed[] = { "2", "1", "0" };
	static const char *const words[] = { "zero", "one", "two" };
	static const int32_t by_name[] = { 2, 1, 0, 2 };
	static const int32_t by_index[] = { 0, 1, 2, 0 };
	struct made_want own = w;

	(void)state;
	own.want.nlabels = 3;
	own.want.labels = reversed;
	labels_are("a-images-idx3-ubyte,limit=4", &own, by_name, 4);
	own.want.labels = words;
	labels_are("a-images-idx3-ubyte,limit=4", &own, by_index, 4);
	own.want.nlabels = 2;
	made_refused("a-images-idx3-ubyte,limit=4", &own, ERR_DATA,
	    "class \"2\" is not among the model's 2 (zero one)");
	/* The numbers of folders are names: they are not indices. */
	made_folder("numbers");
	make_class_folder("numbers", "1", 1, 0);
	own.want.nlabels = 3;
	made_refused("numbers", &own, ERR_DATA, "class \"1\" is not among");
}

static void
test_operands_follow_each_other_with_united_labels(void **state)
{
	static const char *const operands[] = { "u1", "u2,limit=1" };
	static const int32_t expected[] = { 1, 2, 0 };
	struct dataset *d;
	struct err err = { 0 };
	const char *const *names;
	struct sample_info info;
	int32_t label[N];
	float x[4 * N];

	(void)state;
	made_folder("u1");
	make_class_folder("u1", "m", 1, 1);
	make_class_folder("u1", "z", 1, 2);
	made_folder("u2");
	make_class_folder("u2", "a", 2, 3);
	d = open_all(operands, 2, &w);
	assert_int_equal(data_count(d), 3);
	assert_int_equal(data_labels(d, &names), 3);
	assert_string_equal(names[0], "a");
	assert_int_equal(
	    made_read(d, (struct feed_conf){ 0 }, x, label, &err), 3);
	assert_memory_equal(label, expected, sizeof(expected));
	assert_true(fabsf(x[4 * 2] - 3 / 255.0F) < 1e-7F);
	assert_int_equal(data_info(d, 1, &info, &err), 0);
	assert_string_equal(info.name, "u1/z/00.png");
	assert_string_equal(info.label, "z");
	assert_null(info.error);
	data_free(d);
}

static void
test_a_limit_takes_the_classes_in_turn(void **state)
{
	/* 4 of x (3), y (1), z (2): x, y, z and one more x. */
	static const int32_t expected[] = { 0, 0, 1, 2 };
	static const int32_t first[] = { 0, 1, 2, 0 };

	(void)state;
	made_folder("turn");
	make_class_folder("turn", "x", 3, 1);
	make_class_folder("turn", "y", 1, 10);
	make_class_folder("turn", "z", 2, 20);
	labels_are("turn,limit=4", &w, expected, 4);
	labels_are("a-images-idx3-ubyte,limit=4", &w, first, 4);
}

static int
digest_of(const char *operand, char hex[2 * SHA256_BYTES + 1])
{
	uint8_t digest[SHA256_BYTES];
	struct err err = { 0 };
	struct dataset *d = made_open(operand, &w, &err);
	int n;

	assert_string_equal(err.text, "");
	assert_int_equal(data_digest(d, digest, &err), 0);
	digest_hex(hex, digest, SHA256_BYTES);
	n = (int)data_count(d);
	data_free(d);
	return n;
}

static void
test_the_digest_sees_labels_pixels_and_order(void **state)
{
	char a[65], b[65];

	(void)state;
	made_folder("dg");
	make_class_folder("dg", "p", 2, 1);
	make_class_folder("dg", "q", 2, 9);
	digest_of("dg", a);
	digest_of("dg/", b);
	assert_string_equal(a, b);
	digest_of("dg,limit=2", b);
	assert_string_not_equal(a, b);
	assert_int_equal(rename("dg/q", "dg/r"), 0);
	digest_of("dg", b);
	assert_string_not_equal(a, b);
	assert_int_equal(rename("dg/r", "dg/q"), 0);
	made_png("dg/q/01.png", 2, 2, 1, 77);
	digest_of("dg", b);
	assert_string_not_equal(a, b);
	made_png("dg/q/01.png", 2, 2, 1, 10);
	digest_of("dg", b);
	assert_string_equal(a, b);
}

/* First pixels of the samples of an operand, sorted into a set. */
static int
pixels_of(struct dataset *d, char seen[256])
{
	struct err err = { 0 };
	static float x[4 * 256];
	static int32_t label[256];
	int64_t n = made_read(d, (struct feed_conf){ 0 }, x, label, &err);
	int64_t i;

	memset(seen, 0, 256);
	for (i = 0; i < n; i++)
		seen[(int)lrintf(x[4 * i] * 255)] = 1;
	return (int)n;
}

static void
test_parts_do_not_overlap_and_ignore_names(void **state)
{
	char seen[3][256], again[256];
	static const char *const operands[] = {
		"parts,split=0.5/0.3/0.2,part=train",
		"parts,split=0.5/0.3/0.2,part=val",
		"parts,split=0.5/0.3/0.2,part=3",
	};
	struct dataset *d;
	int i, n = 0, sizes[3];

	(void)state;
	made_folder("parts");
	make_class_folder("parts", "c", 60, 0);
	make_class_folder("parts", "d", 60, 60);
	for (i = 0; i < 3; i++) {
		d = open_all(&operands[i], 1, &w);
		n += sizes[i] = pixels_of(d, seen[i]);
		data_free(d);
	}
	assert_int_equal(n, 120);
	assert_true(sizes[0] > sizes[1] && sizes[1] > sizes[2] - 8);
	for (i = 0; i < 120; i++)
		assert_int_equal(seen[0][i] + seen[1][i] + seen[2][i], 1);
	assert_int_equal(rename("parts/c/00.png", "parts/c/zz.png"), 0);
	assert_int_equal(rename("parts/d", "parts/b"), 0);
	d = open_all(&operands[0], 1, &w);
	pixels_of(d, again);
	data_free(d);
	assert_memory_equal(again, seen[0], 256);
}

static void
test_validation_is_another_question_than_parts(void **state)
{
	static const char *const operand[] = { "vs,split=0.5/0.5,part=train" };
	char rest[256], held[256];
	struct err err = { 0 };
	struct dataset *d, *val;
	int i, n, all;

	(void)state;
	made_folder("vs");
	make_class_folder("vs", "c", 99, 0);
	make_class_folder("vs", "d", 99, 99);
	d = open_all(operand, 1, &w);
	all = (int)data_count(d);
	assert_int_equal(data_split(d, 0.3, &val, &err), 0);
	n = pixels_of(d, rest);
	assert_int_equal(n + pixels_of(val, held), all);
	/* About 0.3 of the part, not 0.6 of it. */
	assert_true(data_count(val) > all / 7 && data_count(val) < all / 2);
	for (i = 0; i < 198; i++)
		assert_true(!(rest[i] && held[i]));
	data_free(d);
	data_free(val);
	d = open_all((const char *const[]){ "vs,limit=2" }, 1, &w);
	assert_int_equal(data_split(d, 1e-9, &val, &err), -1);
	assert_int_equal(err.code, ERR_DATA);
	assert_null(val);
	data_free(d);
}

/* Both are there at the same time, and either may go first. */
static void
test_the_same_samples_go_through_another_chain(void **state)
{
	struct err err = { 0 };
	struct dataset *d = made_open("a-images-idx3-ubyte", &w, &err), *again;
	struct feed_conf conf = { 0 };
	float x[4 * N], y[4 * N];
	int32_t label[N], same[N];
	struct made_want other;

	(void)state;
	made_want(&other, "scale:1/255,invert", "2x2x1", TARGET_LABEL);
	again = data_through(d, other.want.pre, &err);
	assert_non_null(again);
	assert_int_equal(made_read(again, conf, y, same, &err), N);
	assert_int_equal(made_read(d, conf, x, label, &err), N);
	data_free(d);
	assert_memory_equal(label, same, sizeof(label));
	for (int i = 0; i < 4 * N; i++)
		assert_true(fabsf(x[i] + y[i] - 1) < 1e-6F);
	data_free(again);
	made_want_end(&other);
}

static void
test_bad_words_in_operands_are_usage_errors(void **state)
{
	static const char *const cases[][2] = {
		{ "a-images-idx3-ubyte,limit=-1", "limit" },
		{ "a-images-idx3-ubyte,limit=0", "limit=0" },
		{ "h5:a.h5,x=/x", "later version" },
		{ "ixd:a-images-idx3-ubyte", "did you mean 'idx:'?" },
		{ "a-images-idx3-ubyte,limt=5", "did you mean 'limit'?" },
		{ "a-images-idx3-ubyte,part=train", "belong together" },
		{ "a-images-idx3-ubyte,split=0.5/0.6,part=train", "shares" },
		{ "a-images-idx3-ubyte,split=0.5/x,part=train", "shares" },
		{ "a-images-idx3-ubyte,split=0.5/0.5,part=other", "other" },
		{ "a-images-idx3-ubyte,limit=1,limit=2", "given twice" },
		{ "idx:a-images-idx3-ubyte,labels=a-labels-idx1-ubyte,header",
		    "idx data take no key 'header'" },
		{ "a-images-idx3-ubyte,null", "unknown setting 'null'" },
	};
	struct err err = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dataset *d;

		err_clear(&err);
		d = made_open(cases[i][0], &w, &err);
		assert_null(d);
		assert_true(err.code == ERR_USAGE || err.code == ERR_IO);
		if (strstr(err.text, cases[i][1]) == NULL)
			fail_msg("%s: '%s'", cases[i][0], err.text);
		err_clear(&err);
		assert_int_equal(data_check(cases[i], 1, &err), -1);
	}
	err_clear(&err);
	assert_int_equal(
	    data_check((const char *const[]){ "a-images-idx3-ubyte", "-",
			   "list:-,null" },
		3, &err),
	    0);
}

/* The ids of an epoch, from batch `at` on. */
static int
ids_of(struct feed *f, uint32_t epoch, int64_t at, uint64_t *id)
{
	struct err err = { 0 };
	struct batch b;
	int n = 0;

	assert_int_equal(f->begin(f, epoch, at, &err), 0);
	while (f->next(f, &b, &err) == 0 && b.n > 0) {
		memcpy(id + n, b.id, (size_t)b.n * sizeof(*id));
		n += b.n;
	}
	assert_string_equal(err.text, "");
	return n;
}

static void
test_every_batch_can_be_begun_at(void **state)
{
	uint64_t all[2][N], rest[N];
	struct err err = { 0 };
	int threads, at, epoch;

	(void)state;
	for (threads = 0; threads < 2; threads++) {
		struct feed_conf conf = {
			.batch = 8, .shuffle = 1, .seed = 5, .threads = threads
		};
		struct dataset *d = made_open("a-images-idx3-ubyte", &w, &err);
		struct feed *f = data_feed(d, &conf, &err);

		assert_non_null(f);
		assert_int_equal(ids_of(f, 0, 0, all[0]), N);
		assert_int_equal(ids_of(f, 1, 0, all[1]), N);
		assert_memory_not_equal(all[0], all[1], sizeof(all[0]));
		for (at = 6; at >= 0; at--)
			for (epoch = 0; epoch < 2; epoch++) {
				assert_int_equal(
				    ids_of(f, (uint32_t)epoch, at, rest),
				    N - 8 * at);
				assert_memory_equal(rest, all[epoch] + 8 * at,
				    (size_t)(N - 8 * at) * sizeof(rest[0]));
			}
		data_feed_free(f);
		data_free(d);
	}
}

static void
threads_change_nothing(const char *operand, int batch)
{
	static float x[2][4 * N];
	static int32_t label[2][N];
	struct err err = { 0 };
	int64_t n[2];
	int threads;

	for (threads = 0; threads < 4; threads++) {
		struct feed_conf conf = { .batch = batch,
			.shuffle = 1,
			.seed = 3,
			.threads = threads };
		struct dataset *d = made_open(operand, &w, &err);
		int k = threads > 0;

		assert_non_null(d);
		n[k] = made_read(d, conf, x[k], label[k], &err);
		assert_string_equal(err.text, "");
		assert_int_equal(n[k], data_count(d));
		assert_int_equal(n[k], n[0]);
		assert_memory_equal(
		    x[k], x[0], (size_t)n[0] * 4 * sizeof(x[0][0]));
		assert_memory_equal(
		    label[k], label[0], (size_t)n[0] * sizeof(label[0][0]));
		data_free(d);
	}
}

static void
test_threads_do_not_change_a_byte(void **state)
{
	(void)state;
	threads_change_nothing("a-images-idx3-ubyte", 7);
	made_folder("same");
	make_class_folder("same", "p", 21, 1);
	make_class_folder("same", "q", 20, 100);
	threads_change_nothing("same", 9);
	threads_change_nothing("same", 1);
}

static void
test_a_batch_stays_while_the_next_is_made(void **state)
{
	struct feed_conf conf = { .batch = 8, .threads = 1 };
	struct err err = { 0 };
	struct dataset *d = made_open("a-images-idx3-ubyte", &w, &err);
	struct feed *f = data_feed(d, &conf, &err);
	struct batch b;
	int i, k, n = 0;

	(void)state;
	assert_non_null(f);
	while (f->next(f, &b, &err) == 0 && b.n > 0) {
		usleep(2000); /* let the worker fill the other buffer */
		for (i = 0; i < b.n; i++, n++)
			for (k = 0; k < 4; k++)
				assert_true(
				    fabsf(((float *)b.x.data)[4 * i + k] -
					(float)((4 * n + k) & 255) / 255) <
				    1e-6F);
	}
	assert_int_equal(n, N);
	data_feed_free(f);
	data_free(d);
}

/* Twenty pictures of 2x2 and one of 3x3, read twice, by so many threads; the
   second time the first one's file is gone. */
static void
reads_twice(int again, int threads, int expected)
{
	struct made_want own;
	struct err err = { 0 };
	struct dataset *d;
	uint8_t digest[2][SHA256_BYTES];
	float x[2][4 * 21];
	int64_t n;

	made_folder("twice");
	make_class_folder("twice", "a", 20, 10);
	made_png("twice/a/z.png", 3, 3, 1, 7);
	made_want(&own, "resize:2x2", "2x2x1", TARGET_NONE);
	own.want.again = again;
	own.want.threads = threads;
	d = made_open("twice", &own, &err);
	assert_non_null(d);
	assert_int_equal(data_digest(d, digest[0], &err), 0);
	n = made_read(
	    d, (struct feed_conf){ .threads = threads }, x[0], NULL, &err);
	assert_int_equal(n, 21);
	assert_int_equal(unlink("twice/a/03.png"), 0);
	n = made_read(
	    d, (struct feed_conf){ .threads = threads }, x[1], NULL, &err);
	assert_int_equal(n, expected);
	if (again) {
		assert_memory_equal(x[0], x[1], sizeof(x[0]));
		assert_int_equal(data_digest(d, digest[1], &err), 0);
		assert_memory_equal(digest[0], digest[1], SHA256_BYTES);
	} else
		assert_non_null(strstr(err.text, "03.png: cannot open"));
	data_free(d);
	made_want_end(&own);
	assert_int_equal(system("rm -rf twice"), 0);
}

static void
test_decoded_pictures_are_kept_on_demand(void **state)
{
	(void)state;
	reads_twice(0, 1, -1);
	reads_twice(0, 3, -1);
	reads_twice(1, 1, 21);
	reads_twice(1, 3, 21);
}

static void
make_damaged(const char *root)
{
	char path[64];

	made_folder(root);
	make_class_folder(root, "k", 6, 0);
	snprintf(path, sizeof(path), "%s/k/02.png", root);
	made_text(path, "no picture at all");
	snprintf(path, sizeof(path), "%s/k/03.png", root);
	made_text(path, "");
}

static void
test_training_stops_at_bad_samples_or_skips_so_many(void **state)
{
	struct made_want own = w;
	struct err err = { 0 };
	struct dataset *d;
	int32_t label[8];
	const char *first;
	float x[32];

	(void)state;
	make_damaged("bad");
	made_refused("bad", &own, ERR_DATA, "bad/k/02.png");
	own.want.skip_bad = 1;
	made_refused("bad", &own, ERR_DATA,
	    "more than 1 bad samples: bad/k/03.png: is empty");
	own.want.skip_bad = 2;
	d = made_open("bad", &own, &err);
	assert_non_null(d);
	assert_int_equal(data_count(d), 4);
	assert_int_equal(data_bad(d, &first), 2);
	assert_non_null(strstr(first, "bad/k/02.png"));
	assert_int_equal(
	    made_read(d, (struct feed_conf){ 0 }, x, label, &err), 4);
	data_free(d);
}

/* 9 samples of which 4 cannot be read, by so many threads. */
static void
leaves_bad_out(int threads)
{
	static const char *const operands[] = { "kept", "kept/k/02.png",
		"kept/nowhere.png", "kept/k/00.png" };
	struct feed_conf conf = {
		.batch = 4, .keep_bad = 1, .threads = threads
	};
	struct made_want own;
	struct err err = { 0 };
	struct sample_info info;
	struct dataset *d;
	float x[64];

	made_want(&own, "", "2x2x1", TARGET_NONE);
	assert_null(data_open(operands, 4, &own.want, &err));
	err_clear(&err);
	own.want.keep_bad = 1;
	d = open_all(operands, 4, &own);
	assert_int_equal(data_count(d), 9);
	assert_int_equal(made_read(d, conf, x, NULL, &err), 5);
	assert_true(x[4] == 1 && x[8] == 4 && x[12] == 5 && x[16] == 0);
	assert_int_equal(data_bad(d, NULL), 4);
	assert_int_equal(data_info(d, 2, &info, &err), 0);
	assert_non_null(strstr(info.error, "is not a PNG picture"));
	assert_int_equal(data_info(d, 7, &info, &err), 0);
	assert_string_equal(info.name, "kept/nowhere.png");
	assert_non_null(strstr(info.error, "cannot open"));
	data_free(d);
	made_want_end(&own);
}

static void
test_predicting_leaves_bad_samples_out_and_notes_them(void **state)
{
	int threads;

	(void)state;
	make_damaged("kept");
	for (threads = 0; threads < 4; threads++)
		leaves_bad_out(threads);
}

static void
test_the_input_can_be_the_target(void **state)
{
	struct feed_conf conf = { .batch = 4 };
	struct made_want own = w;
	struct err err = { 0 };
	struct dataset *d;
	struct feed *f;
	struct batch b;

	(void)state;
	own.want.target = TARGET_SELF;
	d = made_open("a-images-idx3-ubyte", &own, &err);
	f = data_feed(d, &conf, &err);
	assert_non_null(f);
	assert_int_equal(f->next(f, &b, &err), 0);
	assert_null(b.label);
	assert_true(shape_equal(&b.y.shape, &b.x.shape));
	assert_memory_equal(b.y.data, b.x.data, 16 * sizeof(float));
	data_feed_free(f);
	data_free(d);
}

static void
test_mean_and_spread_are_those_of_the_numbers(void **state)
{
	struct err err = { 0 };
	struct dataset *d = made_open("a-images-idx3-ubyte,limit=32", &w, &err);
	double mean, spread;

	(void)state;
	assert_int_equal(data_stats(d, 1000, &mean, &spread, &err), 0);
	/* 0..127 over 255 */
	assert_true(fabs(mean - 63.5 / 255) < 1e-6);
	assert_true(fabs(spread - sqrt((128.0 * 128 - 1) / 12) / 255) < 1e-6);
	data_free(d);
}

/* Opens, digests and reads with the n-th request for memory refused: how many
   samples, -1 with err. */
static int64_t
read_without_memory(
    const char *operand, struct made_want *want, long at, struct err *err)
{
	struct feed_conf conf = { .threads = want->want.threads };
	uint8_t digest[SHA256_BYTES];
	struct dataset *d;
	int32_t label[N];
	float x[4 * N];
	int64_t n = -1;

	memory_fail_after(at);
	d = made_open(operand, want, err);
	if (d != NULL && data_digest(d, digest, err) == 0)
		n = made_read(d, conf, x, label, err);
	data_free(d);
	memory_fail_after(0);
	return n;
}

/* For every n: an error or all is well, no leak, nothing half done. */
static void
test_running_out_of_memory_is_an_error(void **state)
{
	struct made_want own = w;
	int64_t n;
	long at;

	(void)state;
	made_folder("oom");
	make_class_folder("oom", "k", 20, 0);
	own.want.again = 1;
	for (own.want.threads = 1; own.want.threads < 4;
	     own.want.threads += 2) {
		n = -1;
		for (at = 1; n < 0 && at < 500; at++) {
			struct err err = { 0 };

			n = read_without_memory("oom", &own, at, &err);
			if (n < 0)
				assert_int_equal(err.code, ERR_IO);
		}
		assert_true(at > 10);
		assert_int_equal(n, 20);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels_are_mapped_by_name),
		cmocka_unit_test(test_whole_numbers_are_names_or_indices),
		cmocka_unit_test(
		    test_operands_follow_each_other_with_united_labels),
		cmocka_unit_test(test_a_limit_takes_the_classes_in_turn),
		cmocka_unit_test(test_the_digest_sees_labels_pixels_and_order),
		cmocka_unit_test(test_parts_do_not_overlap_and_ignore_names),
		cmocka_unit_test(
		    test_validation_is_another_question_than_parts),
		cmocka_unit_test(test_bad_words_in_operands_are_usage_errors),
		cmocka_unit_test(test_every_batch_can_be_begun_at),
		cmocka_unit_test(test_threads_do_not_change_a_byte),
		cmocka_unit_test(test_a_batch_stays_while_the_next_is_made),
		cmocka_unit_test(test_decoded_pictures_are_kept_on_demand),
		cmocka_unit_test(
		    test_training_stops_at_bad_samples_or_skips_so_many),
		cmocka_unit_test(
		    test_predicting_leaves_bad_samples_out_and_notes_them),
		cmocka_unit_test(
		    test_the_same_samples_go_through_another_chain),
		cmocka_unit_test(test_the_input_can_be_the_target),
		cmocka_unit_test(test_mean_and_spread_are_those_of_the_numbers),
		cmocka_unit_test(test_running_out_of_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
