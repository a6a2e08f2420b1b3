/* Every kind of layer, in double: its gradients against central differences,
   its shapes, its settings, its messages.  What is registered is checked by
   being there. */
#include "bench.h"

#include "elt.h"

/* Settings besides those of the examples. */
static const char *const variants[] = { "dense:2,bias=false",
	"gelu,approximate", "leaky_relu", "leaky_relu:0", "elu", "elu:0",
	"dropout:0", "batch_norm,center=false,epsilon=0.1",
	"batch_norm,scale=false", "max_pool2d", "max_pool2d:3,stride=2,pad=1",
	"avg_pool2d:2", "avg_pool2d:3,stride=1x2,pad=1,count_pad",
	"global_avg_pool,keepdims", "global_max_pool,keepdims",
	"layer_norm,scale=false", "layer_norm,center=false",
	"group_norm:6,epsilon=0.01", "group_norm:1,scale=false,center=false",
	"zero_padding:1x0x2x1", "zero_padding", "cropping", "upsample:3",
	"upsample:2x3", "layer_scale", "prelu", "prelu:0.25,shared=all",
	"conv:2:2,stride=2", "conv:2:3,stride=2,pad=same",
	"conv:3:2x3,pad=1+0+2+1,dilation=1x2",
	"conv:4:3,pad=1,groups=2,bias=false", "conv:2:3,groups=2,pad=same",
	"conv:4:2,groups=2,stride=1x3", "conv:9:1,stride=2",
	"conv:2:4,pad=4,stride=3", "conv:1:2,stride=5", "dwconv:3,pad=same",
	"dwconv:2,stride=2,bias=false",
	"dwconv:2,depth_multiplier=3,dilation=2", "sepconv:2:2,bias=false",
	"sepconv:2:2,depth_multiplier=2,stride=2", "convt:2:3",
	"convt:2:2,stride=3", "convt:1:3,stride=2,pad=1,output_padding=1",
	"convt:2:2,stride=2,pad=same,bias=false", "convt:1:2,dilation=2",
	"convt:1:3,stride=2,pad=same,output_padding=0x1", NULL };

/* The operand on the inputs of the kind's example. */
static void
begin_like(struct bench *t, const char *operand, const struct kind *like)
{
	struct shape x[NODE_INPUTS_MAX];
	int nx = like->min_inputs == 0 ? 0 : 1, i;

	if (like->example_inputs > 0)
		nx = like->example_inputs;
	for (i = 0; i == 0 || i < nx; i++)
		x[i] = like->example_x;
	begin(t, operand, x, nx);
}

static double
loss(struct bench *t)
{
	double sum = 0;
	int64_t i;

	assert_int_equal(program_run(&t->p, PHASE_FORWARD, &t->step), 0);
	for (i = 0; i < val_count(t->l.y); i++)
		sum += (double)t->l.y->data[i] * (double)t->weight[i];
	return sum;
}

/* The largest distance of a gradient from its central difference. */
static double
worst_of(struct bench *t, struct val *v, const real *gradient)
{
	const real h = REAL_C(1e-5);
	double worst = 0;
	int64_t i;

	for (i = 0; i < val_count(v); i++) {
		real x = v->data[i];
		double up, down;

		v->data[i] = x + h;
		up = loss(t);
		v->data[i] = x - h;
		down = loss(t);
		v->data[i] = x;
		worst = fmax(worst,
		    distance(
			(up - down) / (2 * (double)h), (double)gradient[i]));
	}
	return worst;
}

/* Backward once; its results aside, since forward runs over them. */
static void
run_backward(struct bench *t, real *to[], struct val *const from[], int n)
{
	size_t bytes;
	int i;

	memcpy(t->weight, t->l.dy->data,
	    (size_t)val_count(t->l.dy) * sizeof(real));
	assert_int_equal(program_run(&t->p, PHASE_FORWARD, &t->step), 0);
	assert_int_equal(program_run(&t->p, PHASE_BACKWARD, &t->step), 0);
	for (i = 0; i < n; i++) {
		if (from[i] == NULL)
			continue;
		bytes = (size_t)val_count(from[i]) * sizeof(real);
		to[i] = arena_alloc(&t->arena, bytes, &err);
		memcpy(to[i], from[i]->data, bytes);
	}
}

