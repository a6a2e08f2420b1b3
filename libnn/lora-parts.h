/* What an adapter consists of, for the files that make and merge them. */
#ifndef NN_LORA_PARTS_H
#define NN_LORA_PARTS_H

#include "lora.h"

enum lora_part {
	LORA_DROPOUT,
	LORA_A,
	LORA_B,
	LORA_SCALE,
	LORA_ADD,
	LORA_PARTS
};
extern const char *const lora_part_names[];

/* Which part a layer is by its name, or -1. */
int lora_part_of(const struct node *node);

/* The setting with the layer's width: "units" of dense, "filters" of conv2d,
   NULL for other kinds. */
const char *lora_width(const struct node *node);

const struct setting *lora_setting(const struct node *node, const char *name);

/* Appends a copy of a node, which reads now[] what it read by index; and the
   task and the ends. */
int lora_copy_node(
    struct graph *to, const struct node *node, const int *now, struct err *err);
void lora_copy_ends(struct graph *to, const struct graph *g, const int *now);

#endif
