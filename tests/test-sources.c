/* Every format of samples: what is read, and what is refused with what
   words. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "../samples/pack.h"
#include "made.h"

static struct made_want pictures; /* 2x2x1, labels */
static struct made_want vectors;  /* 3 numbers, labels */

static int
setup(void **state)
{
	(void)state;
	made_begin();
	made_want(&pictures, "", "2x2x1", TARGET_LABEL);
	made_want(&vectors, "", "3", TARGET_LABEL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	made_want_end(&pictures);
	made_want_end(&vectors);
	made_end();
	return 0;
}

/* Opens and reads all; the number of samples. */
static int64_t
take(const char *operand, const struct made_want *w, float *x, int32_t *label)
{
	struct err err = { 0 };
	struct dataset *d = made_open(operand, w, &err);
	int64_t n = -1;

	if (d != NULL)
		n = made_read(d, (struct feed_conf){ 0 }, x, label, &err);
	assert_string_equal(err.text, "");
	data_free(d);
	return n;
}

static void
test_idx_finds_its_labels_by_name(void **state)
{
	float x[40];
	int32_t label[10];
	int i;

	(void)state;
	made_idx_pair("t-images-idx3-ubyte", "t-labels-idx1-ubyte", 10, 3);
	assert_int_equal(take("t-images-idx3-ubyte", &pictures, x, label), 10);
	for (i = 0; i < 40; i++)
		assert_true(x[i] == (float)i);
	for (i = 0; i < 10; i++)
		assert_int_equal(label[i], i % 3);
	assert_int_equal(
	    take("idx:t-images-idx3-ubyte,labels=t-labels-idx1-ubyte",
		&pictures, x, label),
	    10);
}

static void
gzip_file(const char *from, const char *to)
{
	uint8_t bytes[256];
	FILE *f = fopen(from, "rb");
	size_t n;

	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	f = fopen(to, "wb");
	assert_non_null(f);
	assert_int_equal(pack_gzip(f, bytes, n), 0);
	fclose(f);
}

static void
test_idx_may_be_gzipped_whatever_it_is_called(void **state)
{
	float x[40];
	int32_t label[10];

	(void)state;
	made_idx_pair("g-images-idx3-ubyte", "g-labels-idx1-ubyte", 10, 3);
	gzip_file("g-images-idx3-ubyte", "z-images-idx3-ubyte.gz");
	gzip_file("g-labels-idx1-ubyte", "z-labels-idx1-ubyte.gz");
	gzip_file("g-images-idx3-ubyte", "holiday.png");
	assert_int_equal(
	    take("z-images-idx3-ubyte.gz", &pictures, x, label), 10);
	assert_int_equal(label[4], 1);
	assert_true(x[39] == 39);
	assert_int_equal(
	    take("holiday.png,labels=g-labels-idx1-ubyte", &pictures, x, label),
	    10);
}

static void
test_idx_reads_every_type_of_number(void **state)
{
	static const uint8_t i16[] = { 0xff, 0xfe, 0, 7, 1, 0 };
	static const uint8_t i32[] = { 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 7, 0, 0,
		1, 0 };
	static const uint8_t f32[] = { 0xc0, 0, 0, 0, 0x40, 0xe0, 0, 0, 0x43,
		0x80, 0, 0 };
	static const uint8_t f64[] = { 0xc0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x1c, 0,
		0, 0, 0, 0, 0, 0x40, 0x70, 0, 0, 0, 0, 0, 0 };
	static const struct {
		int type;
		const uint8_t *bytes;
		size_t n;
	} cases[] = { { 0x0b, i16, sizeof(i16) }, { 0x0c, i32, sizeof(i32) },
		{ 0x0d, f32, sizeof(f32) }, { 0x0e, f64, sizeof(f64) } };
	struct made_want w;
	uint8_t out[64];
	float x[3];
	size_t i;

	(void)state;
	made_want(&w, "", "3", TARGET_NONE);
	for (i = 0; i < 4; i++) {
		made_file("n.idx", out,
		    made_idx(out, cases[i].type, 2, (int[]){ 1, 3 },
			cases[i].bytes, cases[i].n));
		assert_int_equal(take("n.idx", &w, x, NULL), 1);
		assert_true(x[0] == -2 && x[1] == 7 && x[2] == 256);
	}
	made_want_end(&w);
}

static void
test_idx_refuses_what_does_not_add_up(void **state)
{
	uint8_t numbers[16] = { 0 }, out[64] = { 0 };
	size_t n;

	(void)state;
	n = made_idx(out, 8, 3, (int[]){ 4, 2, 2 }, numbers, 16);
	made_file("cut.idx", out, n - 1);
	made_refused("cut.idx", &pictures, ERR_DATA, "holds 15 bytes");
	made_file("long.idx", out, n + 1);
	made_refused("long.idx", &pictures, ERR_DATA, "holds 17 bytes");
	made_file("head.idx", out, 9);
	made_refused("head.idx", &pictures, ERR_DATA, "cut off in its header");
	n = made_idx(out, 8, 3, (int[]){ 0, 2, 2 }, numbers, 0);
	made_file("zero.idx", out, n);
	made_refused("zero.idx", &pictures, ERR_DATA, "dimension 1 is zero");
	n = made_idx(out, 8, 4, (int[]){ -1, -1, -1, -1 }, numbers, 16);
	made_file("huge.idx", out, n);
	made_refused("huge.idx", &pictures, ERR_DATA, "too many numbers");
	made_text("page.idx", "<!DOCTYPE html>\n");
	made_refused("idx:page.idx", &pictures, ERR_DATA, "web page");
	made_text("none.idx", "");
	made_refused("idx:none.idx", &pictures, ERR_DATA, "is empty");
}

static void
test_idx_refuses_labels_that_do_not_fit(void **state)
{
	uint8_t numbers[64] = { 0 }, out[128];
	size_t n;

	(void)state;
	made_idx_pair("m-images-idx3-ubyte", NULL, 10, 3);
	made_refused("m-images-idx3-ubyte", &pictures, ERR_DATA,
	    "m-images-idx3-ubyte:0: has no label");
	n = made_idx(out, 8, 1, (int[]){ 9 }, numbers, 9);
	made_file("nine", out, n);
	made_refused("m-images-idx3-ubyte,labels=nine", &pictures, ERR_DATA,
	    "9 labels for the 10 samples");
	n = made_idx(out, 0x0c, 1, (int[]){ 10 },
	    (const uint8_t[40]){ 0xff, 0xff, 0xff, 0xff }, 40);
	made_file("minus", out, n);
	made_refused("m-images-idx3-ubyte,labels=minus", &pictures, ERR_DATA,
	    "label -1 of sample 0");
	made_refused("m-images-idx3-ubyte,labels=m-images-idx3-ubyte",
	    &pictures, ERR_DATA, "not a file of labels");
	made_refused("m-images-idx3-ubyte,labels=nowhere", &pictures, ERR_IO,
	    "nowhere: cannot open");
}

/* Header of 60,000 pictures in front of ten bytes. */
static void
test_a_gzip_bomb_is_seen_before_memory_is_taken(void **state)
{
	uint8_t numbers[40] = { 0 }, out[128];
	size_t n =
	    made_idx(out, 8, 3, (int[]){ 1 << 20, 1 << 10, 2 }, numbers, 40);
	FILE *f = fopen("bomb.gz", "wb");
	long before = memory_requests();

	(void)state;
	assert_non_null(f);
	assert_int_equal(pack_gzip(f, out, n), 0);
	fclose(f);
	made_refused("bomb.gz", &pictures, ERR_DATA, "can hold");
	assert_true(memory_requests() - before < 20);
	n = made_idx(out, 8, 3, (int[]){ 11, 2, 2 }, numbers, 40);
	f = fopen("short.gz", "wb");
	assert_non_null(f);
	assert_int_equal(pack_gzip(f, out, n), 0);
	fclose(f);
	made_refused("short.gz", &pictures, ERR_DATA, "its header says 60");
}

static void
make_classes(const char *root, const char *const *classes, int each)
{
	char path[64];
	int i, k;

	made_folder(root);
	for (i = 0; classes[i] != NULL; i++) {
		snprintf(path, sizeof(path), "%s/%s", root, classes[i]);
		made_folder(path);
		for (k = 0; k < each; k++) {
			snprintf(path, sizeof(path), "%s/%s/%d.png", root,
			    classes[i], k);
			made_png(path, 2, 2, 1, (uint8_t)(10 * i + k));
		}
	}
}

static void
test_folders_are_classes_in_bytewise_order(void **state)
{
	static const char *const classes[] = { "b", "B", "a-1", "a", NULL };
	const char *const *names;
	struct err err = { 0 };
	struct dataset *d;
	int32_t label[8];
	float x[32];

	(void)state;
	make_classes("cls", classes, 2);
	made_text("cls/.hidden", "no picture");
	made_text("cls/b/.hidden", "no picture");
	d = made_open("cls", &pictures, &err);
	assert_non_null(d);
	assert_int_equal(data_labels(d, &names), 4);
	assert_string_equal(names[0], "B");
	assert_string_equal(names[1], "a");
	assert_string_equal(names[2], "a-1");
	assert_string_equal(names[3], "b");
	assert_int_equal(
	    made_read(d, (struct feed_conf){ 0 }, x, label, &err), 8);
	/* Samples in bytewise order of their paths: "a-1/0" before "a/0". */
	assert_int_equal(label[2], 2);
	assert_true(x[2 * 4] == 20);
	assert_int_equal(label[4], 1);
	assert_true(x[4 * 4] == 30);
	data_free(d);
}

static void
test_dir_takes_pictures_without_labels(void **state)
{
	static const char *const classes[] = { "x", "y", NULL };
	struct made_want w;
	float x[16];

	(void)state;
	make_classes("flat", classes, 2);
	made_want(&w, "", "2x2x1", TARGET_NONE);
	assert_int_equal(take("dir:flat", &w, x, NULL), 4);
	made_want_end(&w);
	made_refused("dir:flat", &pictures, ERR_DATA, "has no label");
}

static void
test_other_pictures_get_a_command_that_converts_them(void **state)
{
	static const char *const classes[] = { "x", "y", NULL };
	struct made_want w;

	(void)state;
	make_classes("jpg", classes, 1);
	made_text("jpg/x/photo.jpg", "\xff\xd8\xff\xe0 and so on");
	made_refused("jpg", &pictures, ERR_DATA,
	    "jpg/x/photo.jpg: is a JPEG picture, not PNG; convert it: magick "
	    "mogrify -format png 'jpg/x/photo.jpg'");
	made_text("jpg/x/photo.jpg", "notes of a holiday");
	made_refused("jpg", &pictures, ERR_DATA,
	    "jpg/x/photo.jpg: is not a PNG picture");
	made_text("photo.jpg", "\xff\xd8\xff\xe0 and so on");
	made_want(&w, "", "2x2x1", TARGET_NONE);
	made_refused("photo.jpg", &w, ERR_DATA,
	    "photo.jpg: is a JPEG picture, not PNG; convert it");
	made_want_end(&w);
	made_folder("none");
	made_refused("none", &pictures, ERR_DATA, "no files in the folder");
	made_refused("nowhere", &pictures, ERR_IO, "nowhere: cannot open");
}

static void
test_a_damaged_png_is_named_with_the_byte(void **state)
{
	struct made_want w;
	uint8_t bytes[256];
	FILE *f;
	size_t n;

	(void)state;
	made_want(&w, "", "2x2x1", TARGET_NONE);
	made_png("ok.png", 2, 2, 1, 0);
	f = fopen("ok.png", "rb");
	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	made_file("cut.png", bytes, n - 10);
	made_refused("cut.png", &w, ERR_DATA, "cut.png: PNG: file is cut off");
	bytes[n] = 'x';
	made_file("more.png", bytes, n + 1);
	made_refused(
	    "more.png", &w, ERR_DATA, "1 bytes follow the end of the picture");
	bytes[30] ^= 1; /* the checksum of IHDR */
	made_file("crc.png", bytes, n);
	made_refused("crc.png", &w, ERR_DATA, "CRC error");
	made_png("big.png", 3, 2, 3, 0);
	made_refused("big.png", &w, ERR_DATA,
	    "big.png: is 3x2x3, the model takes 2x2x1; its preprocessing needs "
	    "gray,resize:2x2");
	made_want_end(&w);
}

static void
test_a_list_names_files_and_labels(void **state)
{
	const char *const *names;
	struct err err = { 0 };
	struct dataset *d;
	int32_t label[3];
	float x[12];

	(void)state;
	made_png("l,1.png", 2, 2, 1, 1);
	made_png("l2.png", 2, 2, 1, 2);
	made_text("l.txt", "l2.png\tzebra\r\nl,1.png\tape\nl2.png\tzebra");
	d = made_open("list:l.txt", &pictures, &err);
	assert_non_null(d);
	assert_int_equal(data_labels(d, &names), 2);
	assert_string_equal(names[0], "ape");
	assert_int_equal(
	    made_read(d, (struct feed_conf){ 0 }, x, label, &err), 3);
	assert_true(x[0] == 2 && x[4] == 1 && x[8] == 2);
	assert_int_equal(label[0], 1);
	assert_int_equal(label[1], 0);
	data_free(d);
	made_text("gap.txt", "l2.png\tzebra\n\nl2.png\n");
	made_refused("list:gap.txt", &pictures, ERR_DATA, "entry 2");
	made_text("gone.txt", "l2.png\tzebra\ngone.png\tape\n");
	made_refused("list:gone.txt", &pictures, ERR_IO, "gone.png");
}

static void
test_a_list_may_end_names_with_nul(void **state)
{
	struct made_want w;
	float x[8];

	(void)state;
	made_png("a\nb.png", 2, 2, 1, 7);
	made_file("nul.txt", "a\nb.png\0l2.png", 14);
	made_png("l2.png", 2, 2, 1, 2);
	made_want(&w, "", "2x2x1", TARGET_NONE);
	assert_int_equal(take("list:nul.txt,null", &w, x, NULL), 2);
	assert_true(x[0] == 7 && x[4] == 2);
	made_want_end(&w);
}

static void
test_csv_takes_label_and_header(void **state)
{
	float x[6];
	int32_t label[2];

	(void)state;
	made_text("t.csv",
	    "\xef\xbb\xbf"
	    "a,\"the,kind\",b,c\r\n1,dog,2.5,-3e1\r\n"
	    "4,\"c\"\"at\",5,6\r\n\r\n");
	assert_int_equal(take("t.csv,label=the,,kind", &vectors, x, label), 2);
	assert_true(x[0] == 1 && x[1] == 2.5F && x[2] == -30 && x[5] == 6);
	assert_int_equal(label[0], 1);
	assert_int_equal(label[1], 0);
	made_text("t.tsv", "1\t2\t3\tyes\n4\t5\t6\tno\n");
	assert_int_equal(take("t.tsv,label=4", &vectors, x, label), 2);
	assert_int_equal(label[0], 1);
	made_text("h.csv", "1,2,3,4\n1,2,3,4\n");
	assert_int_equal(
	    take("csv:h.csv,label=4,header", &vectors, x, label), 1);
}

static void
test_csv_gives_targets(void **state)
{
	struct made_want w;
	struct err err = { 0 };
	struct feed_conf conf = { .batch = 2 };
	struct dataset *d;
	struct feed *f;
	struct batch b;
	const float *y;

	(void)state;
	made_text("y.csv", "p,a,b,q\n1,2,3,4\n5,6,7,8\n");
	made_want(&w, "", "2", TARGET_VALUE);
	w.want.y = (struct shape){ 1, { 2 } };
	d = made_open("y.csv,y=q+p", &w, &err);
	assert_non_null(d);
	f = data_feed(d, &conf, &err);
	assert_non_null(f);
	assert_int_equal(f->next(f, &b, &err), 0);
	y = b.y.data;
	assert_int_equal(b.n, 2);
	assert_true(y[0] == 4 && y[1] == 1 && y[2] == 8 && y[3] == 5);
	data_feed_free(f);
	data_free(d);
	made_refused("y.csv,y=q", &w, ERR_DATA, "is 3, the model takes 2");
	made_refused("y.csv,label=1,y=q", &w, ERR_DATA,
	    "1 target numbers a sample, the model gives 2");
	made_want_end(&w);
}

struct refusal {
	const char *text, *words;
};

static void
test_csv_refuses_by_line_and_column(void **state)
{
	static const struct refusal cases[] = {
		{ "1,2,3,a\n1,2,b\n", "line 2: 3 fields" },
		{ "1,2,3,a\n1,2,3,4,5\n", "line 2: 5 fields" },
		{ "1,2,3,a\n1,\"2,3,b\n",
		    "line 2: a quote (\") is never closed" },
		{ "1,2,3,a\n1,2\"2,3,b\n", "line 2: a quote (\") inside" },
		{ "1,2,3,a\n1,\"2\"2,3,b\n", "line 2: text behind" },
		{ "1,2,3,a\n1,x,3,b\n", "line 2: column 2 (''): 'x'" },
		{ "p,q,r,s\n1,2,,a\n", "line 2: column 3 ('r'): ''" },
		{ "1,2,3,a\n1,0x10,3,b\n", "'0x10' is not a number" },
		{ "1,2,3,a\n1,nan,3,b\n", "'nan' is not a number" },
		{ "1,2,3,a\n1,1e999,3,b\n", "'1e999' is not a number" },
		{ "1,2,3,a\n1,1e39,3,b\n", "'1e39' is not a number" },
		{ "1,2,3,a\n1,2,3,\xff\n", "line 2: is not UTF-8" },
		{ "p,q,r,s\n", "the table has no rows" },
		{ "1,2,3,a\n1,2,3,\n", "line 2: a class name of 0 bytes" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		made_text("bad.csv", cases[i].text);
		made_refused(
		    "csv:bad.csv,label=4", &vectors, ERR_DATA, cases[i].words);
	}
	made_file("nul.csv", "1,2,3,a\n1,\0,3,b\n", 16);
	made_refused(
	    "csv:nul.csv,label=4", &vectors, ERR_DATA, "line 2: holds a NUL");
	made_text("good.csv", "1,2,3,a\n");
	made_refused("good.csv,label=5", &vectors, ERR_DATA, "no column '5'");
	made_refused("good.csv,label=4,y=4", &vectors, ERR_DATA,
	    "column '4' is named twice");
	made_refused("good.csv,lable=4", &vectors, ERR_USAGE,
	    "no key 'lable'; did you mean 'label'?");
}

static void
npy_file(const char *path, const char *header, const void *data, size_t n)
{
	uint8_t out[512] = "\x93NUMPY\x01";
	size_t length = strlen(header);

	out[8] = (uint8_t)length;
	assert_true(10 + length + n < sizeof(out));
	snprintf((char *)out + 10, sizeof(out) - 10, "%s", header);
	memcpy(out + 10 + length, data, n);
	made_file(path, out, 10 + length + n);
}

static void
test_npy_reads_arrays_of_both_orders(void **state)
{
	static const float f4[] = { 1, 2, 3, 4, 5, 6 };
	static const uint8_t i2[] = { 0, 1, 0, 2, 0xff, 0xfd };
	static const uint8_t labels[] = { 5, 2 };
	float x[6];
	int32_t label[2];

	(void)state;
	npy_file("f4.npy",
	    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n",
	    f4, sizeof(f4));
	npy_file("y.npy",
	    "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n",
	    labels, 2);
	assert_int_equal(take("f4.npy,y=y.npy", &vectors, x, label), 2);
	assert_memory_equal(x, f4, sizeof(f4));
	assert_int_equal(label[0], 1);
	assert_int_equal(label[1], 0);
	npy_file("i2.npy",
	    "{\"shape\":(1,3),\"fortran_order\":False,\"descr\":\">i2\"}", i2,
	    6);
	npy_file("y1.npy",
	    "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", labels,
	    1);
	assert_int_equal(take("npy:i2.npy,y=y1.npy", &vectors, x, label), 1);
	assert_true(x[0] == 1 && x[1] == 2 && x[2] == -3);
}

static void
test_npy_refuses_odd_headers(void **state)
{
	static const struct refusal cases[] = {
		{ "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
		    "numbers of type '|O' are not read" },
		{ "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': "
		  "(1,)}",
		    "not one of plain numbers" },
		{ "{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}",
		    "Fortran order" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
		    "holds 4 bytes of numbers, its header says 8" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': ()}",
		    "holds no samples" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
		    "no tuple" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': "
		  "(4294967296, 4294967296)}",
		    "holds no samples" },
		{ "{'descr': '<f4', 'fortran_order': False}", "no NPY header" },
		{ "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, "
		  "'shape': (1,)}",
		    "'descr' too much" },
		{ "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
		    "no NPY header" },
	};
	static const float one = 1;
	static const uint32_t nan_bits = 0x7fc00000;
	struct made_want w;
	size_t i;

	(void)state;
	made_want(&w, "", "1", TARGET_NONE);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		npy_file("bad.npy", cases[i].text, &one, sizeof(one));
		made_refused("bad.npy", &w, ERR_DATA, cases[i].words);
	}
	npy_file("nan.npy",
	    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
	    &nan_bits, sizeof(nan_bits));
	made_refused("nan.npy", &w, ERR_DATA, "sample 0: number 0 is not fin");
	made_want_end(&w);
}

static void
test_what_is_nothing_known_is_refused(void **state)
{
	(void)state;
	made_text("note.txt", "dear diary\n");
	made_refused(
	    "note.txt", &pictures, ERR_DATA, "note.txt: no known format");
	made_refused("/dev/null", &pictures, ERR_DATA,
	    "/dev/null: is neither a file nor a pipe");
	made_refused("idx:/", &pictures, ERR_DATA, "is a folder");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	made_text("empty", "");
	made_refused("empty", &pictures, ERR_DATA, "is empty");
	made_text("t.csv", "1,2,3,a\n");
	gzip_file("t.csv", "t.csv.gz");
	made_refused("t.csv.gz", &vectors, ERR_DATA, "gunzip it");
}

/* Every beginning of a whole file, and the file with a byte more: how many
   are taken. */
static int
taken_when_cut(const char *file, const char *as, const struct made_want *want)
{
	struct feed_conf conf = { 0 };
	uint8_t bytes[512];
	int taken = 0;
	FILE *f = fopen(file, "rb");
	size_t i, n;

	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes) - 1, f);
	fclose(f);
	bytes[n] = 0;
	for (i = 0; i <= n + 1; i++) {
		struct err err = { 0 };
		struct dataset *d;
		float x[64];

		if (i == n)
			continue;
		made_file("cut", bytes, i);
		d = made_open(as, want, &err);
		if (d != NULL && made_read(d, conf, x, NULL, &err) >= 0)
			taken++;
		else
			assert_int_equal(err.code, ERR_DATA);
		data_free(d);
	}
	return taken;
}

