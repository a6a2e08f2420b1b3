/* Every limit of a table is tried one below, at, and one above its value; the
   arena is of one try. */
#ifndef TESTS_LIMIT_TRIES_H
#define TESTS_LIMIT_TRIES_H

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/limit.h"

/* Something of n units is read; -1: refused.  A try whose says is set makes
   files that nothing but the limit lets go so far: they are refused at the
   limit as well, in other words. */
struct limit_try {
	const char *name;
	int (*go)(int64_t n, struct err *err);
	enum err_code code;
	const char *says; /* of the refusal; NULL: at the limit all is well */
};

static inline void
limit_try(const struct limit *l, const struct limit_try *t, int64_t n)
{
	struct err err = { 0 };
	int rc = t->go(n, &err);
	int refused =
	    rc < 0 && (t->says == NULL || strstr(err.text, t->says) != NULL);

	if (refused != (n > l->value))
		fail_msg("%s: %lld is %s: %s", l->name, (long long)n,
		    rc < 0 ? "refused" : "taken", err.text);
	if (refused && err.code != t->code)
		fail_msg("%s: code %d: %s", l->name, err.code, err.text);
}

static inline const struct limit_try *
limit_find(const struct limit *l, const struct limit_try *tries, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(tries[i].name, l->name) == 0)
			return &tries[i];
	fail_msg("nothing tries the limit '%s'", l->name);
	return NULL;
}

static inline void
limits_try(const struct limit *table, const struct limit_try *tries, size_t n,
    struct arena *arena)
{
	size_t count = 0;
	const struct limit *l;
	int k;

	for (l = table; l->name != NULL; l++, count++) {
		const struct limit_try *t = limit_find(l, tries, n);

		for (k = -1; k <= 1; k++) {
			limit_try(l, t, l->value + k);
			arena_free(arena);
		}
		assert_true(l->unit[0] != '\0' && l->why[0] != '\0');
	}
	assert_int_equal(count, n);
	print_message("%zu limits, %zu tries\n", count, 3 * count);
}

#endif