/* The worst of all gradients of the layer. */
static double
worst_gradient(struct bench *t)
{
	real *dx[NODE_INPUTS_MAX], *grad[NODE_PARAMS_MAX];
	double worst = 0;
	int i;

	assert_true(val_count(t->l.dy) <= VALUES_MAX);
	run_backward(t, dx, t->l.dx, t->l.nx);
	run_backward(t, grad, t->l.grad, NODE_PARAMS_MAX);
	for (i = 0; i < t->l.nx; i++)
		worst = fmax(worst, worst_of(t, t->l.x[i], dx[i]));
	for (i = 0; i < NODE_PARAMS_MAX; i++)
		if (t->l.grad[i] != NULL)
			worst =
			    fmax(worst, worst_of(t, t->l.param[i], grad[i]));
	return worst;
}

static void
check_gradient(const char *operand, const struct kind *kind, int training)
{
	struct bench t;
	double worst;

	begin_like(&t, operand, kind);
	compile(&t, training);
	worst = worst_gradient(&t);
	if (worst > 1e-6)
		fail_msg("%s, %s: a gradient is off by %g", operand,
		    training ? "training" : "not training", worst);
	end(&t);
}

static const struct kind *
kind_of(const char *operand)
{
	char name[32];

	snprintf(
	    name, sizeof(name), "%.*s", (int)strcspn(operand, ",:"), operand);
	return kind_find(name);
}

static void
test_every_gradient_is_the_slope_of_its_layer(void **state)
{
	int i;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		if (kinds[i]->max_inputs == 0)
			continue;
		check_gradient(kinds[i]->example, kinds[i], 1);
		check_gradient(kinds[i]->example, kinds[i], 0);
	}
	for (i = 0; variants[i] != NULL; i++)
		check_gradient(variants[i], kind_of(variants[i]), 1);
}

/* Inputs of several shapes, and what becomes of them. */
static const struct {
	struct shape x[2], y;
} repeated[] = {
	{ { { 4, { 2, 3, 2, 4 } }, { 4, { 2, 1, 1, 4 } } },
	    { 4, { 2, 3, 2, 4 } } },
	{ { { 4, { 2, 3, 2, 1 } }, { 4, { 2, 1, 1, 4 } } },
	    { 4, { 2, 3, 2, 4 } } },
	{ { { 4, { 2, 3, 1, 4 } }, { 4, { 2, 1, 5, 1 } } },
	    { 4, { 2, 3, 5, 4 } } },
	{ { { 2, { 2, 4 } }, { 4, { 2, 3, 2, 4 } } }, { 4, { 2, 3, 2, 4 } } },
	{ { { 5, { 2, 1, 3, 1, 2 } }, { 2, { 2, 1 } } },
	    { 5, { 2, 1, 3, 1, 2 } } },
	{ { { 3, { 2, 1, 1 } }, { 3, { 2, 1, 1 } } }, { 3, { 2, 1, 1 } } },
	{ { { 3, { 1, 1, 70 } }, { 3, { 1, 3, 1 } } }, { 3, { 1, 3, 70 } } },
};

static void
test_products_repeat_dims_of_one(void **state)
{
	struct bench t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(repeated) / sizeof(*repeated); i++) {
		begin(&t, "multiply", repeated[i].x, 2);
		assert_true(shape_equal(&t.l.y_shape, &repeated[i].y));
		compile(&t, 1);
		assert_true(worst_gradient(&t) < 1e-6);
		end(&t);
	}
}

/* Negative control: a tanh whose slope forgets the square. */
static void
wrong_backward(
    const void *conf, real *dx, const real *dy, const real *y, int64_t n)
{
	int64_t i;

	(void)conf;
	for (i = 0; i < n; i++)
		dx[i] = (1 - y[i]) * dy[i];
}

