/* JSONTestSuite against our documents: jsonsuite FOLDER.  What must be accepted
   (y_) is, but for what the table says; what must be refused (n_) is; of what is
   left open (i_) it prints what we do. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* Valid JSON that we refuse, and why. */
static const struct {
	const char *name, *why;
} refused[] = {
	{ "y_object_duplicated_key.json", "which one would count?" },
	{ "y_object_duplicated_key_and_value.json", "which one would count?" },
	{ "y_object_escaped_null_in_key.json", "texts end at a NUL" },
	{ "y_string_null_escape.json", "texts end at a NUL" },
};
enum { REFUSED = sizeof(refused) / sizeof(refused[0]) };

static struct {
	int tried, wrong, taken;
} count[128];

static int
taken(const char *path)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	static char bytes[1 << 20];
	FILE *f = fopen(path, "rb");
	const struct json *j;
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	j = json_parse(bytes, n, &arena, ERR_MODEL, &err);
	arena_free(&arena);
	return j != NULL;
}

static int
must_be_taken(const char *name)
{
	int i;

	for (i = 0; i < REFUSED; i++)
		if (strcmp(refused[i].name, name) == 0) {
			printf("%s\trefused: %s\n", name, refused[i].why);
			return 0;
		}
	return name[0] == 'y';
}

static void
judge(const char *folder, const char *name)
{
	int kind = name[0] & 127;
	char path[4096];
	int is;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	is = taken(path);
	count[kind].tried++;
	count[kind].taken += is;
	if (kind != 'i' && is != must_be_taken(name)) {
		count[kind].wrong++;
		printf("FAIL: %s is %s\n", name, is ? "taken" : "refused");
	}
	if (kind == 'i')
		printf("%s\t%s\n", name, is ? "taken" : "refused");
}

static int
is_case(const struct dirent *e)
{
	return strchr("yni", e->d_name[0]) != NULL && e->d_name[1] == '_';
}

int
main(int argc, char **argv)
{
	struct dirent **e;
	int i, n = argc == 2 ? scandir(argv[1], &e, is_case, alphasort) : -1;

	if (n < 0) {
		fprintf(stderr, "usage: jsonsuite FOLDER\n");
		return 2;
	}
	for (i = 0; i < n; i++) {
		judge(argv[1], e[i]->d_name);
		free(e[i]);
	}
	free(e);
	printf(
	    "%d of %d accepted (%d refused by rule), %d of %d refused, %d of "
	    "%d that are left open accepted\n",
	    count['y'].taken, count['y'].tried, REFUSED,
	    count['n'].tried - count['n'].taken, count['n'].tried,
	    count['i'].taken, count['i'].tried);
	return count['y'].tried == 0 || count['n'].tried == 0 ||
	    count['y'].wrong + count['n'].wrong > 0;
}
