/* A batch through a net: bound to it, checked, run. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "gather.h"
#include "net.h"

/* The smallest program that has room for n samples, or NULL. */
static struct compiled *
pick(struct compiled *list, int count, int n)
{
	int i;

	for (i = 0; i < count; i++)
		if (list[i].p.n >= n)
			return &list[i];
	return NULL;
}

static int
bindable(const struct tensor *x)
{
	return sizeof(real) == sizeof(float) && (uintptr_t)x->data % 64 == 0;
}

/* Copies numbers `at`.. of each sample into a buffer of rows, the rest of
   which is zero: results do not depend on what stood there. */
static void
fill_stage(real *to, const struct batch *b, int64_t each, int64_t at,
    int64_t width, int64_t rows)
{
	const float *from = b->x.data;
	int64_t i, k;

	for (i = 0; i < b->n; i++)
		for (k = 0; k < width; k++)
			to[i * width + k] = (real)from[i * each + at + k];
	memset(to + (size_t)b->n * (size_t)width, 0,
	    (size_t)(rows - b->n) * (size_t)width * sizeof(real));
}

static int64_t
width_of(const struct val *v)
{
	struct shape s = shape_sample(&v->shape);

	return shape_count(&s);
}

static int
check_inputs(const struct net *net, const struct compiled *c,
    const struct batch *b, int64_t *each, struct err *err)
{
	char is[SHAPE_TEXT], wants[SHAPE_TEXT];
	struct shape sample = shape_sample(&b->x.shape), want;
	int i;

	*each = 0;
	for (i = 0; i < net->graph.ninputs; i++)
		if (c->in[i] != NULL)
			*each += width_of(c->in[i]);
	if (b->x.dtype == DTYPE_F32 && shape_count(&sample) == *each)
		return 0;
	want = shape_sample(&c->in[0]->shape);
	return err_set(err, ERR_DATA,
	    "samples are %s of %s, the model wants %s of f32",
	    shape_print(is, &sample), dtype_name(b->x.dtype),
	    shape_print(wants, &want));
}

/* Several inputs stand one after another in each sample. */
static int
bind_inputs(
    struct net *net, struct compiled *c, const struct batch *b, struct err *err)
{
	int64_t each, at = 0, width;
	int i;

	if (check_inputs(net, c, b, &each, err) < 0)
		return -1;
	for (i = 0; i < net->graph.ninputs; i++) {
		if (c->in[i] == NULL)
			continue;
		width = width_of(c->in[i]);
		if (width == each && b->n == c->p.n && bindable(&b->x)) {
			program_bind(&c->p, c->in[i], b->x.data);
			continue;
		}
		fill_stage(net->stage[i], b, each, at, width, c->p.n);
		program_bind(&c->p, c->in[i], net->stage[i]);
		at += width;
	}
	return 0;
}

static int
check_labels(const struct net *net, const struct batch *b, struct err *err)
{
	int64_t most = net->target_width == 1 ? 2 : net->target_width;
	int i;

	for (i = 0; i < b->n; i++)
		if (b->label[i] < 0 || b->label[i] >= most)
			return err_set(err, ERR_DATA,
			    "label %d: the model has %lld classes",
			    (int)b->label[i], (long long)most);
	return 0;
}

/* Class indices for a loss that takes numbers: one-hot rows; a single
   output is the second class's share. */
static void
one_hot(struct net *net, const struct batch *b)
{
	int64_t width = net->target_width;
	real *row = net->stage_target;
	int i;

	memset(row, 0, (size_t)b->n * (size_t)width * sizeof(*row));
	for (i = 0; i < b->n; i++, row += width) {
		if (width == 1)
			row[0] = (real)b->label[i];
		else
			row[b->label[i]] = 1;
	}
}

static int
dense_targets(
    struct net *net, const struct batch *b, struct step *step, struct err *err)
{
	struct shape sample = shape_sample(&b->y.shape);
	int64_t i, n = (int64_t)b->n * net->target_width;
	const float *from = b->y.data;

