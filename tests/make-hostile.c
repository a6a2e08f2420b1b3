/* Writes the hostile files: make-hostile FOLDER makes NAME.h5nn of each, and
   right.h5nn, what they are made of; it prints a line NAME TAB CLAUSE each. */
#include <stdio.h>
#include <stdlib.h>

#include "hostile.h"

static const char *const clauses[] = {
#define RULE(NAME, CLAUSE, TEXT) CLAUSE,
#include "rules.def"
#undef RULE
};

static void
write_one(const char *folder, const char *name, int i)
{
	struct arena arena = { 0 };
	char path[4096];
	size_t n;
	const uint8_t *bytes = hostile_make(i, &n, &arena);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.h5nn", folder, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
	arena_free(&arena);
}

int
main(int argc, char **argv)
{
	const struct hostile *h;
	int i;

	if (argc != 2) {
		fprintf(stderr, "usage: make-hostile FOLDER\n");
		return 2;
	}
	write_one(argv[1], "right", -1);
	for (i = 0; (h = hostile_at(i)) != NULL; i++) {
		write_one(argv[1], h->name, i);
		printf("%s\t%s\n", h->name, clauses[h->rule]);
	}
	return 0;
}
