/* One setting's value: out of text, out of a document, within its range, and
   as text again. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/setting.h"

enum { RANGE_TEXT = 80 };

char *
setting_shown(char out[SETTING_SHOWN], const char *s)
{
	return text_safe(out, SETTING_SHOWN, s, strlen(s));
}

/* "1..16777216", "0.." or "" */
static char *
range_print(char out[RANGE_TEXT], const struct attr *row)
{
	char number[32];

	out[0] = '\0';
	if (isinf(row->min) && isinf(row->max))
		return out;
	if (!isinf(row->min))
		strcat(out, text_number(number, row->min));
	strcat(out, "..");
	if (!isinf(row->max))
		strcat(out, text_number(number, row->max));
	return out;
}

static int
check_number(const struct attr *row, double v, const char *text,
    enum err_code code, struct err *err)
{
	char range[RANGE_TEXT];

	/* Written so that NaN fails. */
	if (v >= row->min && v <= row->max && isfinite(v))
		return 0;
	if (!isfinite(v))
		return err_set(
		    err, code, "%s: %s is not finite", row->name, text);
	return err_set(err, code, "%s: %s is not in %s", row->name, text,
	    range_print(range, row));
}

void
setting_words(struct text *t, const char *const *words, const char *between)
{
	for (int i = 0; words[i] != NULL; i++) {
		text_add(t, i > 0 ? between : "");
		text_add(t, words[i]);
	}
}

static int
check_word(const struct attr *row, const char *s, struct arena *arena,
    enum err_code code, struct err *err)
{
	const char *const *w = row->words;
	char word[SETTING_SHOWN];
	const char *near;
	struct text t;

	for (; w != NULL && *w != NULL; w++) {
		if (strcmp(*w, s) == 0)
			return 0;
	}
	if (row->words == NULL)
		return 0;
	near = text_nearest(s, row->words);
	if (near != NULL)
		return err_set(err, code,
		    "%s: unknown word '%s'; did you mean '%s'?", row->name,
		    setting_shown(word, s), near);
	text_begin(&t, arena, err);
	setting_words(&t, row->words, ", ");
	if (text_end(&t) == NULL)
		return -1;
	return err_set(err, code, "%s: '%s' is not one of %s", row->name,
	    setting_shown(word, s), text_end(&t));
}

static int
check_shape(const struct attr *row, const struct shape *shape,
    enum err_code code, struct err *err)
{
	char text[SHAPE_TEXT], range[RANGE_TEXT];

	if (shape->rank < 1 || shape->rank > SHAPE_MAX)
		return err_set(err, code,
		    "%s: a shape has 1 to %d dimensions, not %d", row->name,
		    SHAPE_MAX, shape->rank);
	for (int i = 0; i < shape->rank; i++) {
		double dim = (double)shape->dim[i];

		if (dim < row->min || dim > row->max)
			return err_set(err, code,
			    "%s: a dimension of %s is not in %s", row->name,
			    shape_print(text, shape), range_print(range, row));
	}
	return 0;
}

int
setting_check(const struct attr *row, const struct setting *v,
    struct arena *arena, enum err_code code, struct err *err)
{
	char text[32];

	switch (row->type) {
	case ATTR_INT:
		snprintf(text, sizeof(text), "%lld", (long long)v->i);
		return check_number(row, (double)v->i, text, code, err);
	case ATTR_REAL:
		return check_number(
		    row, v->r, text_number(text, v->r), code, err);
	case ATTR_WORD:
		return check_word(row, v->s, arena, code, err);
	case ATTR_SHAPE:
		return check_shape(row, &v->shape, code, err);
	case ATTR_BOOL:
	case ATTR_END:
		break;
	}
	return 0;
}

static int
parse_int(struct setting *v, const char *s)
{
	long long i;

	if (text_to_int(s, &i) < 0)
		return -1;
	v->i = i;
	return 0;
}

/* "0.5" or a fraction, "1/255". */
static int
parse_real(struct setting *v, const char *s)
{
	const char *slash = strchr(s, '/');
	char over[64];
	double under;

	if (slash == NULL)
		return text_to_real(s, &v->r);
	if ((size_t)(slash - s) >= sizeof(over))
		return -1;
	memcpy(over, s, (size_t)(slash - s));
	over[slash - s] = '\0';
	if (text_to_real(over, &v->r) < 0 ||
	    text_to_real(slash + 1, &under) < 0 || under == 0)
		return -1;
	v->r /= under;
	return 0;
}

