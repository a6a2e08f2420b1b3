/* Tensors that a writer is given: judged, then kept until the file is
   written. */
#include <string.h>

#include "base/text.h"
#include "nnfmt-inside.h"

/* How many components a name has at least. */
static const int parts[SETS] = {
	[NNFMT_WEIGHTS] = 2,   /* LAYER/NAME */
	[NNFMT_OPTIMIZER] = 3, /* LAYER/NAME/SLOT */
	[NNFMT_ALTERNATE] = 3, /* SET/LAYER/NAME */
	[NNFMT_HISTORY] = 1,   /* METRIC */
	[NNFMT_EXT] = 2,       /* OWNER/NAME */
};

/* The entries of a set, or NULL with an error. */
static struct entries *
set_of(struct nnfmt_writer *w, int set, struct err *err)
{
	if (set >= 0 && set < SETS)
		return &w->sets[set];
	err_set(err, ERR_USAGE, "%d is no set of tensors", set);
	return NULL;
}

static int
name_check(int set, const char *name, struct err *err)
{
	char shown[128];
	const char *s;
	int n = 1;

	for (s = name; *s != '\0'; s++)
		n += *s == '/';
	if (graph_name_ok(name) && n >= parts[set] &&
	    (set != NNFMT_HISTORY || n == 1))
		return 0;
	return err_set(err, ERR_USAGE, "'%s' is no name for a tensor there",
	    text_safe(shown, sizeof(shown), name, strlen(name)));
}

static int
value_fill(struct tensor *value, int dtype, int rank, const int64_t *dims,
    const void *data, struct err *err)
{
	size_t bytes;
	int i;

	if (dtype_of_public(dtype, &value->dtype, err) < 0)
		return -1;
	if (rank < 0 || rank > SHAPE_MAX)
		return err_set(
		    err, ERR_USAGE, "rank %d is not in 0..%d", rank, SHAPE_MAX);
	value->shape.rank = rank;
	for (i = 0; i < rank; i++)
		value->shape.dim[i] = dims[i];
	if (tensor_bytes(value, &bytes, err) < 0)
		return -1;
	if (data == NULL && bytes > 0)
		return err_set(err, ERR_USAGE, "no numbers");
	value->data = (void *)(uintptr_t)data;
	return 0;
}

static int
tensor_put(struct nnfmt_writer *w, int set, struct entry *e, struct err *err)
{
	struct entries *all = set_of(w, set, err);
	const struct entry *old = all != NULL ? entry_find(all, e->name) : NULL;

	if (all == NULL)
		return -1;
	if (set == NNFMT_HISTORY &&
	    (e->value.dtype != DTYPE_F64 || e->value.shape.rank != 1))
		return err_set(err, ERR_USAGE, "is no column of f64");
	e->role = old != NULL ? old->role : ROLE_PARAMETER;
	return entry_put(all, e, &w->arena, err);
}

int
nnfmt_put_tensor(struct nnfmt_writer *writer, int set, const char *name,
    int dtype, int rank, const int64_t *dims, const void *data,
    struct nnfmt_error *error)
{
	struct entry e = { .name = name };
	struct err err = { 0 };

	if (set_of(writer, set, &err) == NULL ||
	    name_check(set, name, &err) < 0)
		return public_fail(error, &err);
	if (value_fill(&e.value, dtype, rank, dims, data, &err) == 0 &&
	    tensor_put(writer, set, &e, &err) == 0)
		return 0;
	err_in(&err, "%s", name);
	return public_fail(error, &err);
}

int
nnfmt_put_role(struct nnfmt_writer *writer, const char *name, int role,
    struct nnfmt_error *error)
{
	struct entry *e = entry_find(&writer->sets[NNFMT_WEIGHTS], name);
	struct err err = { 0 };
	char shown[128];

	if (e != NULL && (role == NNFMT_PARAMETER || role == NNFMT_STATISTIC)) {
		e->role =
		    role == NNFMT_STATISTIC ? ROLE_STATISTIC : ROLE_PARAMETER;
		return 0;
	}
	err_set(&err, ERR_USAGE,
	    e == NULL ? "no weight '%s'" : "%s: no such role",
	    text_safe(shown, sizeof(shown), name, strlen(name)));
	return public_fail(error, &err);
}

/* What /ext of the model has under a name goes by its being named. */
static int
drop_one(struct nnfmt_writer *w, struct entries *all, const char *name,
    struct err *err)
{
	int is_kept = all == &w->sets[NNFMT_EXT] && w->m.ext != NULL &&
	    graph_name_ok(name) && entry_find(&w->dropped, name) == NULL &&
	    dataset_find(w->m.ext, name) != NULL;
	struct entry e = { .name = name };
	char shown[128];

	if (!is_kept && entry_find(all, name) == NULL)
		return err_set(err, ERR_USAGE, "no tensor '%s' there",
		    text_safe(shown, sizeof(shown), name, strlen(name)));
	if (is_kept && entry_put(&w->dropped, &e, &w->arena, err) < 0)
		return -1;
	entry_drop(all, name);
	return 0;
}

static int
drop_all(struct nnfmt_writer *w, struct entries *all)
{
	all->n = 0;
	if (all == &w->sets[NNFMT_EXT])
		w->m.ext = NULL;
	return 0;
}

int
nnfmt_drop_tensor(struct nnfmt_writer *writer, int set, const char *name,
    struct nnfmt_error *error)
{
	struct err err = { 0 };
	struct entries *all = set_of(writer, set, &err);
	int rc = -1;

	if (all != NULL)
		rc = name == NULL ? drop_all(writer, all)
				  : drop_one(writer, all, name, &err);
	return rc < 0 ? public_fail(error, &err) : 0;
}
