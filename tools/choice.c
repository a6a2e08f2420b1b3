/* Optimizers, schedules and losses in words, by the registries of libnn. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/operand.h"
#include "base/text.h"
#include "loss.h"
#include "optim.h"
#include "schedule.h"

enum { CHOICE_NAMES = 64 };

static const char *const choice_word[] = {
	[CHOICE_OPTIMIZER] = "optimizer",
	[CHOICE_SCHEDULE] = "schedule",
	[CHOICE_LOSS] = "loss",
};

/* Names that a later version knows. */
static const struct {
	enum choice_of of;
	const char *name;
} later[] = {
	{ CHOICE_OPTIMIZER, "lion" },
	{ CHOICE_SCHEDULE, "plateau" },
	{ CHOICE_LOSS, "focal" },
};

static int
registry_row(enum choice_of of, int i, struct choice_entry *e)
{
	*e = (struct choice_entry){ 0 };
	if (of == CHOICE_OPTIMIZER && optims[i] != NULL)
		*e = (struct choice_entry){ optims[i]->name, optims[i]->attrs,
			optims[i]->conf_size };
	if (of == CHOICE_SCHEDULE && schedules[i] != NULL)
		*e = (struct choice_entry){ schedules[i]->name,
			schedules[i]->attrs, schedules[i]->conf_size };
	if (of == CHOICE_LOSS && losses[i] != NULL)
		*e = (struct choice_entry){ losses[i]->name, losses[i]->attrs,
			losses[i]->conf_size };
	return e->name != NULL;
}

static int
registry_refuse(enum choice_of of, const char *name, struct err *err)
{
	const char *names[CHOICE_NAMES + 1] = { 0 };
	const char *near;
	struct choice_entry e;
	char list[256] = "";
	size_t n = 0;

	for (int i = 0; i < CHOICE_NAMES && registry_row(of, i, &e); i++) {
		names[i] = e.name;
		n = strlen(list);
		if (n + strlen(e.name) + 2 < sizeof(list)) {
			if (i > 0)
				memcpy(list + n, " ", 2);
			strcat(list, e.name);
		}
	}
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (later[i].of == of && strcmp(later[i].name, name) == 0)
			return err_set(err, ERR_USAGE,
			    "%s %s is not in this version; there are: %s",
			    choice_word[of], name, list);
	if ((near = text_nearest(name, names)) != NULL)
		return err_set(err, ERR_USAGE,
		    "%s '%s' is unknown; did you mean '%s'?", choice_word[of],
		    name, near);
	return err_set(err, ERR_USAGE, "%s '%s' is unknown; there are: %s",
	    choice_word[of], name, list);
}

int
choice_entry(enum choice_of of, const char *name, struct choice_entry *e,
    struct err *err)
{
	for (int i = 0; registry_row(of, i, e); i++)
		if (strcmp(e->name, name) == 0)
			return 0;
	return registry_refuse(of, name, err);
}

/* Settings checked by the table and every one of them spelt out. */
int
choice_complete(struct choice *c, const struct choice_entry *e,
    struct arena *arena, struct err *err)
{
	static const struct attr none[] = { { 0 } };
	const struct attr *attrs = e->attrs != NULL ? e->attrs : none;
	struct settings full;
	void *conf = arena_alloc(arena, e->conf_size + 1, err);

	if (conf == NULL)
		return -1;
	if (attr_fill(attrs, conf, &c->settings, arena, ERR_USAGE, err) < 0)
		return err_in(err, "%s", e->name);
	if (attr_list(attrs, conf, 0, &full, arena, err) < 0)
		return -1;
	c->settings = full;
	return 0;
}

int
choice_parse(struct choice *to, enum choice_of of, const char *text,
    struct arena *arena, struct err *err)
{
	static const struct attr none[] = { { 0 } };
	struct operand o;
	struct choice_entry e;
	int used = 0;

	*to = (struct choice){ 0 };
	if (operand_parse(&o, text, arena, err) < 0 ||
	    choice_entry(of, o.name, &e, err) < 0)
		return -1;
	to->name = e.name;
	if (operand_settings(&o, e.attrs != NULL ? e.attrs : none,
		&to->settings, &used, arena, err) < 0)
		return err_in(err, "%s", e.name);
	if (used < o.nplaces)
		return err_set(err, ERR_USAGE,
		    "%s '%s': '%s' is one value too many", choice_word[of],
		    e.name, o.place[used]);
	return choice_complete(to, &e, arena, err);
}

char *
choice_print(const struct choice *choice, struct arena *arena, struct err *err)
{
	struct text t;

	text_begin(&t, arena, err);
	text_add(&t, choice->name != NULL ? choice->name : "none");
	for (int i = 0; i < choice->settings.n; i++) {
		const struct setting *s = &choice->settings.at[i];
		char *value = setting_print(s, arena, err);

		if (value == NULL)
			return NULL;
		text_addf(&t, ",%s=%s", s->name, value);
	}
	return text_end(&t);
}

int
choice_equal(const struct choice *a, const struct choice *b,
    struct arena *arena, struct err *err)
{
	char *x = choice_print(a, arena, err);
	char *y = choice_print(b, arena, err);

	return x != NULL && y != NULL && strcmp(x, y) == 0;
}

double
choice_rate(const struct choice *optimizer)
{
	const struct optim *o = optim_find(optimizer->name);

	return o != NULL ? o->default_lr : 0;
}

double
number_none(void)
{
	return strtod("nan", NULL);
}

int
number_is_none(double v)
{
	return __builtin_isnan(v);
}
