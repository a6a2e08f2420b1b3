/* Training runs: what a position remembers is enough to go on in the same
   bytes, and epochs, patience and steps mean what they say. */
#include "parts.h"

#include "find.h"
#include "net.h"
#include "train.h"

enum { SAMPLES = 23, VAL = 9, BATCH = 5, WIDTH = 6, CLASSES = 3, ROWS = 64 };

/* Samples out of memory, in an order of their own for each epoch. */
struct memory {
	struct feed feed; /* first */
	int shuffle;
	uint32_t order[SAMPLES];
	int64_t at;
	float *x; /* slabs: 64-byte aligned as all feeds are */
	float store[SAMPLES][WIDTH];
	int32_t label[SAMPLES], batch_label[BATCH];
	uint64_t id[BATCH];
	int no_labels;
};

static struct err err;
static struct arena arena;

static int
memory_begin(struct feed *f, uint32_t epoch, int64_t at, struct err *e)
{
	struct memory *m = (struct memory *)f;
	int i;

	(void)e;
	for (i = 0; i < SAMPLES; i++)
		m->order[i] = (uint32_t)i;
	if (m->shuffle)
		rng_permute(
		    rng_key(3, "order"), epoch, m->order, (uint32_t)f->count);
	m->at = at * f->batch;
	return 0;
}

static int
memory_next(struct feed *f, struct batch *out, struct err *e)
{
	struct memory *m = (struct memory *)f;
	int64_t left = f->count > m->at ? f->count - m->at : 0;
	int i, k;

	(void)e;
	*out = (struct batch){ .n = (int)(left < f->batch ? left : f->batch) };
	for (i = 0; i < out->n; i++, m->at++) {
		uint32_t from = m->order[m->at];

		for (k = 0; k < WIDTH; k++)
			m->x[i * WIDTH + k] = m->store[from][k];
		m->batch_label[i] = m->label[from];
		m->id[i] = from;
	}
	out->x = (struct tensor){ DTYPE_F32, { 2, { out->n, WIDTH } }, m->x };
	out->label = m->no_labels ? NULL : m->batch_label;
	out->id = m->id;
	return 0;
}

/* A class is a corner of the space, with noise. */
static struct memory *
memory_new(const char *purpose, int64_t count, int shuffle)
{
	struct memory *m = arena_alloc(&arena, sizeof(*m), &err);
	int i, k;

	m->feed = (struct feed){ count, BATCH, memory_begin, memory_next };
	m->shuffle = shuffle;
	m->x = arena_slab(&arena, BATCH * WIDTH * sizeof(float), &err);
	for (i = 0; i < SAMPLES; i++) {
		m->label[i] = i % CLASSES;
		for (k = 0; k < WIDTH; k++)
			m->store[i][k] = (float)(k % CLASSES == i % CLASSES) +
			    0.5F * (float)number(purpose, i * WIDTH + k);
	}
	return m;
}

static struct node *
append(struct graph *g, const char *kind, const char *name, int64_t units)
{
	struct node *n = graph_append(g, name, kind, ERR_USAGE, &err);
	struct setting *s = arena_alloc(g->arena, sizeof(*s), &err);

	if (n == NULL)
		fail_msg("%s", err.text);
	n->ninputs = g->nnodes > 1;
	n->inputs[0] = g->nnodes - 2;
	if (strcmp(kind, "dense") == 0)
		*s = (struct setting){
			.name = "units", .type = ATTR_INT, .i = units
		};
	else if (strcmp(kind, "dropout") == 0)
		*s = (struct setting){
			.name = "rate", .type = ATTR_REAL, .r = 0.25
		};
	else if (strcmp(kind, "input") == 0)
		*s = (struct setting){ .name = "shape",
			.type = ATTR_SHAPE,
			.shape = { 1, { WIDTH } } };
	n->settings = (struct settings){ s->name != NULL, s };
	return n;
}

