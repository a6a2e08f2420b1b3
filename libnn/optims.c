/* The registry of optimizers: optims.def, included twice. */
#include <string.h>

#include "optim.h"

#define OPTIM(NAME) extern const struct optim optim_##NAME;
#include "optims.def"
#undef OPTIM

const struct optim *const optims[] = {
#define OPTIM(NAME) &optim_##NAME,
#include "optims.def"
#undef OPTIM
	NULL,
};

const struct optim *
optim_find(const char *name)
{
	int i;

	for (i = 0; optims[i] != NULL; i++)
		if (strcmp(optims[i]->name, name) == 0)
			return optims[i];
	return NULL;
}
