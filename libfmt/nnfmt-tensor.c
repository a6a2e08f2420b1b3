/* The tensors of a model as others see them: found by name, asked, given. */
#include <stdlib.h>

#include "model.h"
#include "nnfmt-inside.h"

int
nnfmt_complete(struct nnfmt_model *delta, struct nnfmt_model *base,
    struct nnfmt_error *error)
{
	struct fmt_model whole = delta->m;
	struct err err = { 0 };

	if (!fmt_is_delta(&delta->m))
		err_set(&err, ERR_USAGE, "the model is whole already");
	else if (graph_copy(
		     &whole.graph, &delta->m.graph, &delta->arena, &err) == 0 &&
	    fmt_complete(&whole, &base->m, &err) == 0 &&
	    table_of_weights(delta, &whole.graph, &err) == 0) {
		delta->m = whole;
		return 0;
	}
	return public_fail(error, &err);
}

int64_t
nnfmt_tensor_count(const struct nnfmt_model *model, int set)
{
	return set < 0 || set >= SETS ? 0 : model->sets[set].n;
}

const struct nnfmt_tensor *
nnfmt_tensor_at(const struct nnfmt_model *model, int set, int64_t i)
{
	if (i < 0 || i >= nnfmt_tensor_count(model, set))
		return NULL;
	return &model->sets[set].at[i];
}

static int
name_of(const void *name, const void *tensor)
{
	const struct nnfmt_tensor *t = tensor;

	return path_compare(name, t->name);
}

const struct nnfmt_tensor *
nnfmt_tensor_find(const struct nnfmt_model *model, int set, const char *name)
{
	size_t n = (size_t)nnfmt_tensor_count(model, set);

	return n == 0 ? NULL
		      : bsearch(name, model->sets[set].at, n,
			    sizeof(struct nnfmt_tensor), name_of);
}

const char *
nnfmt_tensor_name(const struct nnfmt_tensor *tensor)
{
	return tensor->name;
}

int
nnfmt_tensor_dtype(const struct nnfmt_tensor *tensor)
{
	return tensor->dtype;
}

int
nnfmt_tensor_rank(const struct nnfmt_tensor *tensor)
{
	return tensor->shape.rank;
}

const int64_t *
nnfmt_tensor_dims(const struct nnfmt_tensor *tensor)
{
	return tensor->shape.dim;
}

int64_t
nnfmt_tensor_length(const struct nnfmt_tensor *tensor)
{
	return shape_count(&tensor->shape);
}

size_t
nnfmt_tensor_bytes(const struct nnfmt_tensor *tensor)
{
	return tensor->bytes;
}

/* A weight by itself; of the other sets all at once. */
static int
verify(const struct nnfmt_tensor *t, struct err *err)
{
	static const unsigned parts[SETS] = {
		[NNFMT_OPTIMIZER] = FMT_SLOTS,
		[NNFMT_ALTERNATE] = FMT_ALTERNATES,
		[NNFMT_EXT] = FMT_EXT,
	};
	struct fmt_model *m = &t->model->m;

	if (t->dataset != NULL ? t->dataset->verified
			       : !fmt_unverified(t->value))
		return 0;
	return t->set == NNFMT_WEIGHTS
	    ? fmt_verify_tensor(m, t->layer, t->param, err)
	    : fmt_verify(m, parts[t->set], err);
}

const void *
tensor_numbers(const struct nnfmt_tensor *tensor, struct err *err)
{
	static const int64_t none[1];
	const void *data;

	if (verify(tensor, err) < 0 ||
	    (tensor->dataset == NULL && tensor_left_out(tensor->value)))
		return NULL;
	data = tensor->dataset != NULL ? tensor->dataset->data
				       : tensor->value->data;
	return data != NULL ? data : none;
}

const void *
nnfmt_tensor_data(const struct nnfmt_tensor *tensor, struct nnfmt_error *error)
{
	struct err err = { 0 };
	const void *data = tensor_numbers(tensor, &err);

	if (data != NULL)
		return data;
	err_set(&err, ERR_MODEL,
	    "%s: its numbers are those of the base of this delta",
	    tensor->name);
	public_fail(error, &err);
	return NULL;
}

int
nnfmt_tensor_role(const struct nnfmt_tensor *tensor)
{
	return tensor->role == ROLE_STATISTIC ? NNFMT_STATISTIC
					      : NNFMT_PARAMETER;
}

int
nnfmt_tensor_frozen(const struct nnfmt_tensor *tensor)
{
	return tensor->frozen;
}

const struct nnfmt_tensor *
nnfmt_tensor_first(const struct nnfmt_tensor *tensor)
{
	return tensor->first;
}
