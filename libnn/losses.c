/* The registry of losses: losses.def, included twice. */
#include <string.h>

#include "loss.h"

#define LOSS(NAME) extern const struct loss loss_##NAME;
#include "losses.def"
#undef LOSS

const struct loss *const losses[] = {
#define LOSS(NAME) &loss_##NAME,
#include "losses.def"
#undef LOSS
	NULL,
};

const struct loss *
loss_find(const char *name)
{
	int i;

	for (i = 0; losses[i] != NULL; i++)
		if (strcmp(losses[i]->name, name) == 0)
			return losses[i];
	return NULL;
}
