/* Models opened for others, and what they say about themselves. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model.h"
#include "nnfmt-inside.h"

/* An object that lives in its own arena. */
static struct nnfmt_model *
model_new(struct err *err)
{
	struct arena arena = { 0 };
	struct nnfmt_model *model = arena_alloc(&arena, sizeof(*model), err);

	if (model != NULL)
		model->arena = arena;
	return model;
}

void
nnfmt_close(struct nnfmt_model *model)
{
	struct arena arena;

	if (model == NULL)
		return;
	fmt_close(&model->m);
	arena = model->arena;
	arena_free(&arena);
}

static int
is_document(const struct h5_object *o)
{
	return !o->is_group && o->type.text == 0 && o->type.dtype == DTYPE_U8 &&
	    o->shape.rank == 1;
}

/* Copies, each with a NUL behind. */
static int
documents_get(
    struct nnfmt_model *model, const struct h5_object *root, struct err *err)
{
	int i;

	model->documents = arena_array(&model->arena, (size_t)root->nlinks + 1,
	    sizeof(*model->documents), err);
	if (model->documents == NULL)
		return -1;
	for (i = 0; i < root->nlinks; i++) {
		const struct h5_object *o = root->links[i];
		struct document *d = &model->documents[model->ndocuments];

		if (!is_document(o))
			continue;
		d->name = o->name;
		d->n = o->bytes;
		d->text = arena_text_n(&model->arena, o->data, o->bytes, err);
		if (d->text == NULL)
			return -1;
		model->ndocuments++;
	}
	return 0;
}

static int
attributes_get(
    struct nnfmt_model *model, const struct h5_object *root, struct err *err)
{
	const struct h5_object *optimizer = h5_find(root, "optimizer");

	snprintf(model->format, sizeof(model->format), "%lld.%lld",
	    (long long)model->m.format_major, (long long)model->m.format_minor);
	model->settings = optimizer == NULL
	    ? ""
	    : h5_need_text(optimizer, "settings", &model->arena, err);
	return model->settings != NULL ? 0 : -1;
}

static int
model_fill(struct nnfmt_model *model, struct err *err)
{
	const struct h5_object *root = model->m.map->root;

	if (documents_get(model, root, err) < 0 ||
	    attributes_get(model, root, err) < 0)
		return -1;
	return tables_build(model, err);
}

/* What opening ends with: the whole object, or nothing. */
static struct nnfmt_model *
opened(struct nnfmt_model *model, int rc, const struct err *err,
    struct nnfmt_error *error)
{
	if (rc == 0)
		return model;
	public_fail(error, err);
	nnfmt_close(model);
	return NULL;
}

/* The numbers of tensors are verified when they are first asked for. */
static int
model_read(struct nnfmt_model *model, int fd, const char *name, struct err *err)
{
	struct fmt_source source = { .fd = fd, .name = name, .later = FMT_ALL };

	if (fmt_read(&model->m, &source, &model->arena, err) < 0)
		return -1;
	return model_fill(model, err);
}

struct nnfmt_model *
nnfmt_open(const char *path, struct nnfmt_error *error)
{
	struct err err = { 0 };
	struct nnfmt_model *model = model_new(&err);
	int fd, rc = -1;

	if (path == NULL)
		err_set(&err, ERR_USAGE, "no path to open");
	if (path == NULL || model == NULL)
		return opened(model, -1, &err, error);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		err_errno(&err, "%s", path);
	} else {
		rc = model_read(model, fd, path, &err);
		close(fd);
	}
	return opened(model, rc, &err, error);
}

struct nnfmt_model *
nnfmt_open_fd(int fd, const char *name, struct nnfmt_error *error)
{
	struct err err = { 0 };
	struct nnfmt_model *model = model_new(&err);
	int rc = model != NULL ? model_read(model, fd, name, &err) : -1;

	return opened(model, rc, &err, error);
}

struct nnfmt_model *
nnfmt_open_memory(const void *bytes, size_t n, struct nnfmt_error *error)
{
	struct err err = { 0 };
	struct nnfmt_model *model = model_new(&err);
	int rc = -1;

	if (bytes == NULL || (uintptr_t)bytes % 8 != 0)
		err_set(&err, ERR_USAGE, "bytes of a model: %s",
		    bytes == NULL ? "none" : "not aligned to 8");
	else if (model != NULL &&
	    fmt_parse(&model->m, bytes, n, &model->arena, &err) == 0)
		rc = model_fill(model, &err);
	return opened(model, rc, &err, error);
}

int
nnfmt_verify(struct nnfmt_model *model, struct nnfmt_error *error)
{
	struct err err = { 0 };

	return fmt_verify(&model->m, FMT_ALL, &err) < 0
	    ? public_fail(error, &err)
	    : 0;
}

int
nnfmt_check(struct nnfmt_model *model,
    void (*report)(void *context, const char *where, const char *what),
    void *context, struct nnfmt_error *error)
{
	struct err err = { 0 };
	int found = fmt_check(&model->m, report, context, &err);

	return found < 0 ? public_fail(error, &err) : found;
}

int
nnfmt_maps(const struct nnfmt_model *model, const void *address)
{
	return fmt_maps(&model->m, address);
}

const char *
nnfmt_text(const struct nnfmt_model *model, int which)
{
	const struct fmt_model *m = &model->m;
	const char *const texts[] = {
		[NNFMT_TEXT_FORMAT] = model->format,
		[NNFMT_TEXT_WRITER] = m->writer,
		[NNFMT_TEXT_CONTENT_ID] = m->content_id,
		[NNFMT_TEXT_WEIGHTS_ID] = m->weights_id,
		[NNFMT_TEXT_STATE_ID] = m->state_id,
		[NNFMT_TEXT_BASE_ID] = m->base_id,
		[NNFMT_TEXT_OPTIMIZER] = m->optimizer.name,
		[NNFMT_TEXT_SETTINGS] = model->settings,
	};

	if (which < 0 || which > NNFMT_TEXT_SETTINGS || texts[which] == NULL)
		return "";
	return texts[which];
}

int64_t
nnfmt_optimizer_step(const struct nnfmt_model *model)
{
	return model->m.optimizer_step;
}

int64_t
nnfmt_label_count(const struct nnfmt_model *model)
{
	return model->m.nlabels;
}

const char *
nnfmt_label(const struct nnfmt_model *model, int64_t i)
{
	return i < 0 || i >= model->m.nlabels ? NULL : model->m.labels[i];
}

int
nnfmt_document_count(const struct nnfmt_model *model)
{
	return model->ndocuments;
}

const char *
nnfmt_document_name(const struct nnfmt_model *model, int i)
{
	return i < 0 || i >= model->ndocuments ? NULL
					       : model->documents[i].name;
}

const char *
nnfmt_document(const struct nnfmt_model *model, const char *name, size_t *n)
{
	int i;

	for (i = 0; i < model->ndocuments; i++)
		if (strcmp(model->documents[i].name, name) == 0) {
			if (n != NULL)
				*n = model->documents[i].n;
			return model->documents[i].text;
		}
	return NULL;
}
