/* Any bytes as a model file: refused with a reason, or a model that is
   canonical.  Each input is tried as it is, and once more with checksums,
   digests and ids that fit, so that what lies behind them is reached. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "h5.h"
#include "model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
try_model(const uint8_t *bytes, size_t n)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct fmt_model m;

	if (fmt_parse(&m, bytes, n, &arena, &err) < 0) {
		if (err.code == ERR_NONE || err.text[0] == '\0')
			abort();
	} else if (fmt_check(&m, NULL, NULL, &err) != 0)
		abort(); /* accepted, but not what would be written */
	arena_free(&arena);
}

static void
put(uint8_t *at, uint64_t v, int bytes)
{
	while (bytes-- > 0) {
		*at++ = (uint8_t)v;
		v >>= 8;
	}
}

/* Makes the checksums of everything that looks like metadata fit. */
static void
mend_sums(uint8_t *b, size_t n)
{
	size_t i;

	if (n < H5_SUPER_BYTES)
		return;
	put(b + 28, n, 8);
	put(b + 44, h5_sum(b, 44), 4);
	for (i = H5_SUPER_BYTES; i + 14 <= n; i++) {
		uint32_t size;

		if (memcmp(b + i, "OHDR", 4) != 0)
			continue;
		memcpy(&size, b + i + 6, 4);
		if (size <= n - i - 14)
			put(b + i + 10 + size, h5_sum(b + i, 10 + size), 4);
	}
}

/* An attribute's value lies in the bytes, and they are ours. */
static void
set_hex(
    const struct h5_object *o, const char *name, const uint8_t *raw, size_t n)
{
	const struct h5_attr *a = h5_get(o, name);
	char hex[2 * SHA256_BYTES + 1];

	if (a != NULL && a->type.text == 2 * n)
		memcpy((char *)(uintptr_t)a->value, digest_hex(hex, raw, n),
		    2 * n);
}

static int
mend_digest(struct h5_object *o, void *ctx)
{
	uint8_t raw[SHA256_BYTES];

	(void)ctx;
	if (o->is_group || o->same != NULL)
		return 0;
	sha256(raw, o->data, o->bytes);
	set_hex(o, "sha256", raw, SHA256_BYTES);
	xxh3(raw, o->data, o->bytes);
	set_hex(o, "xxh3", raw, XXH3_BYTES);
	return 0;
}

static void
mend(uint8_t *b, size_t n)
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
				set_hex(root, id_names[i], raw, SHA256_BYTES);
		mend_sums(b, n);
	}
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n + (n == 0));

	if (copy == NULL)
		return 0;
	memcpy(copy, data, n);
	try_model(copy, n);
	mend(copy, n);
	try_model(copy, n);
	free(copy);
	return 0;
}