static void
test_a_wrong_derivative_is_noticed(void **state)
{
	struct elt elt = *kind_find("tanh")->elt;
	struct kind wrong = *kind_find("tanh");
	struct bench t;

	(void)state;
	elt.backward = wrong_backward;
	wrong.elt = &elt;
	begin_like(&t, "tanh", &wrong);
	t.l.kind = &wrong;
	compile(&t, 1);
	assert_true(worst_gradient(&t) > 1e-2);
	end(&t);
}

/* Negative control: a parameter's gradient that is missing a sample. */
static void
test_a_wrong_parameter_gradient_is_noticed(void **state)
{
	real *grad[NODE_PARAMS_MAX];
	struct bench t;

	(void)state;
	begin_like(&t, "dense:3", kind_find("dense"));
	compile(&t, 1);
	run_backward(&t, grad, t.l.grad, NODE_PARAMS_MAX);
	grad[0][1] -= t.l.x[0]->data[0] * t.l.dy->data[1];
	assert_true(worst_of(&t, t.l.param[0], grad[0]) > 1e-3);
	end(&t);
}

static void
test_shapes_are_those_announced(void **state)
{
	struct bench t;
	int i, k;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		begin_like(&t, kinds[i]->example, kinds[i]);
		assert_true(t.l.y_shape.dim[0] == t.p.n);
		if (kinds[i]->max_inputs > 0) {
			compile(&t, 1);
			assert_true(shape_equal(&t.l.y->shape, &t.l.y_shape));
		}
		for (k = 0; k < t.l.nx; k++)
			assert_true(
			    shape_equal(&t.l.dx[k]->shape, &t.l.x_shape[k]));
		for (k = 0; k < NODE_PARAMS_MAX; k++) {
			if (t.l.param_shape[k].rank < 0)
				continue;
			assert_non_null(kinds[i]->param[k]);
			assert_non_null(t.l.param_init[k]);
		}
		end(&t);
	}
}

static void
test_every_kind_is_complete(void **state)
{
	int i;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		const struct kind *k = kinds[i];

		assert_ptr_equal(kind_find(k->name), k);
		if (k->alias != NULL)
			assert_ptr_equal(kind_find(k->alias), k);
		assert_true(strlen(k->help) > 0);
		assert_non_null(k->since);
		assert_true(strncmp(k->example, k->name, strlen(k->name)) == 0);
		assert_true(k->example_x.rank > 0);
	}
	assert_null(kind_find("no such kind"));
}

static void
test_settings_go_round_and_bad_ones_are_named(void **state)
{
	int i;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		const struct kind *k = kinds[i];

		check_round_trip(k->name, k->attrs, k->conf_size, k->example);
		check_refusals(k->name, k->attrs, k->conf_size);
	}
}

