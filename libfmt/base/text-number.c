/* Numbers as text and back, in the C locale whatever the caller's. */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Runs with the C locale's decimal point; the caller's locale comes back with
   locale_back. */
static locale_t
locale_c(locale_t *made)
{
	*made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return *made == (locale_t)0 ? (locale_t)0 : uselocale(*made);
}

static void
locale_back(locale_t old, locale_t made)
{
	if (made == (locale_t)0)
		return;
	uselocale(old);
	freelocale(made);
}

/* "1e-05" and "1e+15" to "1e-5" and "1e15". */
static void
tidy_exponent(char *s)
{
	char *e = strchr(s, 'e');
	const char *digits;

	if (e == NULL)
		return;
	e++;
	digits = e + 1;
	if (*e == '-')
		e++;
	while (*digits == '0')
		digits++;
	memmove(e, digits, strlen(digits) + 1);
}

/* Every decimal of 15 digits survives a double, so that 15 digits without
   trailing zeros are the shortest if they read back equal; only numbers near
   the smallest have shorter ones. */
static void
print_shortest(char out[32], double v)
{
	int digits = fabs(v) < 1e-290 ? 1 : 15;

	do {
		snprintf(out, 32, "%.*g", digits, v);
	} while (strtod(out, NULL) != v && digits++ < 17);
}

char *
text_number(char out[32], double v)
{
	locale_t made, old;

	if (isnan(v))
		return strcpy(out, "nan");
	if (isinf(v))
		return strcpy(out, v < 0 ? "-inf" : "inf");
	old = locale_c(&made);
	print_shortest(out, v);
	locale_back(old, made);
	tidy_exponent(out);
	return out;
}

int
text_to_int(const char *s, long long *v)
{
	char *end;

	if (s[0] != '-' && s[0] != '+' && !isdigit((unsigned char)s[0]))
		return -1;
	errno = 0;
	*v = strtoll(s, &end, 10);
	return end == s || *end != '\0' || errno != 0 ? -1 : 0;
}

int
text_to_real(const char *s, double *v)
{
	locale_t made, old;
	char *end;

	/* Only decimals: strtod alone would take " 1", "0x1p3" and "nan". */
	if (s[0] == '\0' || s[strspn(s, "0123456789.eE+-")] != '\0')
		return -1;
	old = locale_c(&made);
	*v = strtod(s, &end);
	locale_back(old, made);
	return end == s || *end != '\0' || !isfinite(*v) ? -1 : 0;
}
