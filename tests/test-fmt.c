/* Models written and read: everything comes back, the same bytes every time. */
#include <config.h>

#include "fmt-fixture.h"

/* The bytes of the sample, read back into m. */
static const uint8_t *
round_trip(size_t *n)
{
	const uint8_t *bytes = sample_bytes(&s.m, n, &arena, &err);

	assert_non_null(bytes);
	if (fmt_parse(&m, bytes, *n, &arena, &err) < 0)
		fail_msg("%s", err.text);
	return bytes;
}

static void
assert_tensor(const struct tensor *a, const struct tensor *b)
{
	size_t n = 0;

	assert_int_equal(a->dtype, b->dtype);
	assert_true(shape_equal(&a->shape, &b->shape));
	assert_int_equal(tensor_bytes(a, &n, &err), 0);
	assert_memory_equal(a->data, b->data, n);
}

static void
assert_params(const struct node *x, const struct node *y)
{
	int i;

	assert_int_equal(x->nparams, y->nparams);
	for (i = 0; i < x->nparams; i++) {
		const struct param *p = &x->params[i];
		const struct param *q = node_param_find(y, p->name);

		assert_non_null(q);
		assert_int_equal(p->role, q->role);
		assert_int_equal(p->frozen, q->frozen);
		assert_tensor(&p->value, &q->value);
	}
}

static void
test_graph_comes_back(void **state)
{
	size_t n = 0;
	int i;

	(void)state;
	round_trip(&n);
	assert_string_equal(m.graph.task, "classify");
	assert_int_equal(m.graph.nnodes, s.m.graph.nnodes);
	assert_int_equal(m.graph.ninputs, 1);
	assert_int_equal(m.graph.noutputs, 1);
	assert_int_equal(m.graph.outputs[0], 2);
	for (i = 0; i < m.graph.nnodes; i++) {
		const struct node *x = &s.m.graph.nodes[i];
		const struct node *y = &m.graph.nodes[i];

		assert_string_equal(x->name, y->name);
		assert_string_equal(x->kind, y->kind);
		assert_int_equal(x->ninputs, y->ninputs);
		assert_int_equal(x->inputs[0], y->inputs[0]);
		assert_int_equal(x->frozen, y->frozen);
		assert_int_equal(x->tag != NULL, y->tag != NULL);
		assert_params(x, y);
	}
	assert_string_equal(m.graph.nodes[2].tag, "head");
	assert_int_equal(m.graph.nodes[0].settings.n, 1);
	assert_int_equal(m.graph.nodes[0].settings.at[0].shape.dim[1], 28);
}

static void
test_everything_else_comes_back(void **state)
{
	size_t n = 0;
	int i;

	(void)state;
	round_trip(&n);
	assert_int_equal(m.nlabels, 3);
	for (i = 0; i < 3; i++)
		assert_string_equal(m.labels[i], s.m.labels[i]);
	assert_string_equal(m.optimizer.name, "adam");
	assert_int_equal(m.optimizer_step, 1875);
	assert_int_equal(m.optimizer.settings.n, 2);
	assert_int_equal(m.nslots, 2);
	for (i = 0; i < 2; i++) {
		assert_string_equal(m.slots[i].layer, "enc/dense_1");
		assert_string_equal(m.slots[i].param, "bias");
		assert_string_equal(m.slots[i].name, s.slots[i].name);
		assert_tensor(&m.slots[i].value, &s.slots[i].value);
	}
	assert_int_equal(m.nalternates, 1);
	assert_string_equal(m.alternates[0].name, "best");
	assert_string_equal(m.alternates[0].layer, "enc/dense_1");
	assert_string_equal(m.alternates[0].param, "bias");
	assert_int_equal(m.nmetrics, 2);
	assert_string_equal(m.history[0].name, "loss");
	assert_memory_equal(m.history[0].value, s.loss, sizeof(s.loss));
	assert_int_equal(m.history[1].n, 0);
	assert_string_equal(json_print(m.training, &arena, &err),
	    json_print(s.m.training, &arena, &err));
	assert_string_equal(json_print(m.preprocessing, &arena, &err),
	    json_print(s.m.preprocessing, &arena, &err));
	assert_string_equal(json_print(m.lineage, &arena, &err),
	    json_print(s.m.lineage, &arena, &err));
	assert_string_equal(json_print(m.about, &arena, &err),
	    json_print(s.m.about, &arena, &err));
	assert_string_equal(m.features_optional, "future-thing");
}

