/* What the tests of the tools put into a model by hand: tool-tale IN OUT
   lineage=FILE (the array of records as JSON), optional=NAMES or required=NAMES
   (features), and any of them again. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model.h"

enum { TEXT_MAX = 1 << 20 };

static struct arena arena;
static struct err err;

static int
read_lineage(struct fmt_model *m, const char *path)
{
	static char text[TEXT_MAX];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		return err_errno(&err, "%s", path);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	m->lineage = json_parse(text, n, &arena, ERR_USAGE, &err);
	return m->lineage != NULL ? 0 : -1;
}

/* The features are an attribute that no id covers. */
static int
write_tree(struct fmt_model *m, const char *required, const char *path)
{
	uint64_t bytes;
	struct h5_object *root = tree_of_model(m, NULL, &bytes, &arena, &err);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int rc = -1;

	if (root != NULL && fd >= 0 &&
	    (required == NULL ||
		h5_put_text(
		    root, "features_required", required, &arena, &err) == 0) &&
	    h5_layout(root, &bytes, &err) == 0)
		rc = tree_write(root, bytes, fd, &arena, &err);
	close(fd);
	return rc;
}

int
main(int argc, char **argv)
{
	struct fmt_model m = { 0 };
	const char *required = NULL;
	int rc = argc < 4 ? err_set(&err, ERR_USAGE, "IN OUT WHAT=VALUE...")
			  : fmt_open(&m, argv[1], &arena, &err);

	for (int i = 3; i < argc && rc == 0; i++) {
		const char *value = strchr(argv[i], '=');

		if (strncmp(argv[i], "lineage=", 8) == 0)
			rc = read_lineage(&m, value + 1);
		else if (strncmp(argv[i], "optional=", 9) == 0)
			m.features_optional = value + 1;
		else if (strncmp(argv[i], "required=", 9) == 0)
			required = value + 1;
		else
			rc = err_set(&err, ERR_USAGE, "%s?", argv[i]);
	}
	if (rc == 0)
		rc = write_tree(&m, required, argv[2]);
	if (rc < 0)
		fprintf(stderr, "tool-tale: %s\n", err.text);
	fmt_close(&m);
	arena_free(&arena);
	return rc < 0;
}