static int
parse_bool(struct setting *v, const char *s)
{
	static const char *const words[] = { "false", "true", "0", "1" };

	for (int i = 0; i < 4; i++) {
		if (strcmp(words[i], s) == 0) {
			v->i = i % 2;
			return 0;
		}
	}
	return -1;
}

static int
parse_word(struct setting *v, const char *s)
{
	v->s = s;
	return 0;
}

static int
parse_shape(struct setting *v, const char *s)
{
	return shape_parse(&v->shape, s);
}

/* How text becomes a value of each type, and what it is called. */
static const struct {
	int (*parse)(struct setting *v, const char *s);
	const char *what;
	const char *example;
} types[] = {
	[ATTR_INT] = { parse_int, "a whole number", "N" },
	[ATTR_REAL] = { parse_real, "a number", "X" },
	[ATTR_BOOL] = { parse_bool, "true or false", "true|false" },
	[ATTR_WORD] = { parse_word, "a word", "WORD" },
	[ATTR_SHAPE] = { parse_shape, "a shape like 3x3", "SHAPE" },
};

int
setting_parse(const struct attr *row, const char *text, struct setting *v,
    enum err_code code, struct err *err)
{
	char word[SETTING_SHOWN];

	*v = (struct setting){ .name = row->name, .type = row->type };
	if (types[row->type].parse(v, text) < 0)
		return err_set(err, code, "%s: '%s' is not %s", row->name,
		    setting_shown(word, text), types[row->type].what);
	return 0;
}

static int
is_whole(double r)
{
	const double exact = 9007199254740992; /* 2^53 */

	return fabs(r) <= exact && r == floor(r);
}

/* A number where another type of number stands in the row, when nothing is
   lost: documents do not tell 1 from 1.0. */
static int
convert_number(
    const struct attr *row, const struct setting *given, struct setting *v)
{
	int64_t i = given->i;

	if (given->type == ATTR_REAL) {
		if (!is_whole(given->r))
			return -1;
		i = (int64_t)given->r;
	} else if (given->type != ATTR_INT) {
		return -1;
	}
	v->i = i;
	v->r = (double)i;
	v->shape = (struct shape){ .rank = 1, .dim = { i } };
	if (row->type == ATTR_BOOL)
		return i == 0 || i == 1 ? 0 : -1;
	return row->type == ATTR_WORD ? -1 : 0;
}

int
setting_from(const struct attr *row, const struct setting *given,
    struct setting *v, struct arena *arena, enum err_code code, struct err *err)
{
	char word[SETTING_SHOWN];
	const char *text;

	if (given->type == ATTR_WORD && !given->exact)
		return setting_parse(row, given->s, v, code, err);
	*v = *given;
	v->name = row->name;
	v->type = row->type;
	if (given->type == row->type)
		return 0;
	if ((!given->exact || row->type == ATTR_INT ||
		row->type == ATTR_REAL) &&
	    convert_number(row, given, v) == 0)
		return 0;
	text = setting_print(given, arena, err);
	if (text == NULL)
		return -1;
	return err_set(err, code, "%s: %s is not %s", row->name,
	    setting_shown(word, text), types[row->type].what);
}

char *
setting_print(const struct setting *s, struct arena *arena, struct err *err)
{
	char shape[SHAPE_TEXT], number[32];

	switch (s->type) {
	case ATTR_INT:
		return arena_printf(arena, err, "%lld", (long long)s->i);
	case ATTR_REAL:
		return arena_text(arena, text_number(number, s->r), err);
	case ATTR_BOOL:
		return arena_text(arena, s->i ? "true" : "false", err);
	case ATTR_WORD:
		return arena_text(arena, s->s, err);
	case ATTR_SHAPE:
		return arena_text(arena, shape_print(shape, &s->shape), err);
	case ATTR_END:
		break;
	}
	return arena_text(arena, "", err);
}

char *
attr_describe(const struct attr *row, struct arena *arena, struct err *err)
{
	char range[RANGE_TEXT] = "";
	struct text t;

	text_begin(&t, arena, err);
	text_addf(&t, "%s=", row->name);
	if (row->type == ATTR_WORD && row->words != NULL)
		setting_words(&t, row->words, "|");
	else
		text_add(&t, types[row->type].example);
	if (row->type != ATTR_WORD && row->type != ATTR_BOOL)
		range_print(range, row);
	text_addf(&t, " (%s%s", range, range[0] != '\0' ? ", " : "");
	if (row->init != NULL)
		text_addf(&t, "default %s)",
		    row->init[0] != '\0' ? row->init : "none");
	else
		text_add(&t, "required)");
	return text_end(&t);
}
