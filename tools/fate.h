/* What a run makes of each tensor. */
#ifndef NN_FATE_H
#define NN_FATE_H

#include "run.h"

enum fate {
	FATE_TRAINED,
	FATE_NEW,        /* of a new head */
	FATE_EXTENDED,   /* of a head that has old rows and new ones */
	FATE_REUSED,     /* of a head made of rows of the old one */
	FATE_ADAPTER,    /* beside a layer: --lora */
	FATE_STATISTICS, /* follow the data, without learning */
	FATE_KEPT,       /* statistics that stay in this run */
	FATE_FROZEN,
	FATES,
};

extern const char *const fate_words[FATES];

/* Also in a run that is resumed, whose surgery the plan remembers. */
enum fate fate_of(const struct run *r, int node, int param);

/* Of the layer, were it to learn: FATE_TRAINED, or what its head is. */
enum fate fate_of_layer(const struct run *r, int node);

#endif