	if (b->y.dtype != DTYPE_F32 ||
	    shape_count(&sample) != net->target_width)
		return err_set(err, ERR_DATA,
		    "a target has %lld numbers, the model's output %lld",
		    (long long)shape_count(&sample),
		    (long long)net->target_width);
	for (i = 0; i < n; i++)
		net->stage_target[i] = (real)from[i];
	step->target = net->stage_target;
	return 0;
}

static int
bind_targets(
    struct net *net, const struct batch *b, struct step *step, struct err *err)
{
	if (b->label == NULL && b->y.data == NULL)
		return err_set(err, ERR_DATA,
		    "the samples have neither labels nor targets");
	if (b->label != NULL && check_labels(net, b, err) < 0)
		return -1;
	if (b->y.data != NULL)
		return dense_targets(net, b, step, err);
	if (net->loss->takes_labels && net->target_width > 1) {
		step->label = b->label;
		return 0;
	}
	one_hot(net, b);
	step->target = net->stage_target;
	return 0;
}

static int
run(struct compiled *c, enum phase phase, struct step *step, struct err *err)
{
	if (program_run(&c->p, phase, step) == 0)
		return 0;
	return err_set(
	    err, ERR_BUG, "an operation of the %s program failed", c->p.name);
}

/* Sums in the order of the samples: the same bits every time. */
static double
mean_loss(const struct compiled *c, int n)
{
	double sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += (double)c->loss->data[i];
	return sum / n;
}

static int
answer(const real *row, int64_t width, int fused)
{
	int best = 0, i;

	if (width == 1)
		return row[0] > (fused ? 0 : (real)0.5);
	for (i = 1; i < width; i++)
		if (row[i] > row[best])
			best = i;
	return best;
}

static int64_t
count_right(const struct compiled *c, const struct batch *b)
{
	int64_t width = width_of(c->out[0]), right = 0;
	int i;

	if (b->label == NULL)
		return -1;
	for (i = 0; i < b->n; i++)
		right += answer(c->out[0]->data + i * width, width, c->fused) ==
		    b->label[i];
	return right;
}

static struct step
step_begin(const struct net *net, const struct batch *batch)
{
	return (struct step){
		.n = batch->n,
		.seed = net->seed,
		.id = batch->id,
		.version = net->version,
		.loaded = net->loaded,
	};
}

/* Forward, loss and backward of a batch; the gradient counts each sample's
   loss scale times. */
static int
find_gradient(struct net *net, struct compiled *c, const struct batch *batch,
    double scale, struct step *step, struct step_result *result,
    struct err *err)
{
	net->version++; /* from here on parameters may change */
	step->grad_scale = scale;
	step->clip_scale = 1;
	if (bind_inputs(net, c, batch, err) < 0 ||
	    bind_targets(net, batch, step, err) < 0)
		return -1;
	net_weigh(net, batch, step);
	if (run(c, PHASE_PREPARE, step, err) < 0 ||
	    run(c, PHASE_FORWARD, step, err) < 0 ||
	    run(c, PHASE_LOSS, step, err) < 0)
		return -1;
	result->loss = mean_loss(c, batch->n) + step->penalty;
	if (!isfinite(result->loss))
		return net_explain(net, c, step, err);
	result->right = count_right(c, batch);
	return run(c, PHASE_BACKWARD, step, err);
}

/* Norm and clipping of the gradients that are there now. */
static int
find_norm(struct net *net, struct compiled *c, struct step *step,
    struct step_result *result, struct err *err)
{
	if (run(c, PHASE_NORM, step, err) < 0)
		return -1;
	if (!isfinite(step->sum_squares))
		return net_explain(net, c, step, err);
	result->grad_norm = sqrt(step->sum_squares);
	return 0;
}

static struct step
train_begin(const struct net *net, const struct batch *batch,
    const struct step_args *args)
{
	struct step step = step_begin(net, batch);

	step.epoch = args->epoch;
	step.lr = args->lr;
	step.update = args->update;
	return step;
}