/* Everything a run has in hand. */
struct bench {
	struct graph graph;
	struct net *net;
	struct train_plan plan;
	struct train_position at;
	struct memory *data, *val;
	struct train_calls calls;
	struct train_epoch rows[ROWS];
	int nrows, nbest, stop_at, nsteps;
	int fail_epoch;
};

static int
on_step(void *ctx, const struct train_report *r)
{
	struct bench *t = ctx;

	t->nsteps++;
	assert_true(r->at->update > 0 && r->loss > 0);
	return r->at->update == t->stop_at;
}

static int
on_epoch(void *ctx, const struct train_report *r, struct err *e)
{
	struct bench *t = ctx;

	assert_int_equal(r->at->batch_at, 0);
	t->rows[t->nrows++] = *r->epoch;
	if (t->nrows == t->fail_epoch)
		return err_set(e, ERR_IO, "the disk is full");
	return 0;
}

static int
on_best(void *ctx, const struct train_report *r, struct err *e)
{
	struct bench *t = ctx;

	(void)e;
	assert_true(r->epoch->improved);
	t->nbest++;
	return 0;
}

static void
build_graph(struct graph *g)
{
	graph_begin(g, &arena);
	append(g, "input", "in", 0);
	append(g, "dense", "hidden", 8);
	append(g, "relu", "bend", 0);
	append(g, "dropout", "drop", 0);
	append(g, "dense", "out", CLASSES);
	append(g, "softmax", "share", 0);
	g->ninputs = g->noutputs = 1;
	g->inputs[0] = 0;
	g->outputs[0] = g->nnodes - 1;
	if (nn_resolve(g, 1, ERR_USAGE, &err) < 0 ||
	    nn_init(g, 5, NULL, &err) < 0)
		fail_msg("%s", err.text);
}

static void
begin_with(struct bench *t, int accumulate)
{
	struct net_conf conf = { .backend = "ref",
		.batch = BATCH,
		.train_batch = BATCH,
		.last_batch = SAMPLES % BATCH,
		.accumulate = accumulate,
		.loss = { .name = "ce" },
		.optimizer = { .name = "adam" },
		.seed = 11 };

	memset(t, 0, sizeof(*t));
	build_graph(&t->graph);
	t->net = net_build(&t->graph, &conf, &err);
	if (t->net == NULL)
		fail_msg("%s", err.text);
	attr_defaults(train_plan_attrs, &t->plan);
	attr_defaults(train_position_attrs, &t->at);
	t->plan.accumulate = accumulate;
	t->plan.epochs = 4;
	t->plan.lr = 0.02;
	t->plan.optimizer.name = "adam";
	t->data = memory_new("train", SAMPLES, 1);
	t->val = memory_new("val", VAL, 0);
	t->calls = (struct train_calls){ t, on_step, on_epoch, on_best };
}

static void
begin(struct bench *t)
{
	begin_with(t, 1);
}

static enum train_end
run(struct bench *t)
{
	return train_run(t->net, &t->plan, &t->at, &t->data->feed,
	    t->val != NULL ? &t->val->feed : NULL, &t->calls, &err);
}

static void
end(struct bench *t)
{
	net_free(t->net);
	arena_free(&arena);
	err_clear(&err);
}

/* All bytes that a net has learnt, the optimizer's too. */
static int
same_state(struct bench *a, struct bench *b)
{
	struct net_slot *sa, *sb;
	int64_t n;
	int i, na, nb;

	for (i = 0; i < a->net->nparams; i++) {
		n = val_count(&a->net->params[i].value);
		if (memcmp(a->net->params[i].value.data,
			b->net->params[i].value.data,
			(size_t)n * sizeof(real)) != 0)
			return 0;
	}
	assert_int_equal(net_slots(a->net, &sa, &na, &err), 0);
	assert_int_equal(net_slots(b->net, &sb, &nb, &err), 0);
	assert_true(na == nb && na > 0);
	for (i = 0; i < na; i++) {
		n = shape_count(&sa[i].value.shape);
		if (memcmp(sa[i].value.data, sb[i].value.data,
			(size_t)n * sizeof(real)) != 0)
			return 0;
	}
	return 1;
}

