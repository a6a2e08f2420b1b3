/* Makes a model file wrong in one way, with digests, ids and checksums that
   fit, so that nothing else is wrong with it: spoil-model WAY IN OUT.
   Without arguments it lists the ways. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model.h"
#include "spoilt.h"

static struct arena arena;
static struct err err;

/* The tensor of that name below /weights, and its group. */
static struct h5_object *
layer(struct h5_object *root, const char *name)
{
	return h5_find(h5_find(root, "weights"), name);
}

/* The first `from` of the architecture becomes `to`. */
static void
edit(struct h5_object *root, const char *from, const char *to)
{
	struct h5_object *d = h5_find(root, "architecture");
	const char *old = arena_text_n(&arena, d->data, d->bytes, &err);
	const char *at = strstr(old, from);

	if (at == NULL) {
		fprintf(stderr, "the architecture has no %s\n", from);
		exit(1);
	}
	d->data = arena_printf(&arena, &err, "%.*s%s%s", (int)(at - old), old,
	    to, at + strlen(from));
	d->bytes = strlen(d->data);
	d->shape.dim[0] = (int64_t)d->bytes;
}

static void
missing_tensor(struct h5_object *root)
{
	spoilt_drop(layer(root, "dense_1"), "bias");
}

static void
extra_tensor(struct h5_object *root)
{
	const struct h5_object *b = h5_find(layer(root, "dense_1"), "bias");
	struct h5_object *o = h5_dataset(layer(root, "dense_1"), "gamma",
	    b->type, &b->shape, b->data, &arena, &err);

	h5_put_text(o, "role", "parameter", &arena, &err);
}

static void
extra_layer(struct h5_object *root)
{
	const struct h5_object *b = h5_find(layer(root, "dense_1"), "bias");
	struct h5_object *o = h5_dataset(
	    h5_group(h5_find(root, "weights"), "dense_9", &arena, &err), "bias",
	    b->type, &b->shape, b->data, &arena, &err);

	h5_put_text(o, "role", "parameter", &arena, &err);
}

static void
reshaped_tensor(struct h5_object *root)
{
	struct h5_object *k = h5_find(layer(root, "dense_1"), "kernel");
	int64_t rows = k->shape.dim[0];

	k->shape.dim[0] = k->shape.dim[1];
	k->shape.dim[1] = rows;
}

static void
other_type(struct h5_object *root)
{
	h5_find(layer(root, "dense_1"), "bias")->type.dtype = DTYPE_I32;
}

static void
unknown_kind(struct h5_object *root)
{
	edit(root, "\"kind\":\"dense\"", "\"kind\":\"tense\"");
}

static void
unknown_setting(struct h5_object *root)
{
	edit(root, "\"units\":", "\"unitz\":");
}

static void
setting_out_of_range(struct h5_object *root)
{
	edit(root, "\"units\":128", "\"units\":-1");
}

static void
huge_setting(struct h5_object *root)
{
	edit(root, "\"shape\":[28,28,1]",
	    "\"shape\":[4611686018427387904,4611686018427387904,1]");
}

static void
cycle(struct h5_object *root)
{
	edit(root, "\"inputs\":[\"flatten_1\"]", "\"inputs\":[\"dense_2\"]");
}

static void
no_such_wire(struct h5_object *root)
{
	edit(root, "\"inputs\":[\"flatten_1\"]", "\"inputs\":[\"nothing\"]");
}

static void
wrong_major(struct h5_object *root)
{
	h5_put_int(root, "format_major", 9, &arena, &err);
}

static void
wrong_minor(struct h5_object *root)
{
	h5_put_int(root, "format_minor", 9, &arena, &err);
	h5_put_text(root, "features_required", "int4-weights", &arena, &err);
}

static void
kind_version(struct h5_object *root)
{
	edit(root, "\"kind\":\"dense\"",
	    "\"kind\":\"dense\",\"kind_version\":7");
}

static void
required_feature(struct h5_object *root)
{
	h5_put_text(root, "features_required", "int4-weights", &arena, &err);
}

static void
few_labels(struct h5_object *root)
{
	struct h5_object *d = h5_find(root, "labels");

	d->shape.dim[0]--;
	d->bytes -= d->type.text;
}

static void
not_canonical(struct h5_object *root)
{
	edit(root, "{", "{ ");
}

static const struct {
	const char *name;
	void (*spoil)(struct h5_object *root);
} ways[] = {
	{ "cycle", cycle },
	{ "extra-layer", extra_layer },
	{ "extra-tensor", extra_tensor },
	{ "few-labels", few_labels },
	{ "huge-setting", huge_setting },
	{ "kind-version", kind_version },
	{ "missing-tensor", missing_tensor },
	{ "no-such-wire", no_such_wire },
	{ "not-canonical", not_canonical },
	{ "other-type", other_type },
	{ "required-feature", required_feature },
	{ "reshaped-tensor", reshaped_tensor },
	{ "setting-out-of-range", setting_out_of_range },
	{ "unknown-kind", unknown_kind },
	{ "unknown-setting", unknown_setting },
	{ "wrong-major", wrong_major },
	{ "wrong-minor", wrong_minor },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static int
write_out(struct h5_object *root, const char *path)
{
	uint64_t bytes;
	int fd;

	if (spoilt_sign(root, &arena, &err) < 0)
		return -1;
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0666);
	if (fd < 0)
		return err_errno(&err, "%s", path);
	if (h5_layout(root, &bytes, &err) < 0 ||
	    tree_write(root, bytes, fd, &arena, &err) < 0)
		return -1;
	return close(fd);
}

int
main(int argc, char **argv)
{
	struct fmt_model m;
	int i;

	for (i = 0; argc == 1 && i < WAYS; i++)
		puts(ways[i].name);
	if (argc != 4)
		return argc != 1;
	for (i = 0; i < WAYS; i++)
		if (strcmp(ways[i].name, argv[1]) == 0)
			break;
	if (i == WAYS || fmt_open(&m, argv[2], &arena, &err) < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], err.text);
		return 1;
	}
	ways[i].spoil(m.map->root);
	if (write_out(m.map->root, argv[3]) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	return 0;
}
