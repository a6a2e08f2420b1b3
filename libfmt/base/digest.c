/* The one door to the hash libraries. */
#include "config.h"

#include <assert.h>
#include <string.h>

#include <nettle/sha2.h>

#include "base/digest-xxh3.h"

enum { PIECE = 64 << 10 }; /* stays in the cache for the second digest */

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct sha256),
    "a SHA-256 state fits the opaque struct");

/* The library's state in the opaque struct; copied, so that no rule about
   types is bent. */
static struct sha256_ctx
state_get(const struct sha256 *s)
{
	struct sha256_ctx c;

	memcpy(&c, s->opaque, sizeof(c));
	return c;
}

static void
state_put(struct sha256 *s, const struct sha256_ctx *c)
{
	memcpy(s->opaque, c, sizeof(*c));
}

void
sha256_begin(struct sha256 *s)
{
	struct sha256_ctx c;

	memset(&c, 0, sizeof(c));
	nettle_sha256_init(&c);
	state_put(s, &c);
}

void
sha256_add(struct sha256 *s, const void *data, size_t n)
{
	struct sha256_ctx c = state_get(s);

	if (n > 0)
		nettle_sha256_update(&c, n, data);
	state_put(s, &c);
}

void
sha256_end(struct sha256 *s, uint8_t out[SHA256_BYTES])
{
	struct sha256_ctx c = state_get(s);

	nettle_sha256_digest(&c, SHA256_BYTES, out);
	state_put(s, &c);
}

void
sha256(uint8_t out[SHA256_BYTES], const void *data, size_t n)
{
	struct sha256 s;

	sha256_begin(&s);
	sha256_add(&s, data, n);
	sha256_end(&s, out);
}

/* The fastest that this processor can do: the same numbers. */
static const struct xxh3_code *
code(void)
{
#ifdef WIDE_XXH3
	if (__builtin_cpu_supports("avx2"))
		return &digest_xxh3_wide;
#endif
	return &digest_xxh3_plain;
}

void
xxh3(uint8_t out[XXH3_BYTES], const void *data, size_t n)
{
	code()->whole(out, data, n);
}

void
xxh3_begin(struct xxh3 *x)
{
	code()->begin(x);
}

void
xxh3_add(struct xxh3 *x, const void *data, size_t n)
{
	if (n > 0)
		code()->add(x, data, n);
}

void
xxh3_end(const struct xxh3 *x, uint8_t out[XXH3_BYTES])
{
	code()->end(x, out);
}

void
digest_both(uint8_t slow[SHA256_BYTES], uint8_t quick[XXH3_BYTES],
    const void *data, size_t n)
{
	const uint8_t *at = data;
	struct sha256 s;
	struct xxh3 x;

	sha256_begin(&s);
	xxh3_begin(&x);
	while (n > 0) {
		size_t k = n < PIECE ? n : PIECE;

		xxh3_add(&x, at, k);
		sha256_add(&s, at, k);
		at += k;
		n -= k;
	}
	sha256_end(&s, slow);
	xxh3_end(&x, quick);
}

char *
digest_hex(char *out, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
	return out;
}

/* The value of a lower-case hex digit, or -1. */
static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
digest_unhex(uint8_t *bytes, size_t n, const char *hex)
{
	size_t i;
	int hi, lo;

	for (i = 0; i < n; i++) {
		hi = nibble(hex[2 * i]);
		lo = hi < 0 ? -1 : nibble(hex[2 * i + 1]);
		if (lo < 0)
			return -1;
		bytes[i] = (uint8_t)(hi << 4 | lo);
	}
	return hex[2 * n] == '\0' ? 0 : -1;
}
