/* What there is: kinds of layers and everything else with a settings table,
   printed for --layers and for the photograph in schemas/. */
#ifndef NN_CATALOG_H
#define NN_CATALOG_H

#include "base/err.h"
#include "base/text.h"

/* All names with one line each. */
void catalog_list(struct text *out);

/* The names in one registry ("layer", "loss", "preset"), a space between; all
   of them for "any"; "selector": what terms of selectors begin with. */
void catalog_offers(const char *what, struct text *out);

/* One thing with its settings; ERR_USAGE with the nearest name. */
int catalog_show(const char *name, struct text *out, struct err *err);

#endif
