/* Assertions about a score, taken apart and judged. */
#include "assertion.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const compares[] = { ">=", "<=", "==", "!=", ">", "<",
	NULL };

/* "0.97", "97%", "300k", "2M": k is 1000. */
static int
parse_bound(const char *s, double *v, struct arena *arena, struct err *err)
{
	static const struct {
		char letter;
		double factor;
	} units[] = { { '%', 0.01 }, { 'k', 1e3 }, { 'M', 1e6 }, { 'G', 1e9 } };
	size_t n = strlen(s);
	double factor = 1;
	char *number;

	for (int i = 0; i < 4 && n > 0; i++)
		if (s[n - 1] == units[i].letter) {
			factor = units[i].factor;
			n--;
			break;
		}
	if ((number = arena_text_n(arena, s, n, err)) == NULL)
		return -1;
	if (text_to_real(number, v) < 0)
		return err_set(err, ERR_USAGE, "'%s' is not a number", s);
	*v *= factor;
	return 0;
}

/* "recall[cat]" into its two parts. */
static int
parse_metric(struct assertion *a, const char *s, size_t n, struct arena *arena,
    struct err *err)
{
	char *metric, *open;

	while (n > 0 && s[n - 1] == ' ')
		n--;
	if ((metric = arena_text_n(arena, s, n, err)) == NULL)
		return -1;
	a->metric = metric;
	if ((open = strchr(metric, '[')) == NULL)
		return 0;
	if (metric[n - 1] != ']')
		return err_set(err, ERR_USAGE, "'%s' lacks its ']'", metric);
	metric[n - 1] = '\0';
	*open = '\0';
	a->class = open + 1;
	return 0;
}

int
assertion_parse(
    struct assertion *a, const char *text, struct arena *arena, struct err *err)
{
	const char *at = NULL, *bracket = strrchr(text, ']');
	int i;

	*a = (struct assertion){ .text = text };
	if (bracket == NULL)
		bracket = text;
	for (i = 0; compares[i] != NULL; i++)
		if ((at = strstr(bracket, compares[i])) != NULL)
			break;
	if (at == NULL || at == text)
		return err_set(err, ERR_USAGE,
		    "--assert: '%s' is no comparison; write "
		    "accuracy>=0.97 or recall[cat]>0.9",
		    text);
	a->compare = compares[i];
	at += strlen(compares[i]);
	at += strspn(at, " ");
	if (parse_metric(a, text, (size_t)(strstr(bracket, compares[i]) - text),
		arena, err) < 0 ||
	    parse_bound(at, &a->bound, arena, err) < 0)
		return err_in(err, "--assert: %s", text);
	return 0;
}

int
assertion_holds(const struct assertion *a, double value)
{
	switch (a->compare[0]) {
	case '>':
		return a->compare[1] == '=' ? value >= a->bound
					    : value > a->bound;
	case '<':
		return a->compare[1] == '=' ? value <= a->bound
					    : value < a->bound;
	case '!':
		return value > a->bound || value < a->bound;
	default:
		return value >= a->bound && value <= a->bound;
	}
}