int
net_step(struct net *net, const struct batch *batch,
    const struct step_args *args, struct step_result *result, struct err *err)
{
	struct net_update *u = &net->updates[0];
	struct compiled *c = pick(u->programs, u->nprograms, batch->n);
	struct step step = train_begin(net, batch, args);

	assert(c != NULL && batch->n > 0);
	if (find_gradient(net, c, batch, 1.0 / batch->n, &step, result, err) <
		0 ||
	    find_norm(net, c, &step, result, err) < 0 ||
	    run(c, PHASE_KEEP, &step, err) < 0)
		return -1;
	return run(c, PHASE_UPDATE, &step, err);
}

int
net_gather(struct net *net, const struct batch *batch,
    const struct step_args *args, struct step_result *result, struct err *err)
{
	struct net_update *u = &net->updates[0];
	struct compiled *c = pick(u->programs, u->nprograms, batch->n);
	struct step step = train_begin(net, batch, args);
	int64_t before = u->samples;

	assert(c != NULL && batch->n > 0 && u->gathered.data != NULL);
	u->samples = 0;
	if (find_gradient(net, c, batch, 1, &step, result, err) < 0)
		return -1;
	if (!gather_add(&u->gathered, &u->grads, before == 0))
		return net_explain(net, c, &step, err);
	u->samples = before + batch->n;
	u->gathered_by = c;
	return run(c, PHASE_KEEP, &step, err);
}

int
net_update(struct net *net, const struct step_args *args,
    struct step_result *result, struct err *err)
{
	struct net_update *u = &net->updates[0];
	struct compiled *c = u->gathered_by;
	const struct batch none = { .n = 0 };
	struct step step = train_begin(net, &none, args);

	assert(u->samples > 0);
	net->version++;
	step.clip_scale = 1;
	gather_mean(&u->grads, &u->gathered, u->samples);
	u->samples = 0;
	if (run(c, PHASE_NORM, &step, err) < 0)
		return -1;
	if (!isfinite(step.sum_squares))
		return err_set(err, ERR_NUMERIC,
		    "the sum over the gradients is not finite; lower the "
		    "learning rate, or clip with clip_norm");
	result->grad_norm = sqrt(step.sum_squares);
	return run(c, PHASE_UPDATE, &step, err);
}

int
net_measure(
    struct net *net, const struct batch *batch, double share, struct err *err)
{
	struct compiled *c = pick(net->predict, net->npredict, batch->n);
	struct step step;

	assert(net->measure && c != NULL && batch->n > 0);
	net->version++;
	step = step_begin(net, batch);
	step.move = share;
	if (bind_inputs(net, c, batch, err) < 0 ||
	    run(c, PHASE_PREPARE, &step, err) < 0 ||
	    run(c, PHASE_FORWARD, &step, err) < 0)
		return -1;
	return run(c, PHASE_KEEP, &step, err);
}

int
net_predict(struct net *net, const struct batch *batch, struct tensor *outputs,
    const real **loss, struct err *err)
{
	struct compiled *c = pick(net->predict, net->npredict, batch->n);
	struct step step = step_begin(net, batch);
	int i;

	assert(c != NULL && batch->n > 0);
	assert(loss == NULL || net->loss != NULL);
	if (bind_inputs(net, c, batch, err) < 0 ||
	    (loss != NULL && bind_targets(net, batch, &step, err) < 0) ||
	    run(c, PHASE_PREPARE, &step, err) < 0 ||
	    run(c, PHASE_FORWARD, &step, err) < 0 ||
	    (loss != NULL && run(c, PHASE_LOSS, &step, err) < 0))
		return -1;
	for (i = 0; i < net->graph.noutputs && outputs != NULL; i++) {
		outputs[i].dtype = DTYPE_REAL;
		outputs[i].shape = c->out[i]->shape;
		outputs[i].shape.dim[0] = batch->n;
		outputs[i].data = c->out[i]->data;
	}
	if (loss != NULL)
		*loss = c->loss->data;
	return 0;
}
