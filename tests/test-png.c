/* PNG pictures: every kind becomes its pixels, and no damage becomes a signal
   or passes without a word. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "made.h"
#include "made-png.h"
#include "sources/pngquick.h"
#include "sources/pngread.h"

enum { DAMAGED = 500 };

static int
setup(void **state)
{
	(void)state;
	made_begin();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	made_end();
	return 0;
}

/* Is what was read the picture? */
static void
compare(const struct made_picture *p, const struct sample *s,
    const uint8_t *want, const char *who)
{
	const struct shape shape = { 3,
		{ p->height, p->width, made_png_channels(p) } };

	if (!shape_equal(&s->x.shape, &shape) ||
	    memcmp(s->x.data, want, (size_t)shape_count(&shape)) != 0)
		fail_msg("%s: type %d, %d bits, %dx%d, interlaced %d, "
			 "transparent %d, pieces %zu",
		    who, p->type, p->depth, p->height, p->width, p->interlaced,
		    p->transparent, p->piece);
}

/* By both ways; was it one for the quick way? */
static int
check(const struct made_picture *p)
{
	static uint8_t bytes[MADE_PNG_BYTES], want[3 * MADE_PNG_PIXELS];
	size_t n = made_picture(p, bytes, want), used;
	struct sample_buffer b = { 0 };
	struct err err = { 0 };
	struct png_size size;
	struct sample s;
	int quick = png_quick(bytes, n, &size, &b);

	assert_int_equal(png_decode(bytes, n, &used, &s, &b, &err), 0);
	assert_int_equal(used, n);
	compare(p, &s, want, "read");
	assert_int_equal(png_decode_slow(bytes, n, NULL, &s, &b, &err), 0);
	compare(p, &s, want, "read by libpng");
	assert_string_equal(err.text, "");
	sample_buffer_free(&b);
	return quick;
}

static const int sides[][2] = { { 1, 1 }, { 3, 5 }, { 9, 2 }, { 1, 33 },
	{ 40, 40 } };
enum { SIDES = sizeof(sides) / sizeof(sides[0]) };

static void
test_every_kind_of_picture_becomes_its_pixels(void **state)
{
	struct made_picture p = { 0 };
	int kinds = 0, i;

	(void)state;
	for (p.type = 0; p.type <= 6; p.type++)
		for (p.depth = 1; p.depth <= 16; p.depth *= 2) {
			if (!made_png_legal(p.type, p.depth))
				continue;
			kinds++;
			for (i = 0; i < 4 * SIDES; i++) {
				p.height = sides[i / 4][0];
				p.width = sides[i / 4][1];
				p.interlaced = i % 2;
				p.transparent = i / 2 % 2;
				p.seed++;
				check(&p);
			}
		}
	assert_int_equal(kinds, 15);
}

static void
test_the_commonest_need_no_libpng(void **state)
{
	static const char *const between[] = { NULL, "tEXt", "gAMA", "pHYs" };
	struct made_picture p = { .depth = 8, .height = 28, .width = 28 };
	int i;

	(void)state;
	for (p.type = 0; p.type <= 6; p.type += 2)
		for (i = 0; i < 12; i++) {
			p.between = between[i % 4];
			p.piece = (size_t[]){ 0, 1, 37 }[i / 4];
			p.seed++;
			assert_int_equal(check(&p), 1);
		}
	p = (struct made_picture){ .depth = 8, .height = 2, .width = 2 };
	p.transparent = 1;
	assert_int_equal(check(&p), 0);
	p = (struct made_picture){ .depth = 8, .height = 2, .width = 2 };
	p.interlaced = 1;
	assert_int_equal(check(&p), 0);
}

/* Where chunk number k begins; *data becomes the bytes of its data. */
static size_t
chunk_at(const uint8_t *bytes, int k, size_t *data)
{
	size_t at = 8;

	for (;; at += *data + 12) {
		*data = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
		if (k-- == 0)
			return at;
	}
}

static int
chunk_count(const uint8_t *bytes, size_t n)
{
	size_t at = 8, data;
	int k = 0;

	while (at < n) {
		at = chunk_at(bytes, k++, &data);
		at += data + 12;
	}
	return k;
}

enum damage { FLIP, CUT, ZERO, MEND, LOSE, TWICE, SWAP, RENAME, DAMAGES };

/* A byte of a chunk changed and its checksum mended. */
static void
mend(uint8_t *bytes, size_t at, size_t data, uint32_t *random)
{
	size_t k = made_random(random, (uint32_t)data + 4);

	bytes[at + 4 + k] ^= (uint8_t)(1u << made_random(random, 8));
	made_png_mend(bytes + at, data);
}

/* Exchanges the chunk with the next one. */
static void
swap(uint8_t *bytes, size_t at, size_t data)
{
	static uint8_t copy[MADE_PNG_BYTES];
	size_t first = data + 12, second;

	second =
	    ((size_t)bytes[at + first + 2] << 8 | bytes[at + first + 3]) + 12;
	memcpy(copy, bytes + at, first);
	memmove(bytes + at, bytes + at + first, second);
	memcpy(bytes + at + second, copy, first);
}

