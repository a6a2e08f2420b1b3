/* Writers: from nothing or from a model, and out to a file. */
#include <string.h>

#include "model.h"
#include "nnfmt-inside.h"

struct nnfmt_writer *
nnfmt_writer_new(struct nnfmt_error *error)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct nnfmt_writer *w = arena_alloc(&arena, sizeof(*w), &err);

	if (w == NULL) {
		public_fail(error, &err);
		return NULL;
	}
	w->arena = arena;
	return w;
}

void
nnfmt_writer_free(struct nnfmt_writer *writer)
{
	struct arena arena;

	if (writer == NULL)
		return;
	arena = writer->arena;
	arena_free(&arena);
}

/* All of a set; what of a delta is its base's stays so. */
static int
copy_set(struct nnfmt_writer *w, const struct nnfmt_model *model, int set,
    struct err *err)
{
	static const struct shape unknown = { .rank = -1 };
	const struct table *from = &model->sets[set];
	int64_t i;

	for (i = 0; i < from->n; i++) {
		const struct nnfmt_tensor *t = &from->at[i];
		const void *data = tensor_numbers(t, err);
		struct entry e = { .name = t->name, .role = t->role };

		if (err->code != ERR_NONE ||
		    dtype_of_public(t->dtype, &e.value.dtype, err) < 0)
			return -1;
		e.value.shape = data != NULL ? t->shape : unknown;
		e.value.data = (void *)(uintptr_t)data;
		if (entry_put(&w->sets[set], &e, &w->arena, err) < 0)
			return -1;
	}
	return 0;
}

static int
copy_frozen(
    struct nnfmt_writer *w, const struct nnfmt_model *model, struct err *err)
{
	size_t n;
	const char *text = nnfmt_document(model, "frozen", &n);

	if (text == NULL)
		return 0;
	w->frozen = document_parse(text, n, &w->arena, err);
	return w->frozen != NULL ? 0 : -1;
}

struct nnfmt_writer *
nnfmt_writer_from(struct nnfmt_model *model, struct nnfmt_error *error)
{
	struct nnfmt_writer *w = nnfmt_writer_new(error);
	struct err err = { 0 };
	int set = 0;

	if (w == NULL)
		return NULL;
	if (fmt_verify(&model->m, FMT_ALL, &err) < 0)
		set = SETS;
	w->m = model->m;
	for (; set < NNFMT_EXT; set++)
		if (copy_set(w, model, set, &err) < 0)
			break;
	if (set == NNFMT_EXT && copy_frozen(w, model, &err) == 0)
		return w;
	public_fail(error, &err);
	nnfmt_writer_free(w);
	return NULL;
}

int
nnfmt_put_labels(struct nnfmt_writer *writer, int64_t n,
    const char *const *labels, struct nnfmt_error *error)
{
	struct err err = { 0 };
	const char **copy;
	int64_t i;

	if (n < 0 || n > FMT_LABELS_MAX) {
		err_set(&err, ERR_USAGE, "%lld class names are not in 0..%d",
		    (long long)n, FMT_LABELS_MAX);
		return public_fail(error, &err);
	}
	copy = arena_array(&writer->arena, (size_t)n + 1, sizeof(*copy), &err);
	for (i = 0; copy != NULL && i < n; i++) {
		copy[i] = arena_text(&writer->arena, labels[i], &err);
		if (copy[i] == NULL)
			break;
	}
	if (copy == NULL || i < n)
		return public_fail(error, &err);
	writer->m.labels = copy;
	writer->m.nlabels = n;
	return 0;
}

/* One of the two ways out. */
static int
finished(struct nnfmt_writer *w, const struct fmt_model *m, int rc,
    const struct err *err, struct nnfmt_error *error)
{
	if (rc < 0)
		return public_fail(error, err);
	memcpy(w->written[0], m->content_id, FMT_HEX);
	memcpy(w->written[1], m->weights_id, FMT_HEX);
	memcpy(w->written[2], m->state_id, FMT_HEX);
	return 0;
}

int
nnfmt_save(
    struct nnfmt_writer *writer, const char *path, struct nnfmt_error *error)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct fmt_model m = { 0 };
	int rc = writer_assemble(writer, &m, &arena, &err);

	if (rc == 0)
		rc = fmt_save(&m, path, &err);
	rc = finished(writer, &m, rc, &err, error);
	arena_free(&arena);
	return rc;
}

int
nnfmt_write(struct nnfmt_writer *writer, int fd, struct nnfmt_error *error)
{
	struct arena arena = { 0 };
	struct err err = { 0 };
	struct fmt_model m = { 0 };
	int rc = writer_assemble(writer, &m, &arena, &err);

	if (rc == 0)
		rc = fmt_write(&m, fd, &err);
	rc = finished(writer, &m, rc, &err, error);
	arena_free(&arena);
	return rc;
}

const char *
nnfmt_written(const struct nnfmt_writer *writer, int which)
{
	if (which < NNFMT_TEXT_CONTENT_ID || which > NNFMT_TEXT_STATE_ID)
		return "";
	return writer->written[which - NNFMT_TEXT_CONTENT_ID];
}
