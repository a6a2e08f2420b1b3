/* The bytes of a named file, or of standard input, checked before trusted. */
#ifndef NN_FILE_H
#define NN_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A whole file: mapped when it is regular, read when it is a pipe. */
struct file {
	const uint8_t *bytes;
	size_t n;
	int is_dir;       /* a folder: no bytes */
	int mapped;       /* a regular file */
	size_t slab_size; /* of what was read from a pipe */
};

/* "-" is standard input.  Cannot be opened: ERR_IO; a device: ERR_DATA. */
int file_open(struct file *f, const char *path, struct err *err);
void file_close(struct file *f);

/* Reads a regular file of at most max bytes into the slab *at of *size; dir is
   what the path is relative to, or AT_FDCWD. */
int file_read(int dir, const char *path, size_t max, void **at, size_t *size,
    size_t *n, struct err *err);

/* 1 when reading fd would not wait (bytes, or the end). */
int file_ready(int fd);

#endif
