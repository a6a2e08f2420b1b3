/* Samples of a data set beside each other, each with words below it. */
#ifndef NN_GALLERY_H
#define NN_GALLERY_H

#include "canvas.h"
#include "data.h"

enum { GALLERY_LINES = 3 };

struct gallery_item {
	uint64_t id;
	const char *line[GALLERY_LINES];
};

struct gallery {
	const char *title;
	struct ink ink[GALLERY_LINES];
	int n;
	const struct gallery_item *item;
};

/* Opens the canvas and draws the samples as they were read.  1: they are no
   pictures, and the canvas stays closed. */
int data_gallery(struct canvas *c, struct dataset *d, const struct gallery *g,
    struct err *err);

#endif