static void
test_tied_weights_are_stored_once(void **state)
{
	const struct param *first, *second;
	size_t n = 0;

	(void)state;
	round_trip(&n);
	first = node_param_find(&m.graph.nodes[1], "kernel");
	second = node_param_find(&m.graph.nodes[2], "kernel");
	assert_ptr_equal(first->value.data, second->value.data);
	assert_int_equal((uintptr_t)first->value.data % 64, 0);
}

static void
test_same_model_gives_same_bytes(void **state)
{
	size_t n = 0, again_n = 0;
	const uint8_t *bytes = round_trip(&n);
	const uint8_t *again = sample_bytes(&m, &again_n, &arena, &err);

	(void)state;
	assert_non_null(again);
	assert_int_equal(n, again_n);
	assert_memory_equal(bytes, again, n);
	assert_int_equal(fmt_check(&m, NULL, NULL, &err), 0);
}

/* A file of format 0.1, never changed. */
static const char *
golden(void)
{
	static char path[1024];
	const char *source = getenv("srcdir");

	snprintf(path, sizeof(path), "%s/tests/golden/model-0.1.h5nn",
	    source != NULL ? source : ".");
	return path;
}

/* It is read as what it was; the same model has still the same ids. */
static void
test_golden_file_is_read(void **state)
{
	size_t n = 0;

	(void)state;
	if (fmt_open(&m, golden(), &arena, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(m.content_id,
	    "7c876f5ed07005bc381c95e21f822b9a"
	    "d97f90b60f60e04c6aa8b9e759d69b24");
	assert_string_equal(m.state_id,
	    "6eef8250626fcc24e35bce3ebcdbef95"
	    "c95e71f0857fe77edf1fc1e46ace70c7");
	assert_int_equal(fmt_check(&m, NULL, NULL, &err), 0);
	assert_int_equal(m.format_major, 0);
	assert_int_equal(m.format_minor, 1);
	s.m.about = NULL; /* which is younger */
	assert_non_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_string_equal(s.m.state_id, m.state_id);
	assert_int_equal(n, m.file_bytes);
}

static void
test_bare_model_is_small(void **state)
{
	struct sample bare;
	const uint8_t *bytes;
	size_t n = 0;

	(void)state;
	sample_bare(&bare);
	bytes = sample_bytes(&bare.m, &n, &arena, &err);
	assert_non_null(bytes);
	assert_int_equal(fmt_parse(&m, bytes, n, &arena, &err), 0);
	assert_int_equal(m.graph.nnodes, 2);
	assert_null(m.graph.task);
	assert_null(m.optimizer.name);
	assert_null(m.training);
	assert_in_range(n, 1, 2000);
	arena_free(&bare.arena);
}

static void
test_ids_cover_what_they_should(void **state)
{
	char content[FMT_HEX], weights[FMT_HEX], ids[FMT_HEX];
	size_t n = 0;
	static const char *other[] = { "a", "b", "c" };

	(void)state;
	sample_bytes(&s.m, &n, &arena, &err);
	strcpy(content, s.m.content_id);
	strcpy(weights, s.m.weights_id);
	strcpy(ids, s.m.state_id);
	assert_string_not_equal(content, weights);

	s.m.lineage = NULL;
	sample_bytes(&s.m, &n, &arena, &err);
	assert_string_equal(s.m.state_id, ids);

	s.m.about = NULL;
	sample_bytes(&s.m, &n, &arena, &err);
	assert_string_not_equal(s.m.state_id, ids);
	assert_string_equal(s.m.content_id, content);
	strcpy(ids, s.m.state_id);

	s.m.optimizer_step++;
	s.m.graph.nodes[1].frozen = 0;
	sample_bytes(&s.m, &n, &arena, &err);
	assert_string_not_equal(s.m.state_id, ids);
	assert_string_equal(s.m.content_id, content);

	s.m.labels = other;
	sample_bytes(&s.m, &n, &arena, &err);
	assert_string_not_equal(s.m.content_id, content);
	assert_string_equal(s.m.weights_id, weights);

	s.kernel[0] += 1;
	sample_bytes(&s.m, &n, &arena, &err);
	assert_string_not_equal(s.m.weights_id, weights);
}

static void
test_pipe_is_spooled(void **state)
{
	size_t spool;

	(void)state;
	for (spool = 1; spool < (1 << 20); spool <<= 19) {
		struct fmt_source source = { .spool = spool };
		int p[2];

		assert_int_equal(pipe(p), 0);
		assert_int_equal(fmt_write(&s.m, p[1], &err), 0);
		close(p[1]);
		source.fd = p[0];
		if (fmt_read(&m, &source, &arena, &err) < 0)
			fail_msg("%s", err.text);
		close(p[0]);
		assert_int_equal(m.file_bytes, s.m.file_bytes);
		assert_int_equal(
		    fmt_maps(&m, m.graph.nodes[1].params[0].value.data),
		    spool == 1);
		assert_string_equal(m.content_id, s.m.content_id);
		fmt_unload(&m);
		assert_params(&m.graph.nodes[1], &s.m.graph.nodes[1]);
		fmt_close(&m);
	}
}

/* What a pipe carries before its writer closes it; the message. */
static const char *
read_from_pipe(const void *bytes, size_t n)
{
	struct fmt_source source = { 0 };
	int p[2];

	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], bytes, n), n);
	close(p[1]);
	source.fd = p[0];
	err_clear(&err);
	assert_int_equal(fmt_read(&m, &source, &arena, &err), -1);
	close(p[0]);
	assert_int_equal(err.code, ERR_MODEL);
	assert_null(m.map);
	return err.text;
}

