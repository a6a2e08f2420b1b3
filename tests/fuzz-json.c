/* Any bytes as a document: refused with a reason, or printed canonically, and
   what is printed reads back as the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* As flat settings, where it is an object of nothing else. */
static void
try_settings(const struct json *j, struct arena *arena)
{
	struct err err = { 0 };
	struct settings s;
	const struct json *again;

	if (json_to_settings(j, &s, arena, ERR_MODEL, &err) < 0)
		return;
	again = json_from_settings(NULL, NULL, &s, arena, &err);
	if (again == NULL ||
	    strcmp(json_print(again, arena, &err),
		json_print(j, arena, &err)) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	const struct json *j =
	    json_parse((const char *)data, n, &arena, ERR_MODEL, &err);
	const char *text, *again;

	if (j == NULL) {
		if (err.code != ERR_MODEL || err.text[0] == '\0')
			abort();
	} else {
		text = json_print(j, &arena, &err);
		if (text == NULL)
			abort();
		j = json_parse(text, strlen(text), &arena, ERR_MODEL, &err);
		again = j != NULL ? json_print(j, &arena, &err) : NULL;
		if (again == NULL || strcmp(text, again) != 0)
			abort();
		try_settings(j, &arena);
	}
	arena_free(&arena);
	return 0;
}
