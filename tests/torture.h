/* How much torture: NN_TORTURE is a fraction of what make check-torture does
   (1), and each figure is one line that it prints. */
#ifndef TESTS_TORTURE_H
#define TESTS_TORTURE_H

#include <stdlib.h>

/* So many of the whole; the quick number where nobody asks for torture. */
static inline long
torture(long whole, long quick)
{
	const char *s = getenv("NN_TORTURE");
	double n = s != NULL ? (double)whole * strtod(s, NULL) : 0;

	return n > (double)quick ? (long)n : quick;
}

#define FIGURE(...) print_message("figure: " __VA_ARGS__)

#endif