static void
test_no_part_of_a_file_passes_for_it(void **state)
{
	static const float f4[] = { 1, 2, 3, 4 };
	struct made_want w;

	(void)state;
	made_want(&w, "", "2x2x1", TARGET_NONE);
	made_idx_pair("whole.idx", NULL, 5, 3);
	gzip_file("whole.idx", "whole.gz");
	made_png("whole.png", 2, 2, 1, 3);
	npy_file("whole.npy",
	    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2)}", f4,
	    sizeof(f4));
	assert_int_equal(taken_when_cut("whole.idx", "idx:cut", &w), 0);
	assert_int_equal(taken_when_cut("whole.gz", "idx:cut", &w), 0);
	assert_int_equal(taken_when_cut("whole.png", "png:cut", &w), 0);
	assert_int_equal(taken_when_cut("whole.npy", "npy:cut", &w), 0);
	made_want_end(&w);
}

/* Every byte of a gzipped and of a PNG file with every bit turned: refused,
   or the same numbers. */
static void
test_no_turned_bit_changes_a_number(void **state)
{
	static const char *const files[][2] = { { "bit.gz", "idx:turned" },
		{ "bit.png", "png:turned" } };
	struct feed_conf conf = { 0 };
	struct made_want w;
	uint8_t bytes[512];
	float right[64], x[64];
	size_t i, n;
	int k, bit;

	(void)state;
	made_want(&w, "", "2x2x1", TARGET_NONE);
	made_idx_pair("bit.idx", NULL, 5, 3);
	gzip_file("bit.idx", "bit.gz");
	made_png("bit.png", 2, 2, 1, 3);
	for (k = 0; k < 2; k++) {
		FILE *f = fopen(files[k][0], "rb");
		int64_t samples;

		assert_non_null(f);
		n = fread(bytes, 1, sizeof(bytes), f);
		fclose(f);
		samples = take(files[k][0], &w, right, NULL);
		for (i = 0; i < n; i++)
			for (bit = 0; bit < 8; bit++) {
				struct err err = { 0 };
				struct dataset *d;

				bytes[i] ^= (uint8_t)(1 << bit);
				made_file("turned", bytes, n);
				bytes[i] ^= (uint8_t)(1 << bit);
				d = made_open(files[k][1], &w, &err);
				if (d != NULL &&
				    made_read(d, conf, x, NULL, &err) ==
					samples)
					assert_memory_equal(x, right,
					    (size_t)samples * 4 *
						sizeof(float));
				else
					assert_int_equal(err.code, ERR_DATA);
				data_free(d);
			}
	}
	made_want_end(&w);
}

