/* Deltas: with their base they are the whole model again, and they take no
   other for it. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fmt-sample.h"
#include "model.h"
#include "spoilt.h"

static struct sample s; /* the base; what is tuned is a copy of it */
static struct arena arena;
static struct err err;
static struct fmt_model base, tuned, m;
static float moved[4] = { 5, 6, 7, 8 };

static const uint8_t *
written(struct fmt_model *model, size_t *n)
{
	const uint8_t *bytes = sample_bytes(model, n, &arena, &err);

	if (bytes == NULL)
		fail_msg("%s", err.text);
	return bytes;
}

static void
read_back(struct fmt_model *to, struct fmt_model *from)
{
	size_t n = 0;
	const uint8_t *bytes = written(from, &n);

	if (fmt_parse(to, bytes, n, &arena, &err) < 0)
		fail_msg("%s", err.text);
}

static int
setup(void **state)
{
	(void)state;
	err_clear(&err);
	sample_full(&s);
	read_back(&base, &s.m);
	tuned = s.m;
	if (graph_copy(&tuned.graph, &s.m.graph, &arena, &err) < 0)
		return -1;
	tuned.graph.nodes[1].params[1].value.data = moved;
	tuned.graph.nodes[2].params[1].frozen = 1;
	return s.err.code;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	arena_free(&s.arena);
	return 0;
}

static void
make_delta(void)
{
	struct graph g = tuned.graph;

	assert_int_equal(graph_copy(&tuned.graph, &g, &arena, &err), 0);
	fmt_leave_out(&tuned, &base.graph, base.weights_id);
}

static void
test_with_its_base_it_is_the_whole(void **state)
{
	size_t n = 0, whole_n = 0;
	const uint8_t *whole = written(&tuned, &whole_n);

	(void)state;
	make_delta();
	read_back(&m, &tuned);
	assert_true(fmt_is_delta(&m));
	assert_string_equal(m.base_id, base.weights_id);
	assert_int_equal(fmt_check(&m, NULL, NULL, &err), 0);
	assert_int_equal(fmt_complete(&m, &base, &err), 0);
	assert_false(fmt_is_delta(&m));
	assert_string_equal(m.graph.nodes[1].params[0].name, "bias");
	assert_int_equal(m.graph.nodes[2].params[1].role, ROLE_STATISTIC);
	assert_memory_equal(written(&m, &n), whole, whole_n);
	assert_int_equal(n, whole_n);
}

static const struct h5_object *
weights_of(const struct fmt_model *model)
{
	return h5_find(model->map->root, "weights");
}

static void
test_no_memory_is_an_error(void **state)
{
	int fd = open("/dev/null", O_WRONLY);
	int rc = -1;
	long i;

	(void)state;
	make_delta();
	for (i = 1; rc < 0; i++) {
		err_clear(&err);
		memory_fail_after(i);
		rc = fmt_write(&tuned, fd, &err);
		memory_fail_after(0);
		if (rc < 0)
			assert_int_equal(err.code, ERR_IO);
	}
	assert_in_range(i, 300, 100000);
	close(fd);
}

static void
test_it_holds_what_differs_alone(void **state)
{
	(void)state;
	make_delta();
	read_back(&m, &tuned);
	assert_int_equal(weights_of(&m)->nlinks, 1);
	assert_non_null(h5_find(
	    h5_find(h5_find(weights_of(&m), "enc"), "dense_1"), "bias"));
	assert_string_not_equal(m.weights_id, base.weights_id);
}

static void
test_what_has_another_shape_differs(void **state)
{
	static const float long_one[16];
	struct tensor *t;

	(void)state;
	make_delta();
	t = &tuned.graph.nodes[2].params[0].value;
	t->shape.dim[0] = 4;
	t->data = (void *)(uintptr_t)long_one;
	make_delta();
	read_back(&m, &tuned);
	assert_int_equal(weights_of(&m)->nlinks, 2);
	assert_int_equal(fmt_complete(&m, &base, &err), 0);
	assert_int_equal(m.graph.nodes[2].params[0].value.shape.dim[0], 4);
}

