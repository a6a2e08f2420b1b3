/* Any text in the grammar of operands: refused with a reason, or taken apart
   into a name, places and keys that lie in it; as a list, into its terms. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/operand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(int right)
{
	if (!right)
		abort();
}

/* Words of one letter are keys. */
static int
is_key(void *ctx, const char *term, const char *word)
{
	(void)ctx;
	return term[0] != '\0' && word[0] != '\0' && word[1] == '\0';
}

static void
try_term(const char *text, struct arena *arena)
{
	struct operand o;
	struct err err = { 0 };
	size_t total = 0;
	int i;

	if (operand_parse(&o, text, arena, &err) < 0) {
		must(err.code == ERR_USAGE && err.text[0] != '\0');
		return;
	}
	must(o.name[0] != '\0' && o.nplaces <= OPERAND_PLACES_MAX);
	for (i = 0; i < o.nplaces; i++)
		total += strlen(o.place[i]);
	for (i = 0; i < o.keys.n; i++)
		total += strlen(o.keys.at[i].name);
	must(strlen(o.name) + total <= strlen(text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	const char *text = arena_text_n(&arena, (const char *)data, n, &err);
	const char **terms;
	int i, nterms;

	must(text != NULL);
	try_term(text, &arena);
	if (operand_split(text, is_key, NULL, &terms, &nterms, &arena, &err) ==
	    0)
		for (i = 0; i < nterms; i++)
			try_term(terms[i], &arena);
	else
		must(err.code == ERR_USAGE && err.text[0] != '\0');
	arena_free(&arena);
	return 0;
}
