/* Replays a corpus through a fuzz target without a fuzzer: every file that is
   given, or, with none, all of tests/corpus/NAME for a program fuzz-NAME. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The whole file, exactly as large as it is, so that a sanitizer sees every
   byte too far; NULL with a message. */
static uint8_t *
load(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = NULL;
	long size = -1;

	if (f != NULL && fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	if (size >= 0)
		bytes = malloc((size_t)size + (size == 0));
	*n = (size_t)size;
	if (bytes != NULL &&
	    (fseek(f, 0, SEEK_SET) != 0 || fread(bytes, 1, *n, f) != *n)) {
		free(bytes);
		bytes = NULL;
	}
	if (bytes == NULL)
		perror(path);
	if (f != NULL)
		fclose(f);
	return bytes;
}

static int
replay(const char *path)
{
	size_t n;
	uint8_t *bytes = load(path, &n);

	if (bytes == NULL)
		return -1;
	LLVMFuzzerTestOneInput(bytes, n);
	free(bytes);
	return 0;
}

static int
replay_folder(const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *e;
	char path[4096 + 260];
	int n = 0;

	if (d == NULL) {
		perror(folder);
		return 1;
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (replay(path) < 0)
			return 1;
		n++;
	}
	closedir(d);
	printf("%s: %d files replayed\n", folder, n);
	return n == 0;
}

int
main(int argc, char **argv)
{
	const char *source = getenv("srcdir");
	const char *name = strrchr(argv[0], '/');
	char folder[4096];
	int i;

	for (i = 1; i < argc; i++)
		if (replay(argv[i]) < 0)
			return 1;
	if (argc > 1)
		return 0;
	name = strstr(name != NULL ? name : argv[0], "fuzz-");
	snprintf(folder, sizeof(folder), "%s/tests/corpus/%s",
	    source != NULL ? source : ".", name != NULL ? name + 5 : "");
	return replay_folder(folder);
}