static void
test_pipe_says_what_went_wrong(void **state)
{
	size_t n = 0;
	uint8_t *bytes = sample_bytes(&s.m, &n, &arena, &err);
	uint8_t *more = arena_alloc(&arena, n + 1, &err);

	(void)state;
	memcpy(more, bytes, n);
	assert_says(read_from_pipe("", 0),
	    "no model on standard input (did the previous stage fail?)");
	assert_says(read_from_pipe(bytes, 20), "cut short");
	assert_says(read_from_pipe(bytes, n - 1), "cut short");
	assert_says(read_from_pipe(more, n + 1), "bytes follow the model");
	assert_says(read_from_pipe("label\tprob\n", 11), "is text");
}

static void
test_foreign_files_are_named(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *says;
	} files[] = {
		{ "\x89PNG\r\n\x1a\n....", 12, "PNG" },
		{ "PK\x03\x04............", 16, "zip" },
		{ "\x1f\x8b\x08.........", 12, "gzip -d" },
		{ "\x80\x02}q.", 5, "pickle" },
		{ "GGUF\x03...", 8, "GGUF" },
		{ "\0\0\x08\x03\0\0\0\x0a", 8, "IDX" },
		{ "\x93NUMPY\x01\0v\0", 10, "NumPy" },
		{ "\x40\0\0\0\0\0\0\0{\"a\"", 12, "safetensors" },
		{ "hello\n", 6, "text" },
		{ "\x01\x02\x03\x04", 4, "nn-init" },
		{ "\x89HDF\r\n\x1a\n\0\0\0\0", 12, "cut short" },
		{ "", 0, "not a model" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		err_clear(&err);
		assert_int_equal(
		    fmt_parse(&m, files[i].bytes, files[i].n, &arena, &err),
		    -1);
		assert_int_equal(err.code, ERR_MODEL);
		assert_says(err.text, files[i].says);
	}
}

