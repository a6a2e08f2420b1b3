/* JSONTestSuite against our documents: jsonsuite FOLDER.  What must be accepted
   (y_) is, what must be refused (n_) is; of what is left open (i_) it prints
   what we do. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

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
	if ((kind == 'y' && !is) || (kind == 'n' && is)) {
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
	printf("%d of %d accepted, %d of %d refused, %d left open\n",
	    count['y'].tried - count['y'].wrong, count['y'].tried,
	    count['n'].tried - count['n'].wrong, count['n'].tried,
	    count['i'].tried);
	return count['y'].tried == 0 || count['n'].tried == 0 ||
	    count['y'].wrong + count['n'].wrong > 0;
}
