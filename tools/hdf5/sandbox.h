/* Walls around a process that is about to read what a stranger wrote.

   Afterwards it can compute, take memory up to a limit, and write to
   descriptors 1 and 2.  It can open nothing, start nothing, signal nobody,
   make no memory executable, and take down no wall again. */
#ifndef NN_SANDBOX_H
#define NN_SANDBOX_H

#include <stdint.h>

#include "base/err.h"

struct sandbox {
	uint64_t memory; /* bytes beyond those that are mapped now */
	unsigned cpu;    /* seconds of processor time from the start */
};

/* All of it or an error: whoever gets one must not go on.  Closes every
   descriptor from 3 on. */
int sandbox_enter(const struct sandbox *walls, struct err *err);

/* Not in a build with sanitizers, which map terabytes of their own. */
extern const int sandbox_limits_memory;

#endif