static void
test_nothing_may_differ(void **state)
{
	(void)state;
	tuned.graph.nodes[1].params[1].value.data = s.bias;
	make_delta();
	read_back(&m, &tuned);
	assert_null(weights_of(&m));
	assert_int_equal(fmt_complete(&m, &base, &err), 0);
	assert_memory_equal(
	    m.graph.nodes[1].params[0].value.data, s.bias, sizeof(s.bias));
}

static void
test_another_base_is_refused(void **state)
{
	struct fmt_model other;

	(void)state;
	make_delta();
	read_back(&m, &tuned);
	s.bias[0] = 77;
	read_back(&other, &s.m);
	assert_int_equal(fmt_complete(&m, &other, &err), -1);
	assert_int_equal(err.code, ERR_MODEL);
	assert_non_null(
	    strstr(err.text, arena_text_n(&arena, base.weights_id, 12, &err)));
	assert_non_null(
	    strstr(err.text, arena_text_n(&arena, other.weights_id, 12, &err)));
	assert_true(fmt_is_delta(&m));
}

/* Documents that lie, and what is said of them. */
static const char *
refusal(const char *base_id, const char *tensors, const char *features)
{
	struct h5_object *root, *d;
	uint64_t bytes;
	size_t n = 0;
	uint8_t *file;

	err_clear(&err);
	root = tree_of_model(&tuned, NULL, &bytes, &arena, &err);
	assert_non_null(root);
	d = h5_find(root, "delta");
	if (tensors != NULL) {
		d->data = arena_printf(&arena, &err,
		    "{\"base\":\"%s\",\"tensors\":[%s],\"version\":1}", base_id,
		    tensors);
		d->bytes = strlen(d->data);
		d->shape.dim[0] = (int64_t)d->bytes;
	}
	h5_put_text(root, "features_required", features, &arena, &err);
	assert_int_equal(spoilt_sign(root, &arena, &err), 0);
	file = spoilt_bytes(root, &n, &arena, &err);
	assert_non_null(file);
	err_clear(&err);
	if (fmt_parse(&m, file, n, &arena, &err) == 0)
		return "accepted";
	assert_int_equal(err.code, ERR_MODEL);
	return err.text;
}

static void
says(const char *text, const char *what)
{
	if (strstr(text, what) == NULL)
		fail_msg("'%s' does not say '%s'", text, what);
}

static void
test_a_document_that_lies_is_refused(void **state)
{
	const char *id = base.weights_id;

	(void)state;
	make_delta();
	says(refusal(id, NULL, "delta"), "accepted");
	says(refusal(id, NULL, ""), "features_required");
	says(refusal("12", "", "delta"), "/delta: base: is no weights_id");
	says(refusal(id, "7", "delta"), "not a list of names in order");
	says(refusal(id, "\"enc-2/b\",\"enc-2/a\"", "delta"), "in order");
	says(refusal(id, "\"enc-2/a\",\"enc-2/a\"", "delta"), "in order");
	says(refusal(id, "\"a\"", "delta"), "no layer of 'a'");
	says(refusal(id, "\"nobody/kernel\"", "delta"), "'nobody/kernel'");
	says(
	    refusal(id, "\"enc/dense_1/bias\"", "delta"), "two tensors 'bias'");
	/* The optimizer and /frozen speak of a tensor that nobody has. */
	says(refusal(id, "", "delta"), "/frozen: tensors: no 'enc");
}

static void
test_what_the_base_lacks_is_named(void **state)
{
	(void)state;
	make_delta();
	says(refusal(base.weights_id,
		 "\"enc-2/gamma\",\"enc-2/kernel\",\"enc-2/moving_mean\","
		 "\"enc-2/scale\",\"enc/dense_1/kernel\"",
		 "delta"),
	    "accepted");
	assert_int_equal(fmt_complete(&m, &base, &err), -1);
	says(err.text, "layer 'enc-2': the base has no tensor 'gamma'");
}

