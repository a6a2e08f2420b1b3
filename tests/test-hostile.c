/* Every clause of the format has hostile files that break it and nothing else;
   each is refused with the clause in the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "fmt.h"
#include "hostile.h"
#include "nn.h"

static const char *const clauses[] = {
#define RULE(NAME, CLAUSE, TEXT) CLAUSE,
#include "rules.def"
#undef RULE
};

/* What a reader says that looks at everything. */
struct verdict {
	struct err err;
	char found[256];
};

static void
note(void *ctx, const char *where, const char *what)
{
	struct verdict *v = ctx;

	snprintf(v->found, sizeof(v->found), "%s: %s", where, what);
}

static void
judge(const uint8_t *bytes, size_t n, struct verdict *v)
{
	struct arena arena = { 0 };
	struct fmt_model m;

	memset(v, 0, sizeof(*v));
	if (fmt_parse(&m, bytes, n, &arena, &v->err) == 0 &&
	    fmt_check(&m, note, v, &v->err) == 0)
		nn_resolve(&m.graph, fmt_is_delta(&m), ERR_MODEL, &v->err);
	arena_free(&arena);
}

static int
names(const struct verdict *v, const char *clause)
{
	char mark[32];

	snprintf(mark, sizeof(mark), "[format 1: %s]", clause);
	return strstr(v->err.text, mark) != NULL ||
	    strstr(v->found, mark) != NULL;
}

static void
test_each_hostile_file_names_its_clause(void **state)
{
	struct arena arena = { 0 };
	struct verdict v;
	const struct hostile *h;
	int i, wrong = 0;
	size_t n;

	(void)state;
	for (i = 0; (h = hostile_at(i)) != NULL; i++) {
		const uint8_t *bytes = hostile_make(i, &n, &arena);

		judge(bytes, n, &v);
		if (!names(&v, clauses[h->rule])) {
			print_message("%s: wants %s: '%s' '%s'\n", h->name,
			    clauses[h->rule], v.err.text, v.found);
			wrong++;
		}
		arena_free(&arena);
	}
	print_message("%d hostile files\n", i);
	assert_int_equal(wrong, 0);
	assert_in_range(i, 200, 10000);
}

/* Memory ends at each request in turn, until the refusal is whole. */
static void
judge_without_memory(const uint8_t *bytes, size_t n)
{
	struct verdict v;
	struct arena arena;
	struct fmt_model m;
	long i;

	for (i = 1; i < 100000; i++) {
		long before = memory_requests();

		memset(&v, 0, sizeof(v));
		memset(&arena, 0, sizeof(arena));
		memory_fail_after(i);
		if (fmt_parse(&m, bytes, n, &arena, &v.err) == 0)
			(void)fmt_check(&m, note, &v, &v.err);
		memory_fail_after(0);
		arena_free(&arena);
		if (memory_requests() - before < i)
			return; /* refused before the memory ended */
		if (v.err.code != ERR_IO && v.err.code != ERR_MODEL)
			fail_msg("code %d: %s", v.err.code, v.err.text);
	}
	fail_msg("memory never ended");
}

/* One file for each clause. */
static void
test_refusals_survive_the_end_of_memory(void **state)
{
	int seen[RULE_N] = { [RULE_OBJECTS] = 1 };
	struct arena arena = { 0 };
	const struct hostile *h;
	int i;
	size_t n;

	(void)state;
	for (i = 0; (h = hostile_at(i)) != NULL; i++) {
		const uint8_t *bytes;

		if (seen[h->rule]++)
			continue;
		bytes = hostile_make(i, &n, &arena);
		judge_without_memory(bytes, n);
		arena_free(&arena);
	}
}

/* The control: what the files are made of is fine. */
static void
test_the_file_that_they_are_made_of_is_right(void **state)
{
	struct arena arena = { 0 };
	struct fmt_model m;
	struct err err = { 0 };
	size_t n;
	const uint8_t *bytes = hostile_make(-1, &n, &arena);

	(void)state;
	if (fmt_parse(&m, bytes, n, &arena, &err) < 0 ||
	    fmt_check(&m, NULL, NULL, &err) != 0)
		fail_msg("%s", err.text);
	arena_free(&arena);
}

static void
test_each_clause_has_a_hostile_file(void **state)
{
	int count[RULE_N] = { 0 };
	const struct hostile *h;
	int i, k;

	(void)state;
	for (i = 0; (h = hostile_at(i)) != NULL; i++) {
		count[h->rule]++;
		for (k = 0; k < i; k++)
			assert_string_not_equal(hostile_at(k)->name, h->name);
	}
	for (i = 0; i < RULE_N; i++)
		if (count[i] == 0)
			fail_msg("no file breaks the clause %s", clauses[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_file_that_they_are_made_of_is_right),
		cmocka_unit_test(test_each_clause_has_a_hostile_file),
		cmocka_unit_test(test_each_hostile_file_names_its_clause),
		cmocka_unit_test(test_refusals_survive_the_end_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
