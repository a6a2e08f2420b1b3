/* The phases of a plan, in the document /training. */
#include "phases.h"

static int
put_phase(struct json *list, const struct train_phase *phase,
    struct arena *arena, struct err *err)
{
	struct json *o = json_put_object(list, NULL, arena, err);

	if (o == NULL ||
	    (phase->epoch != TRAIN_PLATEAU &&
		json_put_int(o, "epoch", phase->epoch, arena, err) < 0) ||
	    json_put_text(o, "select", phase->select, arena, err) < 0 ||
	    json_put_real(o, "lr", phase->lr, arena, err) < 0)
		return -1;
	if (phase->restart && json_put_bool(o, "restart", 1, arena, err) < 0)
		return -1;
	return phase->plain ? json_put_bool(o, "plain", 1, arena, err) : 0;
}

int
phases_put(struct json *plan, const struct train_plan *p, struct arena *arena,
    struct err *err)
{
	struct json *list;

	if (p->nphases == 0)
		return 0;
	if ((list = json_put_array(plan, "phases", arena, err)) == NULL)
		return -1;
	for (int i = 0; i < p->nphases; i++)
		if (put_phase(list, &p->phases[i], arena, err) < 0)
			return -1;
	return 0;
}

static int
is_true(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);

	return v != NULL && v->type == JSON_IS_BOOL && v->i != 0;
}

static int
get_phase(struct train_phase *phase, const struct json *o, struct err *err)
{
	static const char *const known[] = { "epoch", "select", "lr", "restart",
		"plain", NULL };

	if (o->type != JSON_IS_OBJECT)
		return err_set(err, ERR_MODEL, "is not an object");
	phase->epoch = TRAIN_PLATEAU;
	if (json_only(o, known, ERR_MODEL, err) < 0 ||
	    (json_get(o, "epoch") != NULL &&
		json_need_int(o, "epoch", &phase->epoch, ERR_MODEL, err) < 0) ||
	    json_need_text(o, "select", &phase->select, ERR_MODEL, err) < 0 ||
	    json_need_real(o, "lr", &phase->lr, ERR_MODEL, err) < 0)
		return -1;
	phase->restart = is_true(o, "restart");
	phase->plain = is_true(o, "plain");
	if (phase->epoch < TRAIN_PLATEAU || phase->epoch > INT32_MAX)
		return err_set(err, ERR_MODEL, "epoch: is out of range");
	if (!(phase->lr > 0) || phase->lr > 1e6)
		return err_set(err, ERR_MODEL, "lr: is out of range");
	return 0;
}

int
phases_get(struct train_plan *p, const struct json *plan, struct arena *arena,
    struct err *err)
{
	const struct json *list = json_get(plan, "phases"), *j;
	struct train_phase *phases;
	int n;

	if (list == NULL)
		return 0;
	n = list->type == JSON_IS_ARRAY ? json_length(list) : 0;
	if (n < 1 || n > TRAIN_PHASES_MAX)
		return err_set(err, ERR_MODEL, "phases: is no list of phases");
	phases = arena_array(arena, (size_t)n, sizeof(*phases), err);
	if (phases == NULL)
		return -1;
	p->phases = phases;
	for (j = list->child; j != NULL; j = j->next, p->nphases++)
		if (get_phase(&phases[p->nphases], j, err) < 0)
			return err_in(err, "phases: %d", p->nphases + 1);
	return 0;
}
