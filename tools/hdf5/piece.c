/* One dataset: what it is, and what it becomes in a model file. */
#include "hdf5/walk.h"

static uint64_t
bytes_of(const struct found *f)
{
	size_t cell = f->is_text ? f->cell : dtype_size(f->type.dtype);
	uint64_t bytes;

	return __builtin_mul_overflow(
		   (uint64_t)shape_count(&f->shape), cell, &bytes)
	    ? UINT64_MAX
	    : bytes;
}

/* The storage is judged first: to be asked for its extent, a virtual dataset
   would open others. */
static int
look(struct tree *t, struct piece *p)
{
	hid_t type, space;
	int rc;

	if (storage_check(p->dataset, &p->packed, t->err) < 0)
		return -1;
	type = H5Dget_type(p->dataset);
	space = H5Dget_space(p->dataset);
	rc = found_look(&p->found, type, space, t->err);
	handle_close(space);
	handle_close(type);
	return rc < 0
	    ? -1
	    : storage_size_check(t, p->dataset, bytes_of(&p->found), t->err);
}

int
piece_look(struct tree *t, hid_t dataset, const char *path, struct piece *p)
{
	*p = (struct piece){ .dataset = dataset };
	return look(t, p) < 0
	    ? -1
	    : t->layout->form(path, &p->found, &p->form, t->err);
}

/* Strings are as wide as the longest needs; a document is as long as its
   text. */
static int
measure_text(struct tree *t, const struct piece *p, size_t *longest)
{
	const struct value v = { p->dataset, 0, &p->found };
	struct arena scratch = { 0 };
	struct texts texts;
	int rc = value_texts(&v, &texts, &scratch, t->err);

	*longest = texts.longest;
	arena_free(&scratch);
	return rc;
}

int
piece_measure(struct tree *t, const struct piece *p, struct h5_type *type,
    struct shape *shape)
{
	size_t longest = 0;

	*type = p->form.type;
	*shape = p->found.shape;
	if (!p->found.is_text)
		return 0;
	if (measure_text(t, p, &longest) < 0)
		return -1;
	if (p->form.kind == FORM_DOCUMENT)
		*shape = (struct shape){ 1, { (int64_t)longest } };
	else if (longest > H5_TEXT_MAX)
		return err_set(t->err, ERR_MODEL,
		    "holds strings of %zu bytes; at most %d", longest,
		    H5_TEXT_MAX);
	else
		type->text = longest > 0 ? (uint32_t)longest : 1;
	return 0;
}
