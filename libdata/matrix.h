/* A table of counts as a picture: who was taken for whom. */
#ifndef NN_MATRIX_H
#define NN_MATRIX_H

#include "canvas.h"

enum { MATRIX_MAX = 1200 }; /* classes */

/* n x n counts, a row a truth, a column an answer.  Shade is the share of its
   row; counts and names stand where there is room for them. */
struct matrix {
	const char *title;
	int64_t n;
	const int64_t *count;
	const char *const *name;
};

/* Opens the canvas, as large as the table needs. */
int matrix_draw(struct canvas *c, const struct matrix *m, struct err *err);

#endif
