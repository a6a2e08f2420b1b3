/* A checkpoint that has forgotten something: tool-forget WHAT IN OUT.

   WHAT is slot.NAME (the optimizer's NAME of every tensor), best (the best
   weights with their state), weights (they are zero), history, or a member of
   the position or the best position such as position.update, which falls back
   to what it is at a beginning, or becomes N by position.phase=N.  Exit 3: there was nothing to forget. */
#include <stdio.h>
#include <string.h>

#include "fmt.h"

static struct arena arena;
static struct err err;

static int
forget_named(struct fmt_named *all, int *n, const char *name, size_t length)
{
	int i, kept = 0, before = *n;

	for (i = 0; i < before; i++)
		if (strncmp(all[i].name, name, length) != 0)
			all[kept++] = all[i];
	*n = kept;
	return before - kept;
}

static struct json *
member(const struct json *o, const char *key, size_t n)
{
	struct json *j = o != NULL ? o->child : NULL;

	while (
	    j != NULL && (strlen(j->key) != n || memcmp(j->key, key, n) != 0))
		j = j->next;
	return j;
}

/* "position.update" back to nothing. */
static int
forget_member(const struct json *root, const char *path)
{
	size_t n = strcspn(path, "."), all = strcspn(path, "=");
	struct json *j = member(root, path, n < all ? n : all);

	if (j != NULL && n < all)
		j = member(j, path + n + 1, all - n - 1);
	if (j == NULL ||
	    (path[all] == '\0' && j->i == 0 && !(j->r < 0) && !(j->r > 0)))
		return 0;
	j->i = path[all] == '=' ? path[all + 1] - '0' : 0;
	j->r = 0;
	return 1;
}

static int
forget_weights(struct fmt_model *m)
{
	struct tensor *t = &m->graph.nodes[m->graph.nnodes - 2].params[0].value;
	size_t n;

	if (tensor_bytes(t, &n, &err) < 0 ||
	    (t->data = arena_slab(&arena, n, &err)) == NULL)
		return 0;
	memset(t->data, 0, n);
	return 1;
}

static int
forget(struct fmt_model *m, const char *what)
{
	int n = 0;

	if (strncmp(what, "slot.", 5) == 0)
		return forget_named(
		    m->slots, &m->nslots, what + 5, strlen(what + 5) + 1);
	if (strcmp(what, "best") == 0)
		return forget_named(m->alternates, &m->nalternates, "best", 4);
	if (strcmp(what, "history") == 0) {
		n = m->nmetrics;
		m->nmetrics = 0;
		return n;
	}
	if (strcmp(what, "weights") == 0)
		return forget_weights(m);
	return forget_member(m->training, what);
}

static int
run(const char *what, const char *in, const char *out)
{
	struct fmt_model m;
	int status = -1;

	if (fmt_open(&m, in, &arena, &err) < 0)
		return -1;
	if (forget(&m, what) == 0)
		status = 3;
	else
		status = fmt_save(&m, out, &err);
	fmt_close(&m);
	return status;
}

int
main(int argc, char **argv)
{
	int status = argc == 4 ? run(argv[1], argv[2], argv[3]) : -1;

	if (status < 0)
		fprintf(stderr, "tool-forget: %s\n", err.text);
	arena_free(&arena);
	return status < 0 ? 1 : status;
}