/* Damages the file in place; its bytes then.  There is room for twice. */
static size_t
damage(uint8_t *bytes, size_t n, enum damage how, uint32_t *random)
{
	static const uint8_t unknown[4] = { 'a', 'b', 'C', 'D' };
	int chunks = chunk_count(bytes, n);
	int k = (int)made_random(random, (uint32_t)chunks);
	size_t data, at = chunk_at(bytes, k, &data), all = data + 12;
	size_t any = made_random(random, (uint32_t)n);

	switch (how) {
	case FLIP:
		bytes[any] ^= (uint8_t)(1u << made_random(random, 8));
		break;
	case CUT:
		return any;
	case ZERO:
		memset(bytes + any, 0xa5, n - any);
		break;
	case MEND:
		mend(bytes, at, data, random);
		break;
	case LOSE:
		memmove(bytes + at, bytes + at + all, n - at - all);
		return n - all;
	case TWICE:
		memmove(bytes + at + all, bytes + at, n - at);
		return n + all;
	case SWAP:
		if (k + 1 < chunks)
			swap(bytes, at, data);
		else
			return n - 1;
		break;
	case RENAME:
		memcpy(bytes + at + 4, unknown, sizeof(unknown));
		made_png_mend(bytes + at, data);
		break;
	case DAMAGES:
		break;
	}
	return n;
}

/* Some picture or other. */
static size_t
draw(uint8_t *bytes, uint32_t *random)
{
	static uint8_t want[3 * MADE_PNG_PIXELS];
	struct made_picture p = { 0 };

	do {
		p.type = (int)made_random(random, 7);
		p.depth = 1 << made_random(random, 5);
	} while (!made_png_legal(p.type, p.depth));
	p.height = 1 + (int)made_random(random, 20);
	p.width = 1 + (int)made_random(random, 20);
	p.interlaced = (int)made_random(random, 2);
	p.transparent = (int)made_random(random, 2);
	p.piece = made_random(random, 3) * 50;
	p.between = made_random(random, 2) ? "tEXt" : NULL;
	p.seed = made_random(random, 1 << 20);
	return made_picture(&p, bytes, want);
}

/* Reads the file as a tool would: refused by name, or the pixels are those
   that libpng alone finds. */
static int
is_refused(const char *path, const uint8_t *bytes, size_t n)
{
	struct sample_buffer b = { 0 }, slow = { 0 };
	struct err err = { 0 };
	struct sample s, t;
	size_t length;
	int refused;

	made_file(path, bytes, n);
	refused = png_read_file(path, &s, &b, &err) < 0;
	if (refused) {
		assert_int_equal(err.code, ERR_DATA);
		assert_int_equal(strncmp(err.text, path, strlen(path)), 0);
	} else {
		assert_int_equal(
		    png_decode_slow(bytes, n, NULL, &t, &slow, &err), 0);
		assert_true(shape_equal(&s.x.shape, &t.x.shape));
		assert_int_equal(tensor_bytes(&s.x, &length, &err), 0);
		assert_memory_equal(s.x.data, t.x.data, length);
	}
	sample_buffer_free(&b);
	sample_buffer_free(&slow);
	return refused;
}

static void
test_no_damage_passes_without_a_word(void **state)
{
	static uint8_t bytes[2 * MADE_PNG_BYTES], was[2 * MADE_PNG_BYTES];
	int refused[DAMAGES] = { 0 }, made[DAMAGES] = { 0 }, i;
	uint32_t random = 20261124;
	char path[32];
	size_t n, now;

	(void)state;
	for (i = 0; i < DAMAGED; i++) {
		enum damage how = (enum damage)(i % DAMAGES);

		n = draw(bytes, &random);
		memcpy(was, bytes, n);
		now = damage(bytes, n, how, &random);
		if (now == n && memcmp(was, bytes, n) == 0)
			continue;
		made[how]++;
		snprintf(path, sizeof(path), "damaged-%03d.png", i);
		refused[how] += is_refused(path, bytes, now);
	}
	for (i = FLIP; i <= ZERO; i++)
		assert_int_equal(refused[i], made[i]);
	/* Another colour in a palette, or chunks that may stand so. */
	for (; i < DAMAGES; i++)
		assert_true(made[i] > 50 && refused[i] > made[i] / 4);
}

/* A header that promises more than the file can hold gets no memory. */
static void
test_sizes_are_judged_before_memory_is_taken(void **state)
{
	static const uint32_t cases[][2] = { { 16384, 16384 }, { 8192, 8192 },
		{ 16385, 1 }, { 1, 0x7fffffff }, { 0, 5 },
		{ 0xffffffff, 0xffffffff } };
	struct made_picture p = { .depth = 8, .height = 9, .width = 9 };
	static uint8_t bytes[MADE_PNG_BYTES], want[3 * MADE_PNG_PIXELS];
	size_t i, n;

	(void)state;
	for (p.type = 0; p.type <= 6; p.type += 2)
		for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct sample_buffer b = { 0 };
			struct err err = { 0 };
			struct sample s;
			int k;

			n = made_picture(&p, bytes, want);
			for (k = 0; k < 4; k++) {
				bytes[16 + k] =
				    (uint8_t)(cases[i][0] >> (24 - 8 * k));
				bytes[20 + k] =
				    (uint8_t)(cases[i][1] >> (24 - 8 * k));
			}
			made_png_mend(bytes + 8, 13);
			assert_int_equal(
			    png_decode(bytes, n, NULL, &s, &b, &err), -1);
			assert_int_equal(err.code, ERR_DATA);
			assert_true(b.x_size + b.y_size < 1 << 20);
			sample_buffer_free(&b);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_picture_becomes_its_pixels),
		cmocka_unit_test(test_the_commonest_need_no_libpng),
		cmocka_unit_test(test_no_damage_passes_without_a_word),
		cmocka_unit_test(test_sizes_are_judged_before_memory_is_taken),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
