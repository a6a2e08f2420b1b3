/* What may lie on a disk after a power failure, for a record of calls.

   A crash comes after any of them.  What was synced is there; of what was not,
   anything: each sector of 512 bytes that was written to a file since its last
   sync is the old or a new one; the file has any of the sizes that it has had
   since; where nothing was written yet there are zeros, or what the disk had
   there before.  Of the changes to names since the last sync of the folder any
   have happened, each at once or not at all. */
#ifndef TESTS_CRASH_H
#define TESTS_CRASH_H

#include "record.h"

struct crash_file {
	int file; /* -1: there is none of that name */
	char name[RECORD_NAME];
};

/* One such state: names in the folder, and the bytes of each file; of those
   without a name too, which nobody will see. */
struct crash {
	int nnames, nfiles;
	struct crash_file names[RECORD_FILES];
	struct {
		uint64_t n, room;
		uint8_t *bytes;
	} files[RECORD_FILES];
	int least; /* the generation that the caller was last told of */
	int most;  /* and the one that is being saved, or is saved */
};

/* A crash after the first nops calls, as chance has it. */
void crash_draw(struct crash *c, const struct record *r, int nops);

/* No crash: everything has happened. */
void crash_none(struct crash *c, const struct record *r);

/* The file of that name: its number, or -1. */
int crash_find(const struct crash *c, const char *name);

void crash_free(struct crash *c);

#endif
