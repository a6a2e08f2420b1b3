/* The layout of our own models, whoever wrote the file: what its datasets are
   by their path, so that other widths of numbers and other strings become what
   a model file has.  Whether the result is a model others judge. */
#include <string.h>

#include "hdf5/foreign.h"

enum part { DOCUMENT, COLUMN, SLOTS, OTHER };

static const struct {
	const char *member;
	enum part part;
} parts[] = {
	{ "/about", DOCUMENT },
	{ "/architecture", DOCUMENT },
	{ "/delta", DOCUMENT },
	{ "/frozen", DOCUMENT },
	{ "/history/", COLUMN },
	{ "/lineage", DOCUMENT },
	{ "/optimizer/", SLOTS },
	{ "/preprocessing", DOCUMENT },
	{ "/training", DOCUMENT },
};

static enum part
part_of(const char *path)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *m = parts[i].member;
		size_t n = strlen(m);

		if (m[n - 1] == '/' ? strncmp(path, m, n) == 0
				    : strcmp(path, m) == 0)
			return parts[i].part;
	}
	return OTHER;
}

/* Text in one string, or as bytes in any integers. */
static int
is_document(const struct found *f)
{
	return f->is_text ? shape_count(&f->shape) == 1
			  : f->is_integer && f->shape.rank == 1;
}

static int
model_form(const char *path, const struct found *found, struct form *form,
    struct err *err)
{
	enum part part = part_of(path);

	*form = (struct form){ .kind = FORM_NUMBERS, .type = found->type };
	if (part == DOCUMENT) {
		form->kind = FORM_DOCUMENT;
		form->type.dtype = DTYPE_U8;
		return is_document(found)
		    ? 0
		    : err_set(err, ERR_MODEL,
			  "is no document (bytes, or one string)");
	}
	if (found->is_text)
		form->kind = FORM_TEXTS;
	else if (part == COLUMN)
		form->type.dtype = DTYPE_F64;
	else if (part == SLOTS && found->is_integer)
		form->type.dtype = DTYPE_I64;
	return 0;
}

const struct layout layout_model = {
	.mark = "format",
	.form = model_form,
};
