/* The registry of initialisers: inits.def, included twice. */
#include <string.h>

#include "init.h"

#define INIT(NAME) extern const struct init init_##NAME;
#include "inits.def"
#undef INIT

const struct init *const inits[] = {
#define INIT(NAME) &init_##NAME,
#include "inits.def"
#undef INIT
	NULL,
};

const struct init *
init_find(const char *name)
{
	int i;

	for (i = 0; inits[i] != NULL; i++)
		if (strcmp(inits[i]->name, name) == 0)
			return inits[i];
	return NULL;
}
