/* A judge of documents by the part of JSON Schema that our schemas use. */
#ifndef TESTS_SCHEMA_H
#define TESTS_SCHEMA_H

#include "base/json.h"

/* Reads schemas/NAME.schema.json below $srcdir; NULL with an error. */
struct json *schema_open(
    const char *name, struct arena *arena, struct err *err);

/* 0, or -1 with the place and the rule that is broken.  A word of JSON Schema
   that is not known here is an error as well, so that none goes unjudged. */
int schema_judge(
    const struct json *schema, const struct json *document, struct err *err);

#endif