static void
test_a_whole_model_has_no_such_document(void **state)
{
	struct h5_object *root;
	uint64_t bytes;

	(void)state;
	root = tree_of_model(&tuned, NULL, &bytes, &arena, &err);
	assert_null(h5_find(root, "delta"));
	assert_string_equal(
	    h5_need_text(root, "features_required", &arena, &err), "");
}

static float *
numbers(float first)
{
	float *at = arena_slab(&arena, 4 * sizeof(*at), &err);

	assert_non_null(at);
	at[0] = first;
	return at;
}

/* A tensor more of one layer of a model. */
static struct tensor *
add(struct fmt_model *to, int layer, const char *name, enum role role,
    int64_t n, float *at)
{
	struct shape shape = { 1, { n } };
	struct param *p = node_param(
	    &to->graph.nodes[layer], name, role, DTYPE_F32, &shape, &err);

	assert_non_null(p);
	p->value.data = at;
	return &p->value;
}

/* A model whose own graph may be changed. */
static void
own(struct fmt_model *model)
{
	struct graph g = model->graph;

	assert_int_equal(graph_copy(&model->graph, &g, &arena, &err), 0);
}

static void
test_what_the_base_has_not_is_in_it(void **state)
{
	struct shape four = { 1, { 4 } };
	struct node *n;
	int i;

	(void)state;
	own(&base);
	add(&base, 2, "odd", ROLE_PARAMETER, 4, numbers(1));
	add(&tuned, 2, "odd", ROLE_STATISTIC, 4, numbers(1));
	add(&base, 2, "bits", ROLE_PARAMETER, 4, numbers(1));
	add(&tuned, 2, "bits", ROLE_PARAMETER, 4, numbers(1))->dtype =
	    DTYPE_I32;
	add(&tuned, 2, "new", ROLE_PARAMETER, 4, numbers(2));
	n = graph_append(&tuned.graph, "newer", "dense", ERR_BUG, &err);
	n->inputs[0] = 2;
	n->ninputs = 1;
	tuned.graph.outputs[0] = 3;
	node_param(n, "kernel", ROLE_PARAMETER, DTYPE_F32, &four, &err)
	    ->value.data = numbers(3);
	make_delta();
	read_back(&m, &tuned);
	assert_non_null(h5_at(weights_of(&m), "enc-2/odd"));
	assert_non_null(h5_at(weights_of(&m), "enc-2/bits"));
	assert_non_null(h5_at(weights_of(&m), "enc-2/new"));
	assert_non_null(h5_at(weights_of(&m), "newer/kernel"));
	assert_null(h5_at(weights_of(&m), "enc-2/scale"));
	i = graph_find(&m.graph, "newer");
	assert_true(*(float *)m.graph.nodes[i].params[0].value.data == 3);
}

/* What has no numbers yet, or none at all, is compared with nothing. */
static void
test_only_numbers_that_are_there_are_left_out(void **state)
{
	struct tensor *none, *first, *second;

	(void)state;
	own(&base);
	add(&base, 2, "none", ROLE_PARAMETER, 0, NULL);
	none = add(&tuned, 2, "none", ROLE_PARAMETER, 0, NULL);
	add(&base, 2, "first", ROLE_PARAMETER, 4, NULL);
	first = add(&tuned, 2, "first", ROLE_PARAMETER, 4, numbers(1));
	add(&base, 2, "huge", ROLE_PARAMETER, INT64_MAX, numbers(1));
	second = add(&tuned, 2, "huge", ROLE_PARAMETER, INT64_MAX, numbers(1));
	fmt_leave_out(&tuned, &base.graph, base.weights_id);
	assert_non_null(first->data);
	assert_non_null(second->data);
	assert_false(tensor_left_out(none));
	second->shape.dim[0] = 4;
	read_back(&m, &tuned);
	assert_non_null(h5_at(weights_of(&m), "enc-2/none"));
	assert_non_null(h5_at(weights_of(&m), "enc-2/first"));
}

