/* What the header of an NPY file says. */
#ifndef NN_NPYHEAD_H
#define NN_NPYHEAD_H

#include "base/tensor.h"
#include "file.h"

struct npy {
	char order, kind; /* '<' '>' '|'; 'f' 'i' 'u' 'b' */
	int size;
	struct shape shape;
	const uint8_t *data;
	int64_t each; /* numbers of a sample */
};

int npy_bid(const uint8_t *bytes, size_t n, int is_dir);

/* Version 1, 2 or 3, plain numbers in C order, and exactly as many. */
int npy_parse(struct npy *a, const struct file *f, struct err *err);

#endif
