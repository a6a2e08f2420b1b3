/* Makes checksums, digests and ids of a spoilt model file fit again, so that
   what lies behind them is judged. */
#ifndef TESTS_MEND_H
#define TESTS_MEND_H

#include <stdint.h>
#include <string.h>

#include "model.h"

static inline void
mend_number(uint8_t *at, uint64_t v, int bytes)
{
	while (bytes-- > 0) {
		*at++ = (uint8_t)v;
		v >>= 8;
	}
}

/* Makes the checksums of everything that looks like metadata fit. */
static inline void
mend_sums(uint8_t *b, size_t n)
{
	size_t i;

	if (n < H5_SUPER_BYTES)
		return;
	mend_number(b + 28, n, 8);
	mend_number(b + 44, h5_sum(b, 44), 4);
	for (i = H5_SUPER_BYTES; i + 14 <= n; i++) {
		uint32_t size;

		if (memcmp(b + i, "OHDR", 4) != 0)
			continue;
		memcpy(&size, b + i + 6, 4);
		if (size <= n - i - 14)
			mend_number(
			    b + i + 10 + size, h5_sum(b + i, 10 + size), 4);
	}
}

/* An attribute's value lies in the bytes, and they are ours. */
static inline void
mend_hex(
    const struct h5_object *o, const char *name, const uint8_t *raw, size_t n)
{
	const struct h5_attr *a = h5_get(o, name);
	char hex[2 * SHA256_BYTES + 1];

	if (a != NULL && a->type.text == 2 * n)
		memcpy((char *)(uintptr_t)a->value, digest_hex(hex, raw, n),
		    2 * n);
}

static inline int
mend_digest(struct h5_object *o, void *ctx)
{
	uint8_t raw[SHA256_BYTES];

	(void)ctx;
	if (o->is_group || o->same != NULL)
		return 0;
	sha256(raw, o->data, o->bytes);
	mend_hex(o, "sha256", raw, SHA256_BYTES);
	xxh3(raw, o->data, o->bytes);
	mend_hex(o, "xxh3", raw, XXH3_BYTES);
	return 0;
}

static inline void
mend_model(uint8_t *b, size_t n)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct h5_object *root;
	char hex[FMT_HEX];
	uint8_t raw[SHA256_BYTES];
	int i;

	mend_sums(b, n);
	root = h5_parse(b, n, &arena, &err);
	if (root != NULL) {
		h5_walk(root, mend_digest, NULL);
		for (i = 0; i < ID_N; i++)
			if (id_compute(root, (enum fmt_id)i, hex, &err) == 0 &&
			    digest_unhex(raw, SHA256_BYTES, hex) == 0)
				mend_hex(root, id_names[i], raw, SHA256_BYTES);
		mend_sums(b, n);
	}
	arena_free(&arena);
}

#endif
