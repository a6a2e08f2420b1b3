/* Replays a corpus through a fuzz target without a fuzzer: every file that is
   given, or, with none, all of tests/corpus/NAME for a program fuzz-NAME. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes;
	long n;

	if (f == NULL || fseek(f, 0, SEEK_END) < 0 || (n = ftell(f)) < 0) {
		perror(path);
		return -1;
	}
	rewind(f);
	/* Exactly as large as the file, so that a sanitizer sees every byte
	   too far. */
	bytes = malloc((size_t)n + (n == 0));
	if (bytes == NULL || fread(bytes, 1, (size_t)n, f) != (size_t)n) {
		perror(path);
		return -1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, (size_t)n);
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