static void
test_check_finds_a_wrong_digest(void **state)
{
	struct h5_object *root = tree();
	struct h5_object *d = h5_find(root, "labels");
	char hex[FMT_HEX];
	uint64_t bytes;
	size_t n = 0;
	uint8_t *index;
	FILE *f = tmpfile();

	(void)state;
	memset(hex, '0', sizeof(hex));
	hex[FMT_HEX - 1] = '\0';
	h5_put_text(d, "sha256", hex, &arena, &err);
	id_compute(root, ID_CONTENT, hex, &err);
	h5_put_text(root, "content_id", hex, &arena, &err);
	id_compute(root, ID_STATE, hex, &err);
	h5_put_text(root, "state_id", hex, &arena, &err);
	h5_layout(root, &bytes, &err);
	tree_write(root, bytes, fileno(f), &arena, &err);
	n = (size_t)bytes;
	index = arena_slab(&arena, n, &err);
	assert_int_equal(pread(fileno(f), index, n, 0), n);
	fclose(f);
	if (fmt_parse(&m, index, n, &arena, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(fmt_check(&m, NULL, NULL, &err), 1);
}

/* Every request for memory fails once: an error, no crash, no leak. */
static void
test_no_memory_is_an_error(void **state)
{
	size_t n = 0;
	const uint8_t *bytes = sample_bytes(&s.m, &n, &arena, &err);
	long i;
	int rc = -1;

	(void)state;
	for (i = 1; rc < 0; i++) {
		struct arena a = { 0 };

		err_clear(&err);
		memory_fail_after(i);
		rc = fmt_parse(&m, bytes, n, &a, &err);
		if (rc == 0)
			rc = fmt_check(&m, NULL, NULL, &err);
		memory_fail_after(0);
		if (rc < 0)
			assert_int_equal(err.code, ERR_IO);
		fmt_close(&m);
		arena_free(&a);
		assert_in_range(i, 1, 100000);
	}
	assert_in_range(i, 300, 100000);
}

/* The same while writing: the model is still there for another try; at which
   request it went well. */
static long
refuse_while_writing(struct fmt_model *model)
{
	int fd = open("/dev/null", O_WRONLY);
	long i;
	int rc = -1;

	for (i = 1; rc < 0; i++) {
		err_clear(&err);
		memory_fail_after(i);
		rc = fmt_write(model, fd, &err);
		memory_fail_after(0);
		assert_int_equal(err.code, rc < 0 ? ERR_IO : ERR_NONE);
		assert_in_range(i, 1, 100000);
	}
	close(fd);
	return i;
}

static void
test_no_memory_for_writing_is_an_error(void **state)
{
	struct sample bare;

	(void)state;
	s.m.graph.nodes[1].kind_version = 2;
	assert_in_range(refuse_while_writing(&s.m), 300, 100000);
	sample_bare(&bare);
	assert_in_range(refuse_while_writing(&bare.m), 30, 100000);
	arena_free(&bare.arena);
}

/* A file of an older format is looked at as what it was and as what it
   becomes. */
static void
test_no_memory_for_an_old_file_is_an_error(void **state)
{
	long i;
	int rc = -1;

	(void)state;
	for (i = 1; rc < 0; i++) {
		struct arena a = { 0 };

		err_clear(&err);
		memory_fail_after(i);
		rc = fmt_open(&m, golden(), &a, &err);
		if (rc == 0)
			rc = fmt_check(&m, NULL, NULL, &err);
		memory_fail_after(0);
		if (rc < 0)
			assert_int_equal(err.code, ERR_IO);
		fmt_close(&m);
		arena_free(&a);
		assert_in_range(i, 1, 100000);
	}
	assert_in_range(i, 300, 100000);
}

struct finding {
	int n;
	char text[128];
};

static void
note(void *ctx, const char *where, const char *what)
{
	struct finding *f = ctx;

	f->n++;
	snprintf(f->text, sizeof(f->text), "%s: %s", where, what);
}

static void
assert_other_bytes(void)
{
	struct finding f = { 0 };

	assert_int_equal(fmt_check(&m, note, &f, &err), 1);
	assert_int_equal(f.n, 1);
	assert_string_equal(
	    f.text, "/: written again it would have other bytes");
}

/* Numbers of the file, but not what it says: as long as before, and longer. */
static void
test_check_finds_what_was_changed_since(void **state)
{
	size_t n = 0;

	(void)state;
	round_trip(&n);
	m.graph.task = "CLASSIFY";
	assert_other_bytes();
	m.graph.task = "classify";
	assert_int_equal(fmt_check(&m, NULL, NULL, &err), 0);
	m.alternates = NULL;
	m.nalternates = 0;
	assert_other_bytes();
}

static struct tensor *
tensor_more(
    const char *name, enum role role, enum dtype dtype, int64_t n, void *data)
{
	struct node *node = &s.m.graph.nodes[1];

	sample_param(
	    &s, node, name, role, dtype, (struct shape){ 1, { n } }, data);
	return &node->params[node->nparams - 1].value;
}

/* The same bytes in memory, but other tensors. */
static void
test_only_the_same_tensors_are_stored_once(void **state)
{
	static const char *const apart[] = { "bits", "mean", "none_a", "none_b",
		"part" };
	const struct h5_object *layer;
	size_t n = 0;

	(void)state;
	tensor_more("bits", ROLE_PARAMETER, DTYPE_I32, 4, s.bias);
	tensor_more("mean", ROLE_STATISTIC, DTYPE_F32, 4, s.bias);
	tensor_more("part", ROLE_PARAMETER, DTYPE_F32, 3, s.bias);
	tensor_more("none_a", ROLE_PARAMETER, DTYPE_F32, 0, NULL);
	tensor_more("none_b", ROLE_PARAMETER, DTYPE_F32, 0, NULL);
	round_trip(&n);
	layer = h5_at(m.map->root, "weights/enc/dense_1");
	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		assert_null(h5_find(layer, apart[i])->same);
	assert_non_null(h5_at(m.map->root, "weights/enc-2/kernel")->same);
	assert_params(&s.m.graph.nodes[1], &m.graph.nodes[1]);
	assert_int_equal(fmt_check(&m, NULL, NULL, &err), 0);
}

static void
test_digest_of_a_tensor_is_that_of_its_file(void **state)
{
	const struct tensor *t = &s.m.graph.nodes[1].params[0].value;
	struct tensor huge = { DTYPE_F64, { 1, { INT64_MAX } }, s.bias };
	uint8_t raw[SHA256_BYTES];
	char hex[FMT_HEX];
	size_t n = 0;

	(void)state;
	round_trip(&n);
	assert_int_equal(fmt_digest(t, raw, &err), 0);
	digest_hex(hex, raw, sizeof(raw));
	assert_memory_equal(
	    h5_get(h5_at(m.map->root, "weights/enc/dense_1/kernel"), "sha256")
		->value,
	    hex, FMT_HEX - 1);
	assert_int_equal(fmt_digest(&huge, raw, &err), -1);
	assert_says(err.text, "too large");
}

/* What a tensor was spared, as a number of its own. */
static void
test_since_is_one_whole_number(void **state)
{
	int64_t since = 7;
	struct fmt_named slots[3] = { s.slots[0], s.slots[1],
		{ "enc/dense_1", "bias", "since",
		    { DTYPE_I64, { 0 }, &since } } };
	size_t n = 0;

	(void)state;
	s.m.slots = slots;
	s.m.nslots = 3;
	round_trip(&n);
	assert_int_equal(m.nslots, 3);
	assert_string_equal(m.slots[1].name, "since");
	assert_tensor(&m.slots[1].value, &slots[2].value);
	slots[2].value.dtype = DTYPE_F64;
	err_clear(&err);
	assert_says(refusal(tree()),
	    "/optimizer/enc/dense_1/bias/since: is not one i64 [format 1: "
	    "8.9]");
}

static void
test_empty_lists_are_no_documents(void **state)
{
	size_t n = 0;

	(void)state;
	s.m.preprocessing = json_put_array(NULL, NULL, &arena, &err);
	s.m.lineage = s.m.preprocessing;
	round_trip(&n);
	assert_null(h5_find(m.map->root, "preprocessing"));
	assert_null(h5_find(m.map->root, "lineage"));
	assert_null(m.preprocessing);
	assert_null(m.lineage);
}

/* What the caller has to know better is a bug of his. */
static void
test_mistakes_of_the_caller_are_named(void **state)
{
	const struct json *training = s.m.training;
	size_t n = 0;

	(void)state;
	s.m.training = json_put_object(NULL, NULL, &arena, &err);
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_int_equal(err.code, ERR_BUG);
	assert_string_equal(err.text, "training: version: is missing");
	err_clear(&err);
	s.m.training = training;
	s.m.optimizer.name = NULL;
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_int_equal(err.code, ERR_BUG);
	assert_string_equal(err.text, "slots of no optimizer");
	err_clear(&err);
	s.m.graph.outputs[0] = s.m.graph.nnodes;
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_int_equal(err.code, ERR_BUG);
}

/* What no attribute can hold. */
static void
test_features_that_cannot_be_written(void **state)
{
	static char features[1 << 17];
	size_t n;

	(void)state;
	memset(features, 'a', sizeof(features) - 1);
	s.m.features_optional = features;
	assert_null(sample_bytes(&s.m, &n, &arena, &err));
	assert_int_equal(err.code, ERR_MODEL);
	assert_says(err.text, "features_optional: longer than");
}

/* Where HDF5 looks for it: 512 bytes, and twice that again and again. */
static void
test_hdf5_behind_a_user_block_is_named(void **state)
{
	static const struct {
		size_t at, n;
		const char *says;
	} cases[] = {
		{ 512, 520, "behind a user block" },
		{ 1024, 4096, "behind a user block" },
		{ 4096, 8192, "behind a user block" },
		{ 512, 519, "not a model file; nn-init makes one" },
		{ 256, 8192, "not a model file; nn-init makes one" },
		{ 1536, 8192, "not a model file; nn-init makes one" },
	};
	uint8_t bytes[8192];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(bytes, 1, sizeof(bytes));
		memcpy(bytes + cases[i].at, h5_signature, sizeof(h5_signature));
		err_clear(&err);
		assert_int_equal(
		    fmt_parse(&m, bytes, cases[i].n, &arena, &err), -1);
		assert_int_equal(err.code, ERR_MODEL);
		assert_says(err.text, cases[i].says);
	}
}

/* Nothing is read of numbers that no file could hold. */
static void
test_numbers_beyond_a_file_are_refused(void **state)
{
	static const struct {
		int64_t kernel, bias;
	} counts[] = {
		/* 2^64 bytes with what is in front of them, and 2^62. */
		{ ((int64_t)1 << 61) - 1, 1 },
		{ (int64_t)1 << 58, (int64_t)1 << 58 },
	};
	struct param *p = s.m.graph.nodes[1].params;
	int fd = open("/dev/null", O_WRONLY);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		p[0].value.dtype = p[1].value.dtype = DTYPE_F64;
		p[0].value.shape = (struct shape){ 1, { counts[i].kernel } };
		p[1].value.shape = (struct shape){ 1, { counts[i].bias } };
		err_clear(&err);
		assert_int_equal(fmt_write(&s.m, fd, &err), -1);
		assert_int_equal(err.code, ERR_MODEL);
		assert_string_equal(
		    err.text, "model is too large for a file [format 1: 1.3]");
	}
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_graph_comes_back),
		TEST(test_everything_else_comes_back),
		TEST(test_tied_weights_are_stored_once),
		TEST(test_same_model_gives_same_bytes),
		TEST(test_golden_file_is_read),
		TEST(test_bare_model_is_small),
		TEST(test_ids_cover_what_they_should),
		TEST(test_pipe_is_spooled),
		TEST(test_pipe_says_what_went_wrong),
		TEST(test_foreign_files_are_named),
		TEST(test_check_finds_a_wrong_digest),
		TEST(test_no_memory_is_an_error),
		TEST(test_no_memory_for_writing_is_an_error),
		TEST(test_features_that_cannot_be_written),
		TEST(test_no_memory_for_an_old_file_is_an_error),
		TEST(test_check_finds_what_was_changed_since),
		TEST(test_only_the_same_tensors_are_stored_once),
		TEST(test_digest_of_a_tensor_is_that_of_its_file),
		TEST(test_since_is_one_whole_number),
		TEST(test_empty_lists_are_no_documents),
		TEST(test_mistakes_of_the_caller_are_named),
		TEST(test_hdf5_behind_a_user_block_is_named),
		TEST(test_numbers_beyond_a_file_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