/* Pictures behind each other on standard input. */
static void
feed_stdin(const char *const *files, const char *tail)
{
	FILE *out = fopen("stream", "wb");
	uint8_t bytes[256];
	size_t n;
	FILE *f;

	assert_non_null(out);
	for (; *files != NULL; files++) {
		f = fopen(*files, "rb");
		assert_non_null(f);
		n = fread(bytes, 1, sizeof(bytes), f);
		fclose(f);
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	}
	fputs(tail, out);
	fclose(out);
	assert_non_null(freopen("stream", "rb", stdin));
	assert_int_equal(lseek(0, 0, SEEK_SET), 0);
}

static void
test_pictures_come_behind_each_other(void **state)
{
	static const char *const files[] = { "s1.png", "s2.png", "s1.png",
		NULL };
	struct feed_conf conf = { .batch = 2, .lazy = 1, .keep_bad = 1 };
	struct made_want w;
	struct err err = { 0 };
	struct sample_info info;
	struct dataset *d;
	const char *first;
	float x[12];

	(void)state;
	made_png("s1.png", 2, 2, 1, 1);
	made_png("s2.png", 2, 2, 1, 2);
	made_want(&w, "", "2x2x1", TARGET_NONE);
	feed_stdin(files, "");
	d = made_open("-", &w, &err);
	assert_non_null(d);
	assert_int_equal(data_count(d), -1);
	assert_int_equal(made_read(d, conf, x, NULL, &err), 3);
	assert_true(x[0] == 1 && x[4] == 2 && x[8] == 1);
	assert_int_equal(data_count(d), 3);
	assert_int_equal(data_info(d, 2, &info, &err), 0);
	assert_string_equal(info.name, "-:2");
	data_free(d);

	feed_stdin(files, "rubbish and more of it");
	d = made_open("png:-", &w, &err);
	assert_non_null(d);
	assert_int_equal(made_read(d, conf, x, NULL, &err), 3);
	assert_int_equal(data_bad(d, &first), 1);
	assert_non_null(strstr(first, "picture 3: is not a PNG picture"));
	data_free(d);
	made_want_end(&w);
}