/* What does not fit is refused in words that name it. */
static const struct {
	const char *kind;
	struct setting setting; /* one, or none */
	int nx;
	struct shape x[3];
	const char *says;
} refusals[] = {
	{ "conv9d", { 0 }, 1, { { 2, { 2, 4 } } }, "conv9d" },
	{ "dense", { 0 }, 1, { { 2, { 2, 4 } } }, "units" },
	{ "dense", { "units", ATTR_INT, 0, 0, NULL, { 0 } }, 1,
	    { { 2, { 2, 4 } } }, "units" },
	{ "dense", { "unit", ATTR_INT, 3, 0, NULL, { 0 } }, 1,
	    { { 2, { 2, 4 } } }, "units" },
	{ "dense", { "units", ATTR_INT, 3, 0, NULL, { 0 } }, 1,
	    { { 1, { 2 } } }, "rank" },
	{ "dense", { "units", ATTR_INT, 3, 0, NULL, { 0 } }, 2,
	    { { 2, { 2, 4 } }, { 2, { 2, 4 } } }, "1 input" },
	{ "reshape", { "shape", ATTR_SHAPE, 0, 0, NULL, { 2, { 2, 2 } } }, 1,
	    { { 2, { 2, 5 } } }, "2x2" },
	{ "dropout", { "rate", ATTR_REAL, 0, 1, NULL, { 0 } }, 1,
	    { { 2, { 2, 5 } } }, "rate" },
	{ "add", { 0 }, 2, { { 2, { 2, 5 } }, { 2, { 2, 6 } } }, "6" },
	{ "add", { 0 }, 1, { { 2, { 2, 5 } } }, "2 to" },
	{ "average", { 0 }, 3,
	    { { 2, { 2, 5 } }, { 2, { 2, 5 } }, { 2, { 2, 6 } } },
	    "number 3 is 6" },
	{ "average", { 0 }, 1, { { 2, { 2, 5 } } }, "2 to" },
	{ "concat", { 0 }, 2, { { 3, { 2, 5, 1 } }, { 3, { 2, 6, 1 } } },
	    "6x1" },
	{ "conv2d", { 0 }, 1, { { 4, { 2, 5, 5, 1 } } }, "filters" },
	{ "conv2d", { "filters", ATTR_INT, 3, 0, NULL, { 0 } }, 1,
	    { { 4, { 2, 5, 5, 1 } } }, "kernel" },
	{ "depthwise_conv2d",
	    { "kernel", ATTR_SHAPE, 0, 0, NULL, { 1, { 3 } } }, 1,
	    { { 2, { 2, 5 } } }, "height x width" },
	{ "depthwise_conv2d",
	    { "kernel", ATTR_SHAPE, 0, 0, NULL, { 1, { 3 } } }, 1,
	    { { 4, { 2, 2, 5, 1 } } }, "larger than the height of 2" },
	{ "depthwise_conv2d",
	    { "kernel", ATTR_SHAPE, 0, 0, NULL, { 3, { 1, 1, 1 } } }, 1,
	    { { 4, { 2, 5, 5, 1 } } }, "kernel" },
	{ "depthwise_conv2d",
	    { "kernel", ATTR_SHAPE, 0, 0, NULL, { 1, { 0 } } }, 1,
	    { { 4, { 2, 5, 5, 1 } } }, "kernel" },
	{ "max_pool2d", { 0 }, 1, { { 2, { 2, 5 } } }, "pictures" },
	{ "max_pool2d", { 0 }, 1, { { 4, { 2, 1, 5, 3 } } }, "height of 1" },
	{ "max_pool2d", { "size", ATTR_SHAPE, 0, 0, NULL, { 3, { 1, 1, 1 } } },
	    1, { { 4, { 2, 3, 3, 1 } } }, "size: is one" },
	{ "max_pool2d", { "pad", ATTR_WORD, 0, 0, "2", { 0 } }, 1,
	    { { 4, { 2, 5, 5, 3 } } }, "nothing in them" },
	{ "avg_pool2d", { "pad", ATTR_WORD, 0, 0, "some", { 0 } }, 1,
	    { { 4, { 2, 5, 5, 3 } } }, "pad" },
	{ "global_avg_pool", { 0 }, 1, { { 3, { 2, 5, 5 } } }, "pictures" },
	{ "batch_norm", { 0 }, 1, { { 1, { 2 } } }, "rank" },
	{ "batch_norm", { "momentum", ATTR_REAL, 0, 2, NULL, { 0 } }, 1,
	    { { 2, { 2, 4 } } }, "momentum" },
	{ "group_norm", { 0 }, 1, { { 4, { 2, 3, 3, 48 } } }, "divide the 48" },
	{ "zero_padding",
	    { "size", ATTR_SHAPE, 0, 0, NULL, { 3, { 1, 1, 1 } } }, 1,
	    { { 4, { 2, 3, 3, 1 } } }, "not 3 numbers" },
	{ "cropping", { "size", ATTR_SHAPE, 0, 0, NULL, { 2, { 1, 2 } } }, 1,
	    { { 4, { 2, 3, 4, 1 } } }, "nothing of the width" },
	{ "upsample", { "size", ATTR_SHAPE, 0, 0, NULL, { 3, { 2, 2, 2 } } }, 1,
	    { { 4, { 2, 3, 4, 1 } } }, "not 3 numbers" },
	{ "upsample", { "interpolation", ATTR_WORD, 0, 0, "cubic", { 0 } }, 1,
	    { { 4, { 2, 3, 4, 1 } } }, "interpolation" },
	{ "multiply", { 0 }, 2, { { 2, { 2, 5 } }, { 2, { 2, 6 } } }, "6" },
	{ "prelu", { "shared", ATTR_WORD, 0, 0, "rows", { 0 } }, 1,
	    { { 2, { 2, 5 } } }, "shared" },
	{ "relu", { "slope", ATTR_REAL, 0, 1, NULL, { 0 } }, 1,
	    { { 2, { 2, 5 } } }, "slope" },
};

