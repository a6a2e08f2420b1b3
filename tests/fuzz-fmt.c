/* Any bytes as a model file: refused with a reason, or a model that is
   canonical.  Each input is tried as it is, and once more with checksums,
   digests and ids that fit, so that what lies behind them is reached. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "mend.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n + (n == 0));

	if (copy == NULL)
		return 0;
	memcpy(copy, data, n);
	try_model(copy, n);
	mend_model(copy, n);
	try_model(copy, n);
	free(copy);
	return 0;
}
