/* The document /training, written and read by the tables of libnn. */
#include <string.h>

#include "phases.h"
#include "plan.h"

/* A table's struct as an object. */
static int
put_table(struct json *parent, const char *key, const struct attr *table,
    const void *conf, struct arena *arena, struct err *err)
{
	struct settings all;

	if (attr_list(table, conf, 0, &all, arena, err) < 0)
		return -1;
	return json_from_settings(parent, key, &all, arena, err) ? 0 : -1;
}

static int
put_choice(struct json *parent, const char *key, const struct choice *c,
    struct arena *arena, struct err *err)
{
	struct json *o;

	if (c->name == NULL)
		return 0;
	if ((o = json_put_object(parent, key, arena, err)) == NULL ||
	    json_put_text(o, "name", c->name, arena, err) < 0 ||
	    json_from_settings(o, "settings", &c->settings, arena, err) == NULL)
		return -1;
	return 0;
}

static int
put_text(struct json *parent, const char *key, const char *text,
    struct arena *arena, struct err *err)
{
	return text == NULL ? 0 : json_put_text(parent, key, text, arena, err);
}

static int
put_alpha(struct json *parent, const char *key, double v, struct arena *arena,
    struct err *err)
{
	return v > 0 ? json_put_real(parent, key, v, arena, err) : 0;
}

static int
put_plan(struct json *root, const struct run_plan *p, struct arena *arena,
    struct err *err)
{
	struct json *o = json_put_object(root, "plan", arena, err);

	if (o == NULL ||
	    put_table(o, "settings", train_plan_attrs, &p->train, arena, err) <
		0 ||
	    put_choice(o, "optimizer", &p->train.optimizer, arena, err) < 0 ||
	    put_choice(o, "schedule", &p->train.schedule, arena, err) < 0 ||
	    put_choice(o, "loss", &p->train.loss, arena, err) < 0 ||
	    phases_put(o, &p->train, arena, err) < 0 ||
	    put_text(o, "order", p->order, arena, err) < 0 ||
	    put_text(o, "sampler", p->sampler, arena, err) < 0 ||
	    put_text(o, "augment", p->augment, arena, err) < 0 ||
	    put_text(o, "class_weight", p->class_weight, arena, err) < 0 ||
	    put_alpha(o, "mixup", p->mixup, arena, err) < 0 ||
	    put_alpha(o, "cutmix", p->cutmix, arena, err) < 0 ||
	    put_text(o, "bn", p->bn, arena, err) < 0 ||
	    put_text(o, "lr_scale", p->lr_scale, arena, err) < 0 ||
	    put_text(o, "dropout", p->dropout, arena, err) < 0 ||
	    put_text(o, "anchor", p->anchor, arena, err) < 0 ||
	    (p->skip_bad > 0 &&
		json_put_int(o, "skip_bad", p->skip_bad, arena, err) < 0) ||
	    put_text(o, "data", p->data, arena, err) < 0 ||
	    put_text(o, "val", p->val, arena, err) < 0 ||
	    put_text(o, "fold", p->fold, arena, err) < 0 ||
	    put_text(o, "split", p->split, arena, err) < 0 ||
	    put_text(o, "surgery", p->surgery, arena, err) < 0)
		return -1;
	return 0;
}

static int
put_position(struct json *root, const struct training *t, struct arena *arena,
    struct err *err)
{
	if (put_table(root, "position", train_position_attrs, &t->at, arena,
		err) < 0 ||
	    put_text(root, "numerics", t->numerics, arena, err) < 0 ||
	    json_put_int(root, "batches", t->data_batches, arena, err) < 0 ||
	    json_put_bool(root, "recorded", t->recorded, arena, err) < 0)
		return -1;
	if (t->has_best)
		return put_table(
		    root, "best", train_position_attrs, &t->best, arena, err);
	return 0;
}

struct json *
training_write(const struct training *t, struct arena *arena, struct err *err)
{
	struct json *root = json_put_object(NULL, NULL, arena, err);

	if (root == NULL || json_put_int(root, "version", 1, arena, err) < 0 ||
	    json_put_int(root, "epoch", t->epoch, arena, err) < 0 ||
	    json_put_int(root, "seed", t->seed, arena, err) < 0 ||
	    json_put_int(root, "threads", t->threads, arena, err) < 0 ||
	    json_put_real(root, "lr", t->lr, arena, err) < 0 ||
	    put_choice(root, "loss", &t->loss, arena, err) < 0)
		return NULL;
	if (t->measured &&
	    (json_put_real(root, "mean", t->mean, arena, err) < 0 ||
		json_put_real(root, "spread", t->spread, arena, err) < 0))
		return NULL;
	if (t->has_plan && put_plan(root, &t->plan, arena, err) < 0)
		return NULL;
	if (t->has_position && put_position(root, t, arena, err) < 0)
		return NULL;
	return root;
}

