/* For tests: nn-hdf5 with a layout that has every file, so that hostile ones
   are walked over and read as far as they go. */
#include "hdf5/foreign.h"

static int
any_form(const char *path, const struct found *found, struct form *form,
    struct err *err)
{
	(void)path;
	(void)err;
	*form = (struct form){
		.kind = found->is_text ? FORM_TEXTS : FORM_NUMBERS,
		.type = found->type,
	};
	return 0;
}

static const struct layout layout_any = { .mark = "any", .form = any_form };

const struct layout *
layout_find(hid_t file, struct err *err)
{
	(void)file;
	(void)err;
	return &layout_any;
}