static void
test_a_list_on_standard_input_is_read_as_it_comes(void **state)
{
	struct feed_conf conf = { .batch = 4, .lazy = 1, .keep_bad = 1 };
	struct made_want w;
	struct err err = { 0 };
	struct sample_info info;
	struct dataset *d;
	float x[12];

	(void)state;
	made_png("s1.png", 2, 2, 1, 1);
	made_text("stream", "s1.png\tape\nmissing.png\ns1.png\tbee");
	assert_non_null(freopen("stream", "rb", stdin));
	lseek(0, 0, SEEK_SET);
	made_want(&w, "", "2x2x1", TARGET_NONE);
	d = made_open("list:-", &w, &err);
	assert_non_null(d);
	assert_int_equal(made_read(d, conf, x, NULL, &err), 2);
	assert_int_equal(data_info(d, 2, &info, &err), 0);
	assert_string_equal(info.name, "s1.png");
	assert_string_equal(info.label, "bee");
	assert_int_equal(data_info(d, 1, &info, &err), 0);
	assert_non_null(strstr(info.error, "missing.png: cannot open"));
	data_free(d);
	made_want_end(&w);
}

/* The bytes of a file into a pipe. */
static void
send(int fd, const char *path)
{
	uint8_t bytes[256];
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_int_equal(write(fd, bytes, n), n);
}

