/* Options that give a number to some layers. */
#include "scoped.h"

#include <string.h>

#include "base/text.h"

enum { SHOWN = 100 };

/* "SEL=NUMBER": the last = parts them. */
static int
parse_item(struct scoped_item *item, const char *word, size_t n,
    const struct scoped_range *range, struct arena *arena, struct err *err)
{
	char shown[SHOWN], *copy = arena_text_n(arena, word, n, err), *at;

	if (copy == NULL)
		return -1;
	at = strrchr(copy, '=');
	text_safe(shown, sizeof(shown), word, n);
	if (at == NULL || at == copy || memchr(word, ' ', n) != NULL)
		return err_set(err, ERR_USAGE,
		    "--%s: '%s' is not SEL=NUMBER; write --%s=head=0.5 or "
		    "--%s=type:conv2d=0.5",
		    range->option, shown, range->option, range->option);
	*at = '\0';
	item->sel = copy;
	if (text_to_real(at + 1, &item->value) < 0)
		return err_set(err, ERR_USAGE, "--%s: '%s': not a number",
		    range->option, shown);
	if (range->zero != NULL && item->value == 0)
		return err_set(err, ERR_USAGE, "--%s: '%s': %s", range->option,
		    shown, range->zero);
	if (!(item->value >= range->min && item->value <= range->max))
		return err_set(err, ERR_USAGE,
		    "--%s: '%s': the number is not in %g..%g", range->option,
		    shown, range->min, range->max);
	return 0;
}

char *
scoped_words(const struct cli_list *given, const struct scoped_range *range,
    struct arena *arena, struct err *err)
{
	struct scoped_item item;
	char number[32];
	struct text t;

	text_begin(&t, arena, err);
	for (int i = 0; i < given->n; i++) {
		const char *word = given->at[i].value;

		if (parse_item(&item, word, strlen(word), range, arena, err) <
		    0)
			return NULL;
		text_addf(&t, "%s%s=%s", i > 0 ? " " : "", item.sel,
		    text_number(number, item.value));
	}
	return text_end(&t);
}

int
scoped_parse(struct scoped *s, const char *words,
    const struct scoped_range *range, struct arena *arena, struct err *err)
{
	*s = (struct scoped){ 0 };
	if (words == NULL || *words == '\0')
		return 0;
	s->at = arena_array(arena, strlen(words) / 2 + 1, sizeof(*s->at), err);
	if (s->at == NULL)
		return -1;
	for (;;) {
		size_t n = strcspn(words, " ");

		if (parse_item(&s->at[s->n++], words, n, range, arena, err) < 0)
			return -1;
		if (words[n] == '\0')
			return 0;
		words += n + 1;
	}
}