/* Its own tensors come first when it is read. */
static void
test_tensors_of_a_layer_are_in_order_again(void **state)
{
	size_t n = 0, whole_n = 0;
	const uint8_t *whole;
	const struct node *node;

	(void)state;
	tuned.graph.nodes[1].params[1].value.data = s.bias;
	tuned.graph.nodes[2].params[2].value.data = numbers(1);
	whole = written(&tuned, &whole_n);
	make_delta();
	read_back(&m, &tuned);
	node = &m.graph.nodes[2];
	assert_string_equal(node->params[0].name, "scale");
	assert_int_equal(fmt_complete(&m, &base, &err), 0);
	assert_string_equal(node->params[0].name, "kernel");
	assert_string_equal(node->params[1].name, "moving_mean");
	assert_string_equal(node->params[2].name, "scale");
	assert_memory_equal(written(&m, &n), whole, whole_n);
	assert_int_equal(n, whole_n);
}

/* The base once more, its weights left for later. */
static void
read_for_later(struct fmt_model *to)
{
	struct fmt_source source = { .later = FMT_WEIGHTS };
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fmt_write(&s.m, fileno(f), &err), 0);
	rewind(f);
	source.fd = fileno(f);
	if (fmt_read(to, &source, &arena, &err) < 0)
		fail_msg("%s", err.text);
	fclose(f);
}

static void
test_numbers_that_are_not_verified_are_no_base(void **state)
{
	struct fmt_model unverified;

	(void)state;
	read_for_later(&unverified);
	fmt_leave_out(&tuned, &unverified.graph, unverified.weights_id);
	for (int i = 0; i < tuned.graph.nnodes; i++)
		for (int k = 0; k < tuned.graph.nodes[i].nparams; k++)
			assert_non_null(
			    tuned.graph.nodes[i].params[k].value.data);
	make_delta();
	read_back(&m, &tuned);
	assert_int_equal(fmt_complete(&m, &unverified, &err), -1);
	assert_int_equal(err.code, ERR_BUG);
	says(err.text, "kernel: the base is not verified");
	assert_true(fmt_is_delta(&m));
	err_clear(&err);
	assert_int_equal(fmt_verify(&unverified, FMT_WEIGHTS, &err), 0);
	assert_int_equal(fmt_complete(&m, &unverified, &err), 0);
	fmt_close(&unverified);
}

/* A delta of a delta is that of no whole model. */
static void
test_a_delta_is_no_base(void **state)
{
	struct fmt_model second;

	(void)state;
	make_delta();
	read_back(&m, &tuned);
	fmt_leave_out(&tuned, &base.graph, m.weights_id);
	read_back(&second, &tuned);
	assert_string_equal(second.base_id, m.weights_id);
	assert_int_equal(fmt_complete(&second, &m, &err), -1);
	assert_int_equal(err.code, ERR_MODEL);
	says(err.text, "its base is a delta, no whole model [format 1: 8.12]");
	assert_true(fmt_is_delta(&second));
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_with_its_base_it_is_the_whole),
		TEST(test_it_holds_what_differs_alone),
		TEST(test_no_memory_is_an_error),
		TEST(test_what_has_another_shape_differs),
		TEST(test_nothing_may_differ),
		TEST(test_another_base_is_refused),
		TEST(test_a_document_that_lies_is_refused),
		TEST(test_what_the_base_lacks_is_named),
		TEST(test_a_whole_model_has_no_such_document),
		TEST(test_what_the_base_has_not_is_in_it),
		TEST(test_only_numbers_that_are_there_are_left_out),
		TEST(test_tensors_of_a_layer_are_in_order_again),
		TEST(test_numbers_that_are_not_verified_are_no_base),
		TEST(test_a_delta_is_no_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
