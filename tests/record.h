/* What a process does to the files of one folder, written down call by call:
   wrappers that the linker puts between the library and libc (-Wl,--wrap).

   A file is known by a number that is never used again, whatever names it
   gets; the first is 0. */
#ifndef TESTS_RECORD_H
#define TESTS_RECORD_H

#include <stddef.h>
#include <stdint.h>

enum {
	RECORD_OPS = 4096,
	RECORD_FILES = 64,
	RECORD_NAME = 64,
};

struct record_op {
	enum {
		RECORD_LINK,        /* file gets the name */
		RECORD_RENAME,      /* what is `from` becomes `name` */
		RECORD_UNLINK,      /* name goes */
		RECORD_WRITE,       /* n bytes at an offset */
		RECORD_SIZE,        /* the file has n bytes */
		RECORD_SYNC,        /* of a file */
		RECORD_SYNC_FOLDER, /* of the folder */
		RECORD_SAVED,       /* the caller was told so: generation n */
	} kind;
	int file;
	uint64_t at, n;
	uint8_t *bytes; /* owned by the record */
	char name[RECORD_NAME], from[RECORD_NAME];
};

struct record {
	int nops, nfiles;
	struct record_op ops[RECORD_OPS];
	int overflow; /* there was more than fits: it is worth nothing */
};

/* From here on everything is written down; until record_end. */
void record_begin(struct record *r);
void record_saved(struct record *r, int generation);
void record_end(struct record *r);
void record_free(struct record *r);

/* Unnamed files are not supported from now on. */
void record_no_tmpfile(int on);

#endif
