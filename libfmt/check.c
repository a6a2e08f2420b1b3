/* What can be wrong with a file that can be read: its digests, and whether
   writing it again gives the same bytes. */
#include <string.h>

#include "model.h"

struct checking {
	void (*report)(void *ctx, const char *where, const char *what);
	void *ctx;
	int found;
	struct data_list list;
	enum digest_found *judged;
	struct arena *arena;
	struct err *err;
};

static void
finding(struct checking *c, const char *where, const char *what)
{
	c->found++;
	if (c->report != NULL)
		c->report(c->ctx, where, what);
}

static const char *const wrong[] = {
	[DIGEST_DAMAGED] =
	    "its numbers are damaged (the checksum differs); restore it from a "
	    "copy [format 1: 4.7]",
	[DIGEST_FALSE] = "its SHA-256 differs from the numbers [format 1: 4.8]",
};

static void
judge(void *ctx, int i)
{
	struct checking *c = ctx;

	c->judged[i] = digest_judge(c->list.at[i]);
}

static int
check_digests(const struct fmt_model *m, struct checking *c)
{
	const char *path;
	int i;

	if (data_list(&c->list, m->map->root, c->arena, c->err) < 0)
		return -1;
	c->judged = arena_array(
	    c->arena, (size_t)c->list.n + 1, sizeof(*c->judged), c->err);
	if (c->judged == NULL)
		return -1;
	data_each(&c->list, m->threads, NULL, judge, c);
	for (i = 0; i < c->list.n; i++) {
		if (c->judged[i] == DIGEST_SOUND)
			continue;
		path = h5_path(c->list.at[i], c->arena, c->err);
		if (path == NULL)
			return -1;
		finding(c, path, wrong[c->judged[i]]);
	}
	return 0;
}

/* What the file says in its own format: m itself, unless it was migrated. */
static int
model_as_read(
    struct fmt_model *own, const struct fmt_model *m, struct checking *c)
{
	*own = *m;
	return m->format_major == FMT_MAJOR
	    ? 0
	    : model_of_tree(own, m->map->root, c->arena, c->err);
}

/* Laid out with what the file says of its version and its writer, which may be
   another version of the program than this one. */
static int
lay_out_as_read(struct h5_object *root, const struct fmt_model *m,
    uint64_t *bytes, struct checking *c)
{
	if (h5_put_text(root, "writer", m->writer, c->arena, c->err) < 0 ||
	    h5_put_int(
		root, "format_major", m->format_major, c->arena, c->err) < 0 ||
	    h5_put_int(
		root, "format_minor", m->format_minor, c->arena, c->err) < 0)
		return -1;
	return h5_layout(root, bytes, c->err);
}

/* The index says everything but the numbers, whose digests are right. */
static int
check_canonical(const struct fmt_model *m, struct checking *c)
{
	struct fmt_model again;
	struct h5_object *root;
	const uint8_t *index;
	uint64_t bytes;
	size_t n;

	if (model_as_read(&again, m, c) < 0)
		return -1;
	root = tree_of_model(&again, m->map->root, &bytes, c->arena, c->err);
	if (root == NULL || lay_out_as_read(root, m, &bytes, c) < 0)
		return -1;
	index = h5_index(root, bytes, &n, c->arena, c->err);
	if (index == NULL)
		return -1;
	if (bytes != m->map->size || memcmp(index, m->map->base, n) != 0)
		finding(c, "/", "written again it would have other bytes");
	return 0;
}

int
fmt_check(struct fmt_model *m,
    void (*report)(void *ctx, const char *where, const char *what), void *ctx,
    struct err *err)
{
	struct arena arena = { 0 };
	struct checking c = {
		.report = report, .ctx = ctx, .arena = &arena, .err = err
	};
	int rc;

	if (m->map == NULL)
		return err_set(err, ERR_BUG,
		    "only a model that was read can be "
		    "checked");
	rc = check_digests(m, &c);
	if (rc == 0 && c.found == 0)
		rc = fmt_verify(m, FMT_ALL, err);
	if (rc == 0 && c.found == 0)
		rc = check_canonical(m, &c);
	arena_free(&arena);
	return rc < 0 ? -1 : c.found;
}
