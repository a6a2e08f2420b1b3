/* What the tests of the engine's parts share: settings from words, numbers
   from counters, closeness. */
#ifndef TESTS_PARTS_H
#define TESTS_PARTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/operand.h"
#include "base/rng.h"
#include "real.h"

/* Where libtool puts modules, seen from the top of the build tree. */
#define MODULES ".libs"

/* How many threads several are: the leak checker dies over those that a module
   started. */
#ifdef NN_NO_CLONES
enum { MANY = 1 };
#else
enum { MANY = 2 };
#endif

/* A struct of settings out of an operand such as "sgd,momentum=0.9". */
static inline void *
open_conf(const char *operand, const struct attr *table, size_t size,
    struct arena *arena)
{
	struct err err = { 0 };
	struct operand o;
	struct settings s;
	void *conf = arena_alloc(arena, size + 1, &err);
	int used = 0;

	if (table == NULL)
		return conf;
	if (operand_parse(&o, operand, arena, &err) < 0 ||
	    operand_settings(&o, table, &s, &used, arena, &err) < 0 ||
	    attr_fill(table, conf, &s, arena, ERR_USAGE, &err) < 0)
		fail_msg("%s: %s", operand, err.text);
	return conf;
}

/* A number of -1..1, its own for every (purpose, i). */
static inline real
number(const char *purpose, int64_t i)
{
	uint32_t word = rng_u32(rng_key(1, purpose), 0, 0, (uint32_t)i);

	return (real)(2 * (double)rng_unit(word) - 1);
}

static inline double
distance(double a, double b)
{
	double size = fmax(fabs(a), fabs(b));

	return fabs(a - b) / fmax(size, 1e-3);
}

/* What a table prints must read back as the same settings. */
static inline void
check_round_trip(const char *name, const struct attr *table, size_t size,
    const char *operand)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct settings s, again;
	void *conf, *back;
	int i;

	if (table != NULL) {
		conf = open_conf(operand, table, size, &arena);
		back = arena_alloc(&arena, size, &err);
		if (attr_list(table, conf, 0, &s, &arena, &err) < 0 ||
		    attr_fill(table, back, &s, &arena, ERR_MODEL, &err) < 0 ||
		    attr_list(table, back, 0, &again, &arena, &err) < 0)
			fail_msg("%s: %s", name, err.text);
		assert_int_equal(s.n, again.n);
		for (i = 0; i < s.n; i++)
			assert_string_equal(
			    setting_print(&s.at[i], &arena, &err),
			    setting_print(&again.at[i], &arena, &err));
	}
	arena_free(&arena);
}

/* A setting that no table knows, and, for every number, one out of range:
   the message must name it. */
static inline void
check_refusals(const char *name, const struct attr *table, size_t size)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct setting bad = {
		.name = "no_such_setting", .type = ATTR_WORD, .s = "1"
	};
	struct settings s = { 1, &bad };
	void *conf = arena_alloc(&arena, size + 1, &err);
	const struct attr *row;

	if (table == NULL)
		goto out;
	if (attr_fill(table, conf, &s, &arena, ERR_MODEL, &err) == 0)
		fail_msg("%s takes a setting it does not have", name);
	assert_non_null(strstr(err.text, "no_such_setting"));
	for (row = table; row->type != ATTR_END; row++) {
		char text[64];

		if (row->type != ATTR_INT && row->type != ATTR_REAL)
			continue;
		snprintf(text, sizeof(text), "%g", row->max * 2 + 1);
		err_clear(&err);
		if (attr_parse(table, conf, row->name, text, &arena, ERR_USAGE,
			&err) == 0)
			fail_msg("%s: %s may be %s", name, row->name, text);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, row->name));
	}
out:
	arena_free(&arena);
}

#endif
