/* Data files that a test makes for itself, in a folder that goes away. */
#ifndef NN_MADE_H
#define NN_MADE_H

#include <stddef.h>
#include <stdint.h>

#include "data.h"

/* A new folder; the tests work in it. */
void made_begin(void);
void made_end(void);

void made_file(const char *path, const void *bytes, size_t n);
void made_text(const char *path, const char *text);
void made_folder(const char *path);

/* A PNG whose pixel k holds first + k. */
void made_png(
    const char *path, int height, int width, int channels, uint8_t first);

/* IDX bytes into out: the header and n numbers that count up from first;
   how many bytes. */
size_t made_idx(uint8_t *out, int type, int rank, const int *dim,
    const uint8_t *numbers, size_t n);

/* n pictures of 2x2 with pixels 4i, 4i+1...; labels i % classes. */
void made_idx_pair(const char *images, const char *labels, int n, int classes);

/* What most tests want of data: no steps, labels. */
struct made_want {
	struct arena arena;
	struct data_want want;
};
void made_want(struct made_want *w, const char *pre, const char *shape,
    enum target target);
void made_want_end(struct made_want *w);

/* Opens one operand; NULL with err. */
struct dataset *made_open(
    const char *operand, const struct made_want *w, struct err *err);

/* The operand must be refused with that code and words in the text. */
void made_refused(const char *operand, const struct made_want *w,
    enum err_code code, const char *words);

/* Reads an epoch into x (and labels): how many samples, -1 with err. */
int64_t made_read(struct dataset *d, struct feed_conf conf, float *x,
    int32_t *label, struct err *err);

#endif
