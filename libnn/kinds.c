/* The registry of kinds of layers: kinds.def, included twice. */
#include <string.h>

#include "kind.h"

#define KIND(NAME) extern const struct kind kind_##NAME;
#include "kinds.def"
#undef KIND

const struct kind *const kinds[] = {
#define KIND(NAME) &kind_##NAME,
#include "kinds.def"
#undef KIND
	NULL,
};

static int
named(const struct kind *k, const char *name)
{
	return strcmp(k->name, name) == 0 ||
	    (k->alias != NULL && strcmp(k->alias, name) == 0);
}

const struct kind *
kind_find(const char *name)
{
	int i;

	for (i = 0; kinds[i] != NULL; i++)
		if (named(kinds[i], name))
			return kinds[i];
	return NULL;
}
