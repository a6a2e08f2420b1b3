/* Names of classes as a list in words. */
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "labels.h"

enum { SHOWN = 100 };

/* Bytes of the name at s, up to a single comma. */
static size_t
name_length(const char *s)
{
	size_t n = 0;
	while (s[n] && (s[n] != ',' || s[n + 1] == ','))
		n += s[n] == ',' ? 2 : 1;
	return n;
}

static char *
take_name(const char *s, size_t n, struct arena *arena, struct err *err)
{
	char *name = arena_alloc(arena, n + 1, err);
	size_t used = 0;

	for (size_t i = 0; name && i < n; i++) {
		name[used++] = s[i];
		if (s[i] == ',')
			i++;
	}
	return name;
}

static int
check_single(
    const char *const *labels, int64_t n, struct arena *arena, struct err *err)
{
	char word[SHOWN];
	const char **sorted =
	    arena_array(arena, (size_t)n, sizeof(*sorted), err);

	if (!sorted)
		return -1;
	memcpy(sorted, labels, (size_t)n * sizeof(*sorted));
	qsort(sorted, (size_t)n, sizeof(*sorted), text_order);
	for (int64_t i = 1; i < n; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			return err_set(err, ERR_USAGE,
			    "--labels: '%s' is there twice",
			    text_safe(word, sizeof(word), sorted[i],
				strlen(sorted[i])));
	return 0;
}

int
labels_parse(const char *list, const char ***labels, int64_t *n,
    struct arena *arena, struct err *err)
{
	size_t room = 1, len;

	for (const char *s = list; *s; s++)
		room += *s == ',';
	*n = 0;
	*labels = arena_array(arena, room, sizeof(**labels), err);
	if (!*labels)
		return -1;
	for (;; list += len + 1) {
		len = name_length(list);
		if (len == 0)
			return err_set(err, ERR_USAGE,
			    "--labels: a name is empty (a comma in a name is "
			    "written ,,)");
		if (*n == FMT_LABELS_MAX)
			return err_set(err, ERR_USAGE,
			    "--labels: more than %d names", FMT_LABELS_MAX);
		(*labels)[*n] = take_name(list, len, arena, err);
		if (!(*labels)[(*n)++])
			return -1;
		if (!list[len])
			break;
	}
	return check_single(*labels, *n, arena, err);
}

void
labels_print(const char *const *labels, int64_t n, struct text *out)
{
	for (int64_t i = 0; i < n; i++) {
		if (i)
			text_add(out, ",");
		for (const char *s = labels[i]; *s; s++)
			text_add_n(
			    out, *s == ',' ? ",," : s, *s == ',' ? 2 : 1);
	}
}
