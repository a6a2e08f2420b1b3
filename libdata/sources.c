/* Every format of samples, and what they share. */
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "source.h"
#include "sources/pngquick.h"

#define SOURCE(name) extern const struct source_kind source_##name;
#include "sources.def"
#undef SOURCE

const struct source_kind *const source_kinds[] = {
#define SOURCE(name) &source_##name,
#include "sources.def"
#undef SOURCE
	NULL,
};

const struct source_kind *
source_find(const char *name, size_t n)
{
	const struct source_kind *const *k;

	for (k = source_kinds; *k != NULL; k++)
		if (strlen((*k)->name) == n && memcmp((*k)->name, name, n) == 0)
			return *k;
	return NULL;
}

void
sample_buffer_free(struct sample_buffer *b)
{
	slab_free(b->x, b->x_size);
	slab_free(b->y, b->y_size);
	slab_free(b->scratch, b->scratch_size);
	png_quick_end(b);
	memset(b, 0, sizeof(*b));
}

static int
number_labels(struct label_set *set, int32_t *label, int64_t n,
    struct arena *arena, struct err *err)
{
	int32_t *place = arena_array(arena, LABELS_MAX, sizeof(*place), err);
	char text[16];
	int64_t i;

	if (place == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		int32_t v = label[i];

		if (v < 0 || v >= LABELS_MAX)
			return err_set(err, ERR_DATA,
			    "label %d of sample %jd: not in 0..%d", v,
			    (intmax_t)i, LABELS_MAX - 1);
		if (place[v] == 0) {
			snprintf(text, sizeof(text), "%d", v);
			place[v] = label_add(set, text, strlen(text), err) + 1;
			if (place[v] == 0)
				return -1;
		}
		label[i] = place[v] - 1;
	}
	return 0;
}

int
source_integer_labels(
    struct source *s, int32_t *label, int64_t n, struct err *err)
{
	struct label_set set = { 0 };
	struct arena work = { 0 };
	const char **names;
	int failed = number_labels(&set, label, n, &work, err);

	arena_free(&work);
	if (!failed)
		failed = label_sort(&set, label, n, &names, s->arena, err);
	if (!failed) {
		s->nlabels = set.names.n;
		s->labels = names;
		s->integer_labels = 1;
	}
	label_free(&set);
	return failed;
}

const char *
source_numbered(
    const struct source *s, int64_t i, struct arena *arena, struct err *err)
{
	return arena_printf(arena, err, "%s:%jd", s->name, (intmax_t)i);
}

const char *
data_source_name(int i, const char **help, const struct attr **attrs)
{
	int n = 0;

	while (source_kinds[n] != NULL)
		n++;
	if (i < 0 || i >= n)
		return NULL;
	*help = source_kinds[i]->help;
	*attrs = source_kinds[i]->attrs;
	return source_kinds[i]->name;
}