static int
next_size(struct feed *f)
{
	struct err err = { 0 };
	struct batch b;

	assert_int_equal(f->next(f, &b, &err), 0);
	return b.n;
}

/* Opens the operand on a pipe; the writer's end. */
static int
on_a_pipe(const char *operand, struct made_want *want, struct dataset **d,
    struct feed **f)
{
	struct feed_conf conf = { .batch = 4, .lazy = 1, .keep_bad = 1 };
	struct err err = { 0 };
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], 0), 0);
	close(ends[0]);
	made_want(want, "", "2x2x1", TARGET_NONE);
	*d = made_open(operand, want, &err);
	assert_non_null(*d);
	*f = data_feed(*d, &conf, &err);
	assert_non_null(*f);
	return ends[1];
}

static void
test_a_batch_closes_when_no_picture_is_ready(void **state)
{
	struct made_want w;
	struct dataset *d;
	struct feed *f;
	int fd = on_a_pipe("-", &w, &d, &f);

	(void)state;
	made_png("s1.png", 2, 2, 1, 1);
	send(fd, "s1.png");
	assert_int_equal(next_size(f), 1);
	send(fd, "s1.png");
	send(fd, "s1.png");
	assert_int_equal(write(fd, "\x89PNG", 4), 4); /* not whole yet */
	assert_int_equal(next_size(f), 2);
	close(fd);
	assert_int_equal(next_size(f), 0);
	assert_int_equal(data_bad(d, NULL), 1);
	data_feed_free(f);
	data_free(d);
	made_want_end(&w);
}