/* A stopped run handed on as a file would: parameters, slots (unless they
   are forgotten), the position as a list of settings. */
static void
hand_on(struct bench *to, struct bench *from, int forget)
{
	struct net_slot *sf, *st;
	struct settings list;
	int i, n;

	assert_int_equal(net_store(from->net, &from->graph, &err), 0);
	assert_int_equal(net_load(to->net, &from->graph, &err), 0);
	assert_int_equal(net_slots(from->net, &sf, &n, &err), 0);
	assert_int_equal(net_slots(to->net, &st, &n, &err), 0);
	for (i = 0; i < n && !forget; i++)
		memcpy(st[i].value.data, sf[i].value.data,
		    (size_t)shape_count(&sf[i].value.shape) * sizeof(real));
	if (attr_list(train_position_attrs, &from->at, 0, &list, &arena, &err) <
		0 ||
	    attr_fill(train_position_attrs, &to->at, &list, &arena, ERR_MODEL,
		&err) < 0)
		fail_msg("%s", err.text);
	memcpy(to->rows, from->rows, sizeof(to->rows));
	to->nrows = from->nrows;
}

static void
plan_all(struct bench *t)
{
	t->plan.schedule.name = "cosine";
	t->plan.warmup = "20%";
	t->plan.patience = 3;
}

static void
same_rows(const struct bench *a, const struct bench *b)
{
	int i;

	assert_int_equal(a->nrows, b->nrows);
	for (i = 0; i < a->nrows; i++) {
		assert_true(a->rows[i].loss == b->rows[i].loss);
		assert_true(a->rows[i].val_loss == b->rows[i].val_loss);
		assert_true(a->rows[i].acc == b->rows[i].acc);
		assert_true(a->rows[i].lr == b->rows[i].lr);
		assert_int_equal(a->rows[i].epoch, b->rows[i].epoch);
	}
}

static void
test_a_run_stopped_anywhere_goes_on_in_the_same_bytes(void **state)
{
	struct bench whole, part, rest;
	int stop;

	(void)state;
	begin(&whole);
	plan_all(&whole);
	assert_int_equal(run(&whole), TRAIN_DONE);
	assert_int_equal(whole.nsteps, 20);
	for (stop = 1; stop <= 20; stop++) {
		begin(&part);
		begin(&rest);
		plan_all(&part);
		plan_all(&rest);
		part.stop_at = stop;
		assert_int_equal(run(&part), TRAIN_STOPPED);
		assert_int_equal(part.at.update, stop);
		hand_on(&rest, &part, 0);
		assert_int_equal(run(&rest), TRAIN_DONE);
		assert_true(same_state(&whole, &rest));
		same_rows(&whole, &rest);
		net_free(part.net);
		net_free(rest.net);
	}
	end(&whole);
}

/* Two batches an update: 5 batches are 3 updates of an epoch. */
static void
test_a_run_that_gathers_stops_between_updates(void **state)
{
	struct bench whole, part, rest;
	int stop;

	(void)state;
	begin_with(&whole, 2);
	plan_all(&whole);
	assert_int_equal(run(&whole), TRAIN_DONE);
	assert_int_equal(whole.nsteps, 12);
	for (stop = 1; stop <= 12; stop++) {
		begin_with(&part, 2);
		begin_with(&rest, 2);
		plan_all(&part);
		plan_all(&rest);
		part.stop_at = stop;
		assert_int_equal(run(&part), TRAIN_STOPPED);
		assert_int_equal(
		    part.at.batch_at, stop % 3 == 0 ? 5 : stop % 3 * 2);
		hand_on(&rest, &part, 0);
		assert_int_equal(run(&rest), TRAIN_DONE);
		assert_true(same_state(&whole, &rest));
		same_rows(&whole, &rest);
		net_free(part.net);
		net_free(rest.net);
	}
	end(&whole);
}

