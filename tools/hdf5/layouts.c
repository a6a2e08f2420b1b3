/* Which program's layout a file has. */
#include "hdf5/foreign.h"

static const struct layout *const layouts[] = { &layout_model, NULL };

/* Marks of files that are known, but not read. */
static const struct {
	const char *mark, *text;
} known[] = {
	{ "model_config", "a model of Keras" },
	{ "layer_names", "weights of Keras" },
	{ "model_weights", "weights of Keras" },
	{ "PYTABLES_FORMAT_VERSION", "tables of PyTables" },
	{ "encoding-type", "a data set of AnnData" },
};

/* Has the root that attribute?  -1: that cannot be told. */
static int
has_mark(hid_t file, const char *mark, struct err *err)
{
	htri_t is = H5Aexists(file, mark);

	return is < 0 ? hdf5_failed(err, "its root cannot be read") : is > 0;
}

static int
no_layout(hid_t file, struct err *err)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (has_mark(file, known[i].mark, err) > 0)
			return err_set(err, ERR_MODEL,
			    "HDF5, but no model file: %s, which cannot be "
			    "read",
			    known[i].text);
	return err_set(err, ERR_MODEL,
	    "HDF5, but no model file (no attribute '%s' of the root)",
	    layout_model.mark);
}

const struct layout *
layout_find(hid_t file, struct err *err)
{
	for (int i = 0; layouts[i] != NULL; i++)
		if (has_mark(file, layouts[i]->mark, err) > 0)
			return layouts[i];
	no_layout(file, err);
	return NULL;
}
