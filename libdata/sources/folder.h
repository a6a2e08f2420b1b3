/* What folders with and without classes share. */
#ifndef NN_FOLDER_H
#define NN_FOLDER_H

#include "source.h"

int folder_bid(const uint8_t *bytes, size_t n, int is_dir);
int folder_open_flat(struct source *s, const void *conf, struct err *err);
int folder_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err);
const char *folder_name(
    const struct source *s, int64_t i, struct arena *arena, struct err *err);
void folder_close(struct source *s);

#endif