/* Negative control: without the optimizer's numbers it goes on otherwise. */
static void
test_a_run_that_forgets_its_slots_is_noticed(void **state)
{
	struct bench whole, part, rest;

	(void)state;
	begin(&whole);
	begin(&part);
	begin(&rest);
	assert_int_equal(run(&whole), TRAIN_DONE);
	part.stop_at = 7;
	assert_int_equal(run(&part), TRAIN_STOPPED);
	hand_on(&rest, &part, 1);
	assert_int_equal(run(&rest), TRAIN_DONE);
	assert_false(same_state(&whole, &rest));
	net_free(part.net);
	net_free(rest.net);
	end(&whole);
}

static void
test_two_runs_are_one_of_both_lengths(void **state)
{
	struct bench whole, first, second;

	(void)state;
	begin(&whole);
	begin(&first);
	begin(&second);
	first.plan.epochs = second.plan.epochs = 2;
	assert_int_equal(run(&whole), TRAIN_DONE);
	assert_int_equal(run(&first), TRAIN_DONE);
	hand_on(&second, &first, 0);
	second.at.first_epoch = second.at.epoch;
	second.at.update = 0;
	second.at.done = 0;
	assert_int_equal(run(&second), TRAIN_DONE);
	assert_true(same_state(&whole, &second));
	same_rows(&whole, &second);
	net_free(first.net);
	net_free(second.net);
	end(&whole);
}

static void
test_training_learns(void **state)
{
	struct score score;
	struct bench t;

	(void)state;
	begin(&t);
	t.plan.epochs = 40;
	assert_int_equal(run(&t), TRAIN_DONE);
	assert_int_equal(t.nrows, 40);
	assert_true(t.rows[39].loss < t.rows[0].loss / 2);
	assert_true(t.rows[39].val_acc > 0.9);
	assert_true(t.nbest > 1);
	assert_int_equal(train_score(t.net, &t.val->feed, &score, &err), 0);
	assert_int_equal(score.n, VAL);
	assert_true(score.loss == t.rows[39].val_loss);
	assert_true((double)score.right / VAL == t.rows[39].val_acc);
	end(&t);
}

/* A rate of nearly nothing: no epoch is better by much, and a rate that
   destroys what was learnt: none is better at all. */
static void
test_patience_ends_a_run(void **state)
{
	struct bench t;

	(void)state;
	begin(&t);
	t.plan.epochs = 60;
	t.plan.lr = 3;
	t.plan.patience = 3;
	assert_int_equal(run(&t), TRAIN_PATIENCE);
	assert_true(t.nrows < 60);
	assert_int_equal(t.at.bad_epochs, 3);
	assert_int_equal(t.at.best_epoch, t.nrows - 3);
	assert_true(t.rows[t.nrows - 4].improved);
	assert_false(t.rows[t.nrows - 1].improved);
	assert_true(t.at.done);
	/* What has ended stays ended. */
	t.nsteps = 0;
	assert_int_equal(run(&t), TRAIN_PATIENCE);
	assert_int_equal(t.nsteps, 0);
	end(&t);
}

/* Two phases by epochs: the run comes back between them, and rises again. */
static void
test_a_phase_ends_where_the_next_begins(void **state)
{
	static const struct train_phase phases[] = { { 0, 1, 0, 0, "out" },
		{ 3, 0.5, 0, 0, "all" } };
	struct bench t;

	(void)state;
	begin(&t);
	t.plan.phases = phases;
	t.plan.nphases = 2;
	t.plan.warmup = "2";
	assert_int_equal(train_phase_epochs(&t.plan, &t.at, 5), 3);
	assert_int_equal(run(&t), TRAIN_PHASE);
	assert_int_equal(t.nrows, 3);
	assert_int_equal(t.at.phase, 1);
	assert_int_equal(t.at.phase_update, t.at.update);
	assert_int_equal(train_phase_epochs(&t.plan, &t.at, 5), 1);
	assert_int_equal(run(&t), TRAIN_DONE);
	assert_int_equal(t.nrows, 4);
	assert_int_equal(t.at.update, 20);
	/* Data without a batch are refused elsewhere. */
	assert_int_equal(train_phase_epochs(&t.plan, &t.at, 0), 4);
	/* Who goes on in its last epoch decides as who began. */
	assert_int_equal(train_phase_epochs(&t.plan, &t.at, 5), 1);
	assert_true(t.rows[2].lr == 0.02 && t.rows[3].lr == 0.01);
	end(&t);
}

