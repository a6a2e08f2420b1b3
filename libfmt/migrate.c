/* Models of older formats become models of the one that is written: one
   function a step, in a table. */
#include "migrate.h"

#include <string.h>

/* An object of its own with the same members, which may be changed. */
static struct json *
object_again(const struct json *from, struct arena *arena, struct err *err)
{
	struct json *to = arena_alloc(arena, sizeof(*to), err);
	struct json **link;
	const struct json *j;

	if (to == NULL)
		return NULL;
	*to = *from;
	link = &to->child;
	for (j = from->child; j != NULL; j = j->next) {
		struct json *copy = arena_alloc(arena, sizeof(*copy), err);

		if (copy == NULL)
			return NULL;
		*copy = *j;
		*link = to->last = copy;
		link = &copy->next;
	}
	return to;
}

/* The member of an object that may be changed, and it may be too. */
static struct json *
member_again(
    struct json *object, const char *key, struct arena *arena, struct err *err)
{
	struct json *j, *copy;

	for (j = object->child; strcmp(j->key, key) != 0;)
		j = j->next;
	copy = object_again(j, arena, err);
	if (copy == NULL)
		return NULL;
	j->child = copy->child;
	j->last = copy->last;
	return j;
}

/* 0.1 to 1.0.

   Documents, tensors and their order are the same.  The plan of a run says two
   things in other words, and says nothing of a third:
   - an option without a value stands in `surgery` as "--new-head=";
   - the words of the first plans lack settings whose defaults are what was done
     then;
   - until `accumulate` came to the settings, val_split chose samples by the hash
     of their content alone, as `split` says now. */

/* "--new-head= --freeze=a" without the "=" that nothing follows. */
static char *
words_tidied(const char *words, struct arena *arena, struct err *err)
{
	char *out = arena_text(arena, words, err);
	char *to = out;
	const char *from;

	if (out == NULL)
		return NULL;
	for (from = out; *from != '\0'; from++)
		if (*from != '=' || (from[1] != ' ' && from[1] != '\0'))
			*to++ = *from;
	*to = '\0';
	return out;
}

static int
is_positive(const struct json *j)
{
	return j != NULL &&
	    ((j->type == JSON_IS_INT && j->i > 0) ||
		(j->type == JSON_IS_REAL && j->r > 0));
}

static int
plan_from_0_1(struct json *plan, struct arena *arena, struct err *err)
{
	const struct json *settings = json_get(plan, "settings");
	struct json *j;

	for (j = plan->child; j != NULL; j = j->next)
		if (strcmp(j->key, "surgery") == 0 && j->type == JSON_IS_TEXT) {
			j->s = words_tidied(j->s, arena, err);
			if (j->s == NULL)
				return -1;
		}
	if (settings == NULL || settings->type != JSON_IS_OBJECT ||
	    json_get(settings, "accumulate") != NULL ||
	    !is_positive(json_get(settings, "val_split")))
		return 0;
	return json_put_text(plan, "split", "alike", arena, err);
}

static int
from_0_1(struct fmt_model *m, struct arena *arena, struct err *err)
{
	const struct json *plan =
	    m->training != NULL ? json_get(m->training, "plan") : NULL;
	struct json *training, *j;

	if (plan == NULL || plan->type != JSON_IS_OBJECT)
		return 0;
	training = object_again(m->training, arena, err);
	j = training != NULL ? member_again(training, "plan", arena, err)
			     : NULL;
	if (j == NULL || plan_from_0_1(j, arena, err) < 0)
		return -1;
	m->training = training;
	return 0;
}

const struct migration migrations[] = {
	{ 0, 1, 1, 0, from_0_1 },
	{ 0 },
};

static const struct migration *
step_from(const struct migration *table, int64_t major, int64_t minor)
{
	for (; table->step != NULL; table++)
		if (table->major == major && table->minor == minor)
			return table;
	return NULL;
}

int
migrates(const struct migration *table, int64_t major, int64_t minor, int to)
{
	const struct migration *s;

	while (major != to) {
		s = step_from(table, major, minor);
		if (s == NULL)
			return 0;
		major = s->to_major;
		minor = s->to_minor;
	}
	return 1;
}

int
migrate(const struct migration *table, struct fmt_model *m, int to,
    struct arena *arena, struct err *err)
{
	int64_t major = m->format_major, minor = m->format_minor;
	const struct migration *s;

	while (major != to) {
		s = step_from(table, major, minor);
		if (s == NULL)
			return err_set(err, ERR_BUG,
			    "no step leads on from format %lld.%lld",
			    (long long)major, (long long)minor);
		if (s->step(m, arena, err) < 0)
			return err_in(err, "from format %lld.%lld to %d.%d",
			    (long long)major, (long long)minor, s->to_major,
			    s->to_minor);
		major = s->to_major;
		minor = s->to_minor;
	}
	return 0;
}