static int
get_table(const struct json *object, const char *key, const struct attr *table,
    void *conf, struct arena *arena, struct err *err)
{
	struct settings s;
	const struct json *o = json_get(object, key);

	if (o == NULL || o->type != JSON_IS_OBJECT)
		return err_set(err, ERR_MODEL, "%s: is missing", key);
	if (json_to_settings(o, &s, arena, ERR_MODEL, err) < 0 ||
	    attr_fill(table, conf, &s, arena, ERR_MODEL, err) < 0)
		return err_in(err, "%s", key);
	return 0;
}

static int
get_choice(const struct json *object, const char *key, enum choice_of of,
    struct choice *c, struct arena *arena, struct err *err)
{
	static const char *const known[] = { "name", "settings", NULL };
	const struct json *o = json_get(object, key), *s;
	struct choice_entry e;
	const char *name;

	*c = (struct choice){ 0 };
	if (o == NULL)
		return 0;
	if (json_only(o, known, ERR_MODEL, err) < 0 ||
	    json_need_text(o, "name", &name, ERR_MODEL, err) < 0 ||
	    choice_entry(of, name, &e, err) < 0)
		goto bad;
	c->name = e.name;
	s = json_get(o, "settings");
	if (s == NULL)
		err_set(err, ERR_MODEL, "settings: is missing");
	if (s == NULL ||
	    json_to_settings(s, &c->settings, arena, ERR_MODEL, err) < 0)
		goto bad;
	if (choice_complete(c, &e, arena, err) < 0)
		goto bad;
	return 0;
bad:
	err_blame(err, ERR_MODEL);
	return err_in(err, "%s", key);
}

/* Optional text. */
static int
get_text(const struct json *object, const char *key, const char **text,
    struct err *err)
{
	*text = NULL;
	if (json_get(object, key) == NULL)
		return 0;
	return json_need_text(object, key, text, ERR_MODEL, err);
}

/* Optional number, 0 when it is not there. */
static int
get_count(
    const struct json *object, const char *key, int64_t *n, struct err *err)
{
	*n = 0;
	if (json_get(object, key) == NULL)
		return 0;
	if (json_need_int(object, key, n, ERR_MODEL, err) < 0)
		return -1;
	return *n >= 0 ? 0 : err_set(err, ERR_MODEL, "%s: is negative", key);
}

/* Optional number of more than 0, 0 when it is not there. */
static int
get_alpha(
    const struct json *object, const char *key, double *v, struct err *err)
{
	*v = 0;
	if (json_get(object, key) == NULL)
		return 0;
	if (json_need_real(object, key, v, ERR_MODEL, err) < 0)
		return -1;
	return *v > 0 ? 0 : err_set(err, ERR_MODEL, "%s: is not positive", key);
}

const char *const bn_words[] = { "frozen", "train", "recalibrate", NULL };

static int
bn_known(const char *word)
{
	for (int i = 0; bn_words[i] != NULL; i++)
		if (strcmp(bn_words[i], word) == 0)
			return 1;
	return 0;
}

static int
get_plan(struct run_plan *p, const struct json *o, struct arena *arena,
    struct err *err)
{
	static const char *const known[] = { "settings", "optimizer",
		"schedule", "loss", "phases", "order", "sampler", "augment",
		"class_weight", "mixup", "cutmix", "bn", "lr_scale", "dropout",
		"anchor", "skip_bad", "data", "val", "fold", "split", "surgery",
		NULL };

	if (json_only(o, known, ERR_MODEL, err) < 0 ||
	    get_table(o, "settings", train_plan_attrs, &p->train, arena, err) <
		0 ||
	    get_choice(o, "optimizer", CHOICE_OPTIMIZER, &p->train.optimizer,
		arena, err) < 0 ||
	    get_choice(o, "schedule", CHOICE_SCHEDULE, &p->train.schedule,
		arena, err) < 0 ||
	    get_choice(o, "loss", CHOICE_LOSS, &p->train.loss, arena, err) <
		0 ||
	    phases_get(&p->train, o, arena, err) < 0 ||
	    get_text(o, "order", &p->order, err) < 0 ||
	    get_text(o, "sampler", &p->sampler, err) < 0 ||
	    get_text(o, "augment", &p->augment, err) < 0 ||
	    get_text(o, "class_weight", &p->class_weight, err) < 0 ||
	    get_alpha(o, "mixup", &p->mixup, err) < 0 ||
	    get_alpha(o, "cutmix", &p->cutmix, err) < 0 ||
	    get_text(o, "bn", &p->bn, err) < 0 ||
	    get_text(o, "lr_scale", &p->lr_scale, err) < 0 ||
	    get_text(o, "dropout", &p->dropout, err) < 0 ||
	    get_text(o, "anchor", &p->anchor, err) < 0 ||
	    get_count(o, "skip_bad", &p->skip_bad, err) < 0 ||
	    get_text(o, "data", &p->data, err) < 0 ||
	    get_text(o, "val", &p->val, err) < 0 ||
	    get_text(o, "fold", &p->fold, err) < 0 ||
	    get_text(o, "split", &p->split, err) < 0 ||
	    get_text(o, "surgery", &p->surgery, err) < 0)
		return -1;
	if (p->sampler != NULL && strcmp(p->sampler, "balanced") != 0)
		return err_set(err, ERR_MODEL, "sampler: is not known here");
	if (p->split != NULL && strcmp(p->split, "alike") != 0)
		return err_set(err, ERR_MODEL, "split: is not known here");
	if (p->train.optimizer.name == NULL || p->train.schedule.name == NULL ||
	    p->train.loss.name == NULL || p->order == NULL || p->data == NULL)
		return err_set(err, ERR_MODEL, "is not complete");
	if (p->bn != NULL && !bn_known(p->bn))
		return err_set(err, ERR_MODEL, "bn: is none that is known");
	return 0;
}