/* A phase that gets no better gives way to the next; the last one ends the
   run. */
static void
test_a_plateau_begins_a_phase(void **state)
{
	static const struct train_phase phases[] = { { 0, 1, 0, 0, "out" },
		{ TRAIN_PLATEAU, 1, 0, 0, "all" } };
	struct bench t;

	(void)state;
	begin(&t);
	t.plan.phases = phases;
	t.plan.nphases = 2;
	t.plan.epochs = 60;
	t.plan.lr = 3;
	t.plan.patience = 3;
	assert_int_equal(run(&t), TRAIN_PHASE);
	assert_int_equal(t.at.best_epoch, t.nrows - 3);
	assert_int_equal(t.at.bad_epochs, 0);
	assert_false(t.at.done);
	assert_int_equal(run(&t), TRAIN_PATIENCE);
	assert_true(t.at.done && t.nrows < 60);
	end(&t);
}

static void
test_steps_end_a_run_inside_an_epoch(void **state)
{
	struct bench t;

	(void)state;
	begin(&t);
	t.plan.steps = 7;
	assert_int_equal(run(&t), TRAIN_DONE);
	assert_int_equal(t.nsteps, 7);
	assert_int_equal(t.nrows, 2);
	/* The next run has an order of samples of its own. */
	assert_int_equal(t.at.epoch, 2);
	assert_int_equal(t.at.batch_at, 0);
	end(&t);
}

static void
test_without_validation_nothing_is_the_best(void **state)
{
	struct bench t;

	(void)state;
	begin(&t);
	t.val = NULL;
	assert_int_equal(run(&t), TRAIN_DONE);
	assert_int_equal(t.nbest, 0);
	assert_true(isnan(t.rows[0].val_loss));
	end(&t);
	begin(&t);
	t.val = NULL;
	t.plan.monitor = "acc";
	assert_int_equal(run(&t), TRAIN_DONE);
	assert_true(t.nbest > 0);
	end(&t);
}

/* Rates in equal ratios, and a suggestion where the loss falls. */
static void
test_a_search_finds_a_rate(void **state)
{
	struct bench t;
	struct find f;
	struct text plot;
	double ratio;
	int i;

	(void)state;
	begin(&t);
	t.plan.optimizer.name = "sgd";
	assert_int_equal(find_begin(&f, &t.plan, 80, &arena, &err), 0);
	assert_true(fabs(f.from - 1e-6) < 1e-18 && f.to == FIND_TO);
	assert_int_equal(
	    find_run(&f, t.net, &t.at, &t.data->feed, NULL, NULL, &err), 0);
	assert_true(f.n > 20 && f.n <= 80);
	ratio = pow(f.to / f.from, 1.0 / 79);
	for (i = 1; i < f.n; i++)
		assert_true(
		    fabs(f.row[i].lr / f.row[i - 1].lr / ratio - 1) < 1e-9);
	assert_true(f.row[0].smoothed == f.row[0].loss);
	assert_true(fabs(f.row[1].smoothed -
			(f.row[1].loss + 0.8 * f.row[0].loss) / 1.8) < 1e-12);
	assert_true(f.best > 0);
	assert_true(f.row[f.best + 1].smoothed < f.row[f.best - 1].smoothed);
	assert_int_equal(t.at.update, 0);
	text_begin(&plot, &arena, &err);
	find_plot(&f, &plot);
	assert_non_null(text_end(&plot));
	assert_non_null(strchr(plot.s, '*'));
	assert_int_equal(err.code, 0);
	end(&t);
}

/* A rate that ends in numbers which are not finite ends the search, not more;
   in the first step it is an error. */