static void
test_what_does_not_fit_is_refused_by_name(void **state)
{
	struct arena arena = { 0 };
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		struct setting s = refusals[i].setting;
		struct node node = { .name = "hero",
			.kind = refusals[i].kind,
			.settings = { s.name != NULL, &s } };
		struct layer l = { .nx = refusals[i].nx };

		err_clear(&err);
		for (k = 0; k < l.nx; k++)
			l.x_shape[k] = refusals[i].x[k];
		if (layer_open(&l, &node, &arena, ERR_USAGE, &err) == 0)
			fail_msg("row %d: %s is taken", (int)i, node.kind);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, "hero"));
		if (strstr(err.text, refusals[i].says) == NULL)
			fail_msg(
			    "'%s' does not say %s", err.text, refusals[i].says);
	}
	err_clear(&err);
	arena_free(&arena);
}

/* Dropped numbers are zero, the others grow, and the share is near the rate;
   not training, nothing happens. */
static void
test_dropout_drops_its_share(void **state)
{
	struct kind wide = *kind_find("dropout");
	struct bench t;
	int64_t i, zeros = 0, n;

	(void)state;
	wide.example_x = (struct shape){ 2, { 50, 200 } };
	begin_like(&t, "dropout:0.3", &wide);
	compile(&t, 1);
	assert_int_equal(program_run(&t.p, PHASE_FORWARD, &t.step), 0);
	n = val_count(t.l.y);
	for (i = 0; i < n; i++) {
		double y = (double)t.l.y->data[i];

		zeros += y == 0;
		assert_true(y == 0 ||
		    distance(y, (double)t.l.x[0]->data[i] / 0.7) < 1e-12);
	}
	assert_true(fabs((double)zeros / (double)n - 0.3) < 0.02);
	end(&t);
	begin_like(&t, "dropout:0.3", &wide);
	compile(&t, 0);
	assert_int_equal(program_run(&t.p, PHASE_FORWARD, &t.step), 0);
	assert_memory_equal(
	    t.l.y->data, t.l.x[0]->data, (size_t)n * sizeof(real));
	end(&t);
}

/* Of equal numbers the first has the gradient, and NaN is the largest. */
static void
test_the_first_of_equals_has_the_gradient(void **state)
{
	static const real x[] = { 1, 2, 2, 2 }, dx[] = { 0, 1, 0, 0 };
	struct shape shape = { 4, { 1, 2, 2, 1 } };
	struct bench t;

	(void)state;
	begin(&t, "max_pool2d", &shape, 1);
	compile(&t, 1);
	memcpy(t.l.x[0]->data, x, sizeof(x));
	t.l.dy->data[0] = 1;
	assert_int_equal(program_run(&t.p, PHASE_FORWARD, &t.step), 0);
	assert_int_equal(program_run(&t.p, PHASE_BACKWARD, &t.step), 0);
	assert_true(t.l.y->data[0] == 2);
	assert_memory_equal(t.l.dx[0]->data, dx, sizeof(dx));
	t.l.x[0]->data[0] = (real)NAN;
	assert_int_equal(program_run(&t.p, PHASE_FORWARD, &t.step), 0);
	assert_true(isnan(t.l.y->data[0]));
	end(&t);
}

