/* How data are stored: what libhdf5 may be asked to read, and how much of it
   is to be believed. */
#include <string.h>

#include "base/text.h"
#include "hdf5/foreign.h"

enum {
	/* Deflate reaches a factor of 1032. */
	FACTOR = 1100,
	SMALL = 1 << 16, /* bytes that may be said to be without being there */
};

static const H5Z_filter_t filters[] = { H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE,
	H5Z_FILTER_FLETCHER32 };

static int
filter_check(hid_t plist, unsigned i, struct err *err)
{
	char name[64] = "", shown[128];
	unsigned flags, config;
	size_t nvalues = 0;
	H5Z_filter_t filter = H5Pget_filter2(
	    plist, i, &flags, &nvalues, NULL, sizeof(name) - 1, name, &config);

	for (size_t k = 0; k < sizeof(filters) / sizeof(filters[0]); k++)
		if (filter == filters[k])
			return 0;
	return err_set(err, ERR_MODEL,
	    "is stored through filter %d '%s'; those that are read are "
	    "deflate, shuffle and fletcher32",
	    (int)filter, text_safe(shown, sizeof(shown), name, strlen(name)));
}

static int
list_check(hid_t plist, int *packed, struct err *err)
{
	H5D_layout_t layout = H5Pget_layout(plist);
	int n = H5Pget_nfilters(plist);

	if (layout == H5D_VIRTUAL)
		return err_set(
		    err, ERR_MODEL, "is virtual: its data are elsewhere");
	if (layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED &&
	    layout != H5D_COMPACT)
		return hdf5_failed(err, "its storage cannot be understood");
	if (layout != H5D_CHUNKED && H5Pget_external_count(plist) != 0)
		return err_set(
		    err, ERR_MODEL, "is external: its data are in other files");
	for (int i = 0; i < n; i++)
		if (filter_check(plist, (unsigned)i, err) < 0)
			return -1;
	*packed = n > 0;
	return n < 0 ? hdf5_failed(err, "its filters cannot be read") : 0;
}

int
storage_check(hid_t dataset, int *packed, struct err *err)
{
	hid_t plist = H5Dget_create_plist(dataset);
	int rc;

	if (plist < 0)
		return hdf5_failed(err, "its storage cannot be understood");
	rc = list_check(plist, packed, err);
	handle_close(plist);
	return rc;
}

int
storage_size_check(
    const struct tree *t, hid_t dataset, uint64_t bytes, struct err *err)
{
	uint64_t stored = H5Dget_storage_size(dataset);

	if (stored > t->image->size)
		return err_set(err, ERR_MODEL,
		    "is said to take %llu bytes of a file of %zu",
		    (unsigned long long)stored, t->image->size);
	if (bytes <= SMALL || bytes / FACTOR <= stored)
		return 0;
	return err_set(err, ERR_MODEL,
	    "would be %llu bytes, of which %llu are stored",
	    (unsigned long long)bytes, (unsigned long long)stored);
}

/* Where a contiguous dataset lies, when it all lies in the image. */
static const void *
place(const struct tree *t, hid_t dataset, size_t bytes)
{
	haddr_t at = H5Dget_offset(dataset);

	if (at == HADDR_UNDEF || at > t->image->size ||
	    bytes > t->image->size - at ||
	    H5Dget_storage_size(dataset) != bytes)
		return NULL;
	return t->image->base + at;
}

const void *
data_in_place(
    const struct tree *t, hid_t dataset, struct h5_type type, size_t bytes)
{
	hid_t plist = H5Dget_create_plist(dataset);
	hid_t is = H5Dget_type(dataset);
	hid_t ours = type_ours(type, t->err);
	const void *at = NULL;

	if (H5Pget_layout(plist) == H5D_CONTIGUOUS && H5Tequal(is, ours) > 0)
		at = place(t, dataset, bytes);
	handle_close(ours);
	handle_close(is);
	handle_close(plist);
	return at;
}
