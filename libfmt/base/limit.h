/* A limit of what a file may hold: its name, value, unit and reason. */
#ifndef NN_BASE_LIMIT_H
#define NN_BASE_LIMIT_H

#include <stdint.h>

struct limit {
	const char *name; /* NULL ends a table */
	int64_t value;
	const char *unit, *why;
};

#endif
