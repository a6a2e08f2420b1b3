/* Edges of pictures, as the settings of padding and cropping give them. */
#ifndef NN_LAYERS_BORDER_H
#define NN_LAYERS_BORDER_H

#include "layers/window.h"

#define BORDER_HELP "N all around, HEIGHTxWIDTH, or TOPxBOTTOMxLEFTxRIGHT"

struct border {
	struct shape size;
	struct window window; /* its padding alone, from border_shape */
};

/* y is larger by the edges (sign 1) or smaller (-1). */
int border_shape(struct layer *l, int sign, struct err *err);

/* What is padded forward is cropped back, and the other way round. */
struct val *border_append(struct layer *l, struct build *b, enum op_what what,
    struct val *x, const struct shape *y, const char *name);

#endif
