/* The one door to the hash libraries: SHA-256 (nettle), for identity, and
   XXH3-128 (xxHash), for what is verified on every load. */
#ifndef NN_BASE_DIGEST_H
#define NN_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, XXH3_BYTES = 16 };

void sha256(uint8_t out[SHA256_BYTES], const void *data, size_t n);
void xxh3(uint8_t out[XXH3_BYTES], const void *data, size_t n);

/* SHA-256 piece by piece.  The struct is opaque and needs no freeing. */
struct sha256 {
	uint64_t opaque[32];
};
void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t n);
void sha256_end(struct sha256 *s, uint8_t out[SHA256_BYTES]);

/* XXH3 likewise. */
struct xxh3 {
	_Alignas(64) uint8_t opaque[576];
};
void xxh3_begin(struct xxh3 *x);
void xxh3_add(struct xxh3 *x, const void *data, size_t n);
void xxh3_end(const struct xxh3 *x, uint8_t out[XXH3_BYTES]);

/* Both of the same bytes, which are looked at once. */
void digest_both(uint8_t slow[SHA256_BYTES], uint8_t quick[XXH3_BYTES],
    const void *data, size_t n);

/* n bytes as 2n lower-case hex digits and a NUL; and back: 0 or -1. */
char *digest_hex(char *out, const uint8_t *bytes, size_t n);
int digest_unhex(uint8_t *bytes, size_t n, const char *hex);

#endif