/* A batch of the kind's example with n samples in front, of which `count`
   count: the others have no gradient. */
static void
run_part(struct bench *t, const struct kind *kind, int64_t n, int count)
{
	struct kind like = *kind;
	int64_t i, each;

	like.example_x.dim[0] = n;
	begin_like(t, kind->example, &like);
	compile(t, 1);
	each = val_count(t->l.dy) / t->l.dy->shape.dim[0];
	for (i = count * each; i < n * each; i++)
		t->l.dy->data[i] = 0;
	t->step.n = count;
	assert_int_equal(program_run(&t->p, PHASE_FORWARD, &t->step), 0);
	assert_int_equal(program_run(&t->p, PHASE_BACKWARD, &t->step), 0);
}

static void
begins_like(const struct kind *k, const struct val *a, const struct val *b)
{
	int64_t i;

	for (i = 0; i < val_count(b); i++)
		if (distance((double)a->data[i], (double)b->data[i]) > 1e-12)
			fail_msg("%s: number %d is %g, not %g", k->name, (int)i,
			    (double)a->data[i], (double)b->data[i]);
}

static void
test_samples_that_do_not_count_leave_no_trace(void **state)
{
	struct bench part, whole;
	int64_t n;
	int i, k;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		if (kinds[i]->max_inputs == 0)
			continue;
		n = kinds[i]->example_x.dim[0];
		run_part(&part, kinds[i], n + 1, (int)n);
		run_part(&whole, kinds[i], n, (int)n);
		begins_like(kinds[i], part.l.y, whole.l.y);
		for (k = 0; k < whole.l.nx; k++)
			begins_like(kinds[i], part.l.dx[k], whole.l.dx[k]);
		for (k = 0; k < NODE_PARAMS_MAX; k++)
			if (whole.l.grad[k] != NULL)
				begins_like(
				    kinds[i], part.l.grad[k], whole.l.grad[k]);
		end(&part);
		end(&whole);
	}
}

/* Far from zero nothing overflows, and what is not a number stays so. */
static void
test_activations_keep_their_head(void **state)
{
	static const real far[] = { REAL_C(-1000.), REAL_C(1000.), 0,
		REAL_C(-50.), REAL_C(50.) };
	const real none = (real)NAN;
	char conf[64];
	real y[5], dx[5], one[] = { 1, 1, 1, 1, 1 };
	int i, k;

	(void)state;
	for (i = 0; kinds[i] != NULL; i++) {
		const struct elt *e = kinds[i]->elt;

		if (e == NULL)
			continue;
		attr_defaults(kinds[i]->attrs != NULL
			? kinds[i]->attrs
			: (const struct attr[]){ { 0 } },
		    conf);
		e->forward(conf, y, far, 5);
		e->backward(conf, dx, one, e->from_y ? y : far, 5);
		for (k = 0; k < 5; k++)
			if (!isfinite(y[k]) || !isfinite(dx[k]))
				fail_msg("%s of %g: %g, slope %g", e->name,
				    (double)far[k], (double)y[k],
				    (double)dx[k]);
		e->forward(conf, y, &none, 1);
		if (!isnan(y[0]))
			fail_msg("%s makes a number of nothing", e->name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_gradient_is_the_slope_of_its_layer),
		cmocka_unit_test(test_products_repeat_dims_of_one),
		cmocka_unit_test(test_a_wrong_derivative_is_noticed),
		cmocka_unit_test(test_a_wrong_parameter_gradient_is_noticed),
		cmocka_unit_test(test_shapes_are_those_announced),
		cmocka_unit_test(test_every_kind_is_complete),
		cmocka_unit_test(test_settings_go_round_and_bad_ones_are_named),
		cmocka_unit_test(test_what_does_not_fit_is_refused_by_name),
		cmocka_unit_test(test_dropout_drops_its_share),
		cmocka_unit_test(test_the_first_of_equals_has_the_gradient),
		cmocka_unit_test(test_samples_that_do_not_count_leave_no_trace),
		cmocka_unit_test(test_activations_keep_their_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