static void
test_a_batch_closes_when_no_name_is_ready(void **state)
{
	struct made_want w;
	struct dataset *d;
	struct feed *f;
	int fd = on_a_pipe("list:-", &w, &d, &f);

	(void)state;
	made_png("s1.png", 2, 2, 1, 1);
	assert_int_equal(write(fd, "s1.png\ns1.", 10), 10);
	assert_int_equal(next_size(f), 1);
	assert_int_equal(
	    write(fd, "png\ns1.png\ns1.png\ns1.png\ns1.png", 31), 31);
	assert_int_equal(next_size(f), 4);
	close(fd);
	assert_int_equal(next_size(f), 1);
	assert_int_equal(next_size(f), 0);
	data_feed_free(f);
	data_free(d);
	made_want_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idx_finds_its_labels_by_name),
		cmocka_unit_test(test_idx_may_be_gzipped_whatever_it_is_called),
		cmocka_unit_test(test_idx_reads_every_type_of_number),
		cmocka_unit_test(test_idx_refuses_what_does_not_add_up),
		cmocka_unit_test(test_idx_refuses_labels_that_do_not_fit),
		cmocka_unit_test(
		    test_a_gzip_bomb_is_seen_before_memory_is_taken),
		cmocka_unit_test(test_folders_are_classes_in_bytewise_order),
		cmocka_unit_test(test_dir_takes_pictures_without_labels),
		cmocka_unit_test(
		    test_other_pictures_get_a_command_that_converts_them),
		cmocka_unit_test(test_a_damaged_png_is_named_with_the_byte),
		cmocka_unit_test(test_a_list_names_files_and_labels),
		cmocka_unit_test(test_a_list_may_end_names_with_nul),
		cmocka_unit_test(test_csv_takes_label_and_header),
		cmocka_unit_test(test_csv_gives_targets),
		cmocka_unit_test(test_csv_refuses_by_line_and_column),
		cmocka_unit_test(test_npy_reads_arrays_of_both_orders),
		cmocka_unit_test(test_npy_refuses_odd_headers),
		cmocka_unit_test(test_what_is_nothing_known_is_refused),
		cmocka_unit_test(test_no_part_of_a_file_passes_for_it),
		cmocka_unit_test(test_no_turned_bit_changes_a_number),
		cmocka_unit_test(test_pictures_come_behind_each_other),
		cmocka_unit_test(test_a_batch_closes_when_no_picture_is_ready),
		cmocka_unit_test(test_a_batch_closes_when_no_name_is_ready),
		cmocka_unit_test(
		    test_a_list_on_standard_input_is_read_as_it_comes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