static int
get_position(struct train_position *at, const struct json *root,
    const char *key, struct arena *arena, struct err *err)
{
	return get_table(root, key, train_position_attrs, at, arena, err);
}

static int
get_state(struct training *t, const struct json *root, struct arena *arena,
    struct err *err)
{
	const struct json *o;

	if ((o = json_get(root, "plan")) != NULL) {
		t->has_plan = 1;
		if (get_plan(&t->plan, o, arena, err) < 0)
			return err_in(err, "plan");
	}
	if (json_get(root, "position") != NULL) {
		t->has_position = 1;
		if (get_position(&t->at, root, "position", arena, err) < 0 ||
		    get_text(root, "numerics", &t->numerics, err) < 0 ||
		    json_need_int(
			root, "batches", &t->data_batches, ERR_MODEL, err) < 0)
			return -1;
	}
	if ((o = json_get(root, "recorded")) != NULL) {
		if (o->type != JSON_IS_BOOL)
			return err_set(
			    err, ERR_MODEL, "recorded: is not true or false");
		t->recorded = o->i != 0;
	}
	if (json_get(root, "best") != NULL) {
		t->has_best = 1;
		if (get_position(&t->best, root, "best", arena, err) < 0)
			return -1;
	}
	if (t->has_position && !t->has_plan)
		return err_set(err, ERR_MODEL, "position: has no plan");
	if (t->at.phase > 0 && t->at.phase >= t->plan.train.nphases)
		return err_set(err, ERR_MODEL,
		    "position: phase: the plan has %d of them",
		    t->plan.train.nphases);
	return 0;
}

static int
get_training(struct training *t, const struct json *root, struct arena *arena,
    struct err *err)
{
	static const char *const known[] = { "version", "epoch", "seed",
		"threads", "lr", "loss", "mean", "spread", "plan", "position",
		"best", "numerics", "batches", "recorded", NULL };
	int64_t version = 0;

	if (json_need_int(root, "version", &version, ERR_MODEL, err) < 0)
		return -1;
	if (version != 1)
		return err_set(err, ERR_MODEL,
		    "version %lld is not known here; a newer nn-tools reads it",
		    (long long)version);
	if (json_only(root, known, ERR_MODEL, err) < 0 ||
	    json_need_int(root, "epoch", &t->epoch, ERR_MODEL, err) < 0 ||
	    json_need_int(root, "seed", &t->seed, ERR_MODEL, err) < 0 ||
	    json_need_int(root, "threads", &t->threads, ERR_MODEL, err) < 0 ||
	    json_need_real(root, "lr", &t->lr, ERR_MODEL, err) < 0 ||
	    get_choice(root, "loss", CHOICE_LOSS, &t->loss, arena, err) < 0)
		return -1;
	if (t->epoch < 0 || t->epoch > UINT32_MAX || t->threads < 0)
		return err_set(
		    err, ERR_MODEL, "epoch or threads: out of range");
	if (number_is_none(t->lr))
		return err_set(err, ERR_MODEL, "lr: is not a number");
	if (json_get(root, "mean") != NULL ||
	    json_get(root, "spread") != NULL) {
		t->measured = 1;
		if (json_need_real(root, "mean", &t->mean, ERR_MODEL, err) <
			0 ||
		    json_need_real(root, "spread", &t->spread, ERR_MODEL, err) <
			0)
			return -1;
	}
	return get_state(t, root, arena, err);
}

int
training_read(struct training *to, const struct json *document,
    struct arena *arena, struct err *err)
{
	*to = (struct training){ 0 };
	if (document == NULL)
		return 0;
	if (get_training(to, document, arena, err) < 0)
		return err_in(err, "training");
	return 0;
}

int
training_unfinished(const struct training *training)
{
	return training->has_position && !training->at.done;
}