static void
test_a_search_ends_where_numbers_do(void **state)
{
	struct bench t;
	struct find f;

	(void)state;
	begin(&t);
	assert_int_equal(find_begin(&f, &t.plan, 50, &arena, &err), 0);
	f.from = 1;
	f.to = 1e300;
	assert_int_equal(
	    find_run(&f, t.net, &t.at, &t.data->feed, NULL, NULL, &err), 0);
	assert_true(f.n > 0 && f.n < 50);
	end(&t);
	begin(&t);
	assert_int_equal(find_begin(&f, &t.plan, 50, &arena, &err), 0);
	for (int i = 0; i < SAMPLES; i++)
		t.data->store[i][1] = (float)NAN;
	assert_int_equal(
	    find_run(&f, t.net, &t.at, &t.data->feed, NULL, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NUMERIC);
	end(&t);
}

static void
fails(struct bench *t, enum err_code code, const char *word)
{
	assert_int_equal(run(t), TRAIN_FAILED);
	assert_int_equal(err.code, code);
	if (strstr(err.text, word) == NULL)
		fail_msg("'%s' does not say %s", err.text, word);
	end(t);
}

static void
test_what_cannot_be_done_is_said(void **state)
{
	struct bench t;

	(void)state;
	begin(&t);
	t.val = NULL;
	t.plan.patience = 2;
	fails(&t, ERR_USAGE, "patience");
	begin(&t);
	t.data->feed.count = 0;
	fails(&t, ERR_DATA, "no samples");
	begin(&t);
	t.data->feed.count = -1;
	t.plan.schedule.name = "cosine";
	fails(&t, ERR_USAGE, "steps");
	begin(&t);
	t.plan.warmup = "soon";
	fails(&t, ERR_USAGE, "soon");
	begin(&t);
	t.data->no_labels = 1;
	fails(&t, ERR_DATA, "labels");
	begin(&t);
	t.data->label[4] = CLASSES;
	fails(&t, ERR_DATA, "label 3");
	begin(&t);
	t.plan.nphases = 2;
	t.plan.phases =
	    (struct train_phase[]){ { 0, 1, 0, 0, "" }, { 4, 1, 0, 0, "" } };
	fails(&t, ERR_USAGE, "more --epochs");
	begin(&t);
	t.plan.nphases = 2;
	t.plan.phases = (struct train_phase[]){ { 0, 1, 0, 0, "" },
		{ TRAIN_PLATEAU, 1, 0, 0, "" } };
	fails(&t, ERR_USAGE, "patience");
	begin(&t);
	t.plan.nphases = 3;
	t.plan.phases = (struct train_phase[]){ { 0, 1, 0, 0, "" },
		{ 2, 1, 0, 0, "" }, { 2, 1, 0, 0, "" } };
	fails(&t, ERR_USAGE, "phase 3");
	begin(&t);
	t.at.phase = 1;
	fails(&t, ERR_USAGE, "no phase 2");
	begin(&t);
	t.fail_epoch = 2;
	fails(&t, ERR_IO, "disk");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_run_stopped_anywhere_goes_on_in_the_same_bytes),
		cmocka_unit_test(test_a_run_that_gathers_stops_between_updates),
		cmocka_unit_test(test_a_run_that_forgets_its_slots_is_noticed),
		cmocka_unit_test(test_two_runs_are_one_of_both_lengths),
		cmocka_unit_test(test_training_learns),
		cmocka_unit_test(test_patience_ends_a_run),
		cmocka_unit_test(test_a_phase_ends_where_the_next_begins),
		cmocka_unit_test(test_a_plateau_begins_a_phase),
		cmocka_unit_test(test_steps_end_a_run_inside_an_epoch),
		cmocka_unit_test(test_without_validation_nothing_is_the_best),
		cmocka_unit_test(test_a_search_finds_a_rate),
		cmocka_unit_test(test_a_search_ends_where_numbers_do),
		cmocka_unit_test(test_what_cannot_be_done_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
