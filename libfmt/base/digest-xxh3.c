/* XXH3-128 out of the header of xxHash, compiled for one kind of processor:
   once for every one, and once (XXH3_WIDE) for those with AVX2.

   The packaged library is compiled for the oldest processor alone, and is a
   library more to load at every start. */
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/digest-xxh3.h"

_Static_assert(sizeof(XXH3_state_t) <= sizeof(struct xxh3),
    "an XXH3 state fits the opaque struct");

/* The bytes are the canonical (big-endian) form of the 128-bit number. */
static void
canonical(uint8_t out[XXH3_BYTES], XXH128_hash_t hash)
{
	XXH128_canonical_t c;

	XXH128_canonicalFromHash(&c, hash);
	_Static_assert(sizeof(c) == XXH3_BYTES, "128 bits");
	memcpy(out, &c, XXH3_BYTES);
}

static void
whole(uint8_t out[XXH3_BYTES], const void *data, size_t n)
{
	canonical(out, XXH3_128bits(data, n));
}

static void
begin(struct xxh3 *x)
{
	XXH3_state_t s;

	XXH3_INITSTATE(&s);
	XXH3_128bits_reset(&s);
	memcpy(x->opaque, &s, sizeof(s));
}

static void
add(struct xxh3 *x, const void *data, size_t n)
{
	XXH3_state_t s;

	memcpy(&s, x->opaque, sizeof(s));
	XXH3_128bits_update(&s, data, n);
	memcpy(x->opaque, &s, sizeof(s));
}

static void
end(const struct xxh3 *x, uint8_t out[XXH3_BYTES])
{
	XXH3_state_t s;

	memcpy(&s, x->opaque, sizeof(s));
	canonical(out, XXH3_128bits_digest(&s));
}

#ifdef XXH3_WIDE
const struct xxh3_code digest_xxh3_wide = { whole, begin, add, end };
#else
const struct xxh3_code digest_xxh3_plain = { whole, begin, add, end };
#endif
