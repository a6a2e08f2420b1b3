/* A model file as another program would leave it: hdf5-change WAY FILE changes
   the file in place by libhdf5.  Without arguments it lists the ways. */
#include <hdf5.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hid_t file;

/* A call of libhdf5 that must not fail. */
static hid_t
must(hid_t id)
{
	if (id < 0) {
		fprintf(stderr, "hdf5-change: libhdf5 failed\n");
		exit(1);
	}
	return id;
}

static hid_t
string_type(size_t bytes, H5T_str_t padding)
{
	hid_t type = must(H5Tcopy(H5T_C_S1));

	must(H5Tset_size(type, bytes));
	must(H5Tset_strpad(type, padding));
	must(H5Tset_cset(type, H5T_CSET_UTF8));
	return type;
}

static hid_t
scalar(void)
{
	return must(H5Screate(H5S_SCALAR));
}

/* One value as an attribute, stored as another type than it has here. */
static void
store_attribute(
    hid_t object, const char *name, hid_t stored, hid_t type, const void *value)
{
	hid_t a;

	if (H5Aexists(object, name) > 0)
		must(H5Adelete(object, name));
	a = must(H5Acreate2(
	    object, name, stored, scalar(), H5P_DEFAULT, H5P_DEFAULT));
	must(H5Awrite(a, type, value));
	must(H5Aclose(a));
}

static void
put_attribute(hid_t object, const char *name, hid_t type, const void *value)
{
	store_attribute(object, name, type, type, value);
}

/* The bytes of a string attribute with a NUL behind. */
static char *
text_of(hid_t object, const char *name)
{
	hid_t a = must(H5Aopen(object, name, H5P_DEFAULT));
	hid_t type = must(H5Aget_type(a));
	char *s = calloc(1, H5Tget_size(type) + 1);

	must(H5Aread(a, type, s));
	must(H5Aclose(a));
	return s;
}

/* One dataset in another type or storage, with its string attributes. */
static const char *const kept[] = { "role", "sha256", "xxh3" };

static void
keep_attributes(hid_t from, hid_t to)
{
	for (size_t i = 0; i < 3; i++)
		if (H5Aexists(from, kept[i]) > 0) {
			char *s = text_of(from, kept[i]);

			put_attribute(to, kept[i],
			    string_type(strlen(s), H5T_STR_NULLPAD), s);
			free(s);
		}
}

static void
replace(const char *path, hid_t memory, hid_t stored, hid_t list)
{
	hid_t old = must(H5Dopen2(file, path, H5P_DEFAULT));
	hid_t space = must(H5Dget_space(old));
	size_t n = (size_t)H5Sget_simple_extent_npoints(space);
	void *data = calloc(n + 1, H5Tget_size(memory));
	hid_t links = must(H5Pcreate(H5P_LINK_CREATE));
	hid_t new;

	must(H5Pset_create_intermediate_group(links, 1));
	must(H5Dread(old, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
	must(H5Ldelete(file, path, H5P_DEFAULT));
	new = must(
	    H5Dcreate2(file, path, stored, space, links, list, H5P_DEFAULT));
	must(H5Dwrite(new, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
	keep_attributes(old, new);
	must(H5Dclose(new));
	must(H5Dclose(old));
	free(data);
}

static const char kernel[] = "/weights/dense_1/kernel";
static const char bias[] = "/weights/dense_1/bias";

/* What must come in as it was. */

static void
big_endian(void)
{
	replace(kernel, H5T_NATIVE_FLOAT, H5T_IEEE_F32BE, H5P_DEFAULT);
	replace(bias, H5T_NATIVE_FLOAT, H5T_IEEE_F32BE, H5P_DEFAULT);
}

static void
other_integer(const char *name, hid_t stored)
{
	hid_t a = must(H5Aopen(file, name, H5P_DEFAULT));
	int64_t value;

	must(H5Aread(a, H5T_NATIVE_INT64, &value));
	must(H5Aclose(a));
	store_attribute(file, name, stored, H5T_NATIVE_INT64, &value);
}

static void
other_integers(void)
{
	other_integer("format_major", H5T_STD_I8LE);
	other_integer("format_minor", H5T_STD_U64BE);
	replace("/architecture", H5T_NATIVE_UINT8, H5T_STD_I16BE, H5P_DEFAULT);
	replace("/preprocessing", H5T_NATIVE_UINT8, H5T_STD_U64LE, H5P_DEFAULT);
}

static void
big_endian_state(void)
{
	hid_t optimizer = must(H5Gopen2(file, "/optimizer", H5P_DEFAULT));
	hid_t a = must(H5Aopen(optimizer, "step", H5P_DEFAULT));
	int64_t step;

	must(H5Aread(a, H5T_NATIVE_INT64, &step));
	must(H5Aclose(a));
	store_attribute(
	    optimizer, "step", H5T_STD_U16BE, H5T_NATIVE_INT64, &step);
	replace("/history/acc", H5T_NATIVE_DOUBLE, H5T_IEEE_F64BE, H5P_DEFAULT);
}

static void
variable_strings(void)
{
	static const char *const names[] = { "content_id", "features_optional",
		"features_required", "format", "state_id", "weights_id",
		"writer" };
	hid_t type = string_type(H5T_VARIABLE, H5T_STR_NULLTERM);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *s = text_of(file, names[i]);

		put_attribute(file, names[i], type, &s);
		free(s);
	}
	replace("/labels", string_type(9, H5T_STR_NULLTERM),
	    string_type(40, H5T_STR_NULLTERM), H5P_DEFAULT);
}

static void
padded_strings(void)
{
	char *s = text_of(file, "content_id");
	char padded[100], role[20] = "parameter";
	hid_t d = must(H5Dopen2(file, kernel, H5P_DEFAULT));

	snprintf(padded, sizeof(padded), "%-99s", s);
	put_attribute(
	    file, "content_id", string_type(99, H5T_STR_SPACEPAD), padded);
	put_attribute(d, "role", string_type(20, H5T_STR_NULLTERM), role);
	replace("/labels", string_type(9, H5T_STR_NULLTERM),
	    string_type(40, H5T_STR_SPACEPAD), H5P_DEFAULT);
	free(s);
}

/* A document as one string. */
static void
document_string(void)
{
	hid_t old = must(H5Dopen2(file, "/architecture", H5P_DEFAULT));
	size_t n = (size_t)H5Dget_storage_size(old);
	hid_t type = string_type(H5T_VARIABLE, H5T_STR_NULLTERM), new;
	char *text = calloc(1, n + 1);

	must(H5Dread(
	    old, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, text));
	must(H5Ldelete(file, "/architecture", H5P_DEFAULT));
	new = must(H5Dcreate2(file, "/architecture", type, scalar(),
	    H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
	must(H5Dwrite(new, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text));
	keep_attributes(old, new);
	free(text);
}

static hid_t
chunks(void)
{
	hid_t list = must(H5Pcreate(H5P_DATASET_CREATE));
	const hsize_t some[2] = { 10, 5 };

	must(H5Pset_chunk(list, 2, some));
	return list;
}

static void
without_limits(void)
{
	hid_t old = must(H5Dopen2(file, kernel, H5P_DEFAULT));
	hid_t space = must(H5Dget_space(old)), new;
	const hsize_t most[2] = { H5S_UNLIMITED, H5S_UNLIMITED };
	hsize_t dims[2];
	float *data;

	must(H5Sget_simple_extent_dims(space, dims, NULL));
	data = calloc(dims[0] * dims[1], sizeof(*data));
	must(H5Dread(
	    old, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
	must(H5Ldelete(file, kernel, H5P_DEFAULT));
	space = must(H5Screate_simple(2, dims, most));
	new = must(H5Dcreate2(file, kernel, H5T_IEEE_F32LE, space, H5P_DEFAULT,
	    chunks(), H5P_DEFAULT));
	must(H5Dwrite(
	    new, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
	keep_attributes(old, new);
	free(data);
}

/* What was edited. */

static void
edited_weights(void)
{
	hid_t d = must(H5Dopen2(file, bias, H5P_DEFAULT));
	hid_t space = must(H5Dget_space(d));
	float *data =
	    calloc((size_t)H5Sget_simple_extent_npoints(space), sizeof(*data));

	data[0] = 0.5F;
	must(
	    H5Dwrite(d, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
	must(H5Dclose(d));
	free(data);
}

static void
edited_label(void)
{
	hid_t d = must(H5Dopen2(file, "/labels", H5P_DEFAULT));
	hid_t space = must(H5Dget_space(d));
	const hsize_t first = 0, one = 1;
	const char z[10] = "Z";
	hid_t type = string_type(10, H5T_STR_NULLPAD);

	must(H5Sselect_hyperslab(
	    space, H5S_SELECT_SET, &first, NULL, &one, NULL));
	must(H5Dwrite(d, type, scalar(), space, H5P_DEFAULT, z));
}

static void
edited_format(void)
{
	put_attribute(file, "format", string_type(5, H5T_STR_NULLPAD), "other");
}

static void
newer_format(void)
{
	int64_t major = 99;

	put_attribute(file, "format_major", H5T_NATIVE_INT64, &major);
}

static void
added_extra(void)
{
	hid_t g = must(
	    H5Gcreate2(file, "/ext", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
	uint16_t seven = 7;

	g = must(H5Gcreate2(
	    g, "org.example", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
	put_attribute(g, "seven", H5T_NATIVE_UINT16, &seven);
}

/* What a model file cannot be. */

static void
soft_link(void)
{
	must(H5Lcreate_soft(
	    bias, file, "/weights/soft", H5P_DEFAULT, H5P_DEFAULT));
}

static void
external_link(void)
{
	must(H5Lcreate_external("other.h5", "/", file, "/weights/elsewhere",
	    H5P_DEFAULT, H5P_DEFAULT));
}

static void
new_dataset(hid_t type, hid_t list)
{
	const hsize_t dims[2] = { 20, 10 };

	must(H5Dcreate2(file, "/weights/new", type,
	    must(H5Screate_simple(2, dims, NULL)), H5P_DEFAULT, list,
	    H5P_DEFAULT));
}

static void
external_storage(void)
{
	hid_t list = must(H5Pcreate(H5P_DATASET_CREATE));

	must(H5Pset_external(list, "secret", 0, 800));
	new_dataset(H5T_NATIVE_FLOAT, list);
}

static void
virtual_storage(void)
{
	hid_t list = must(H5Pcreate(H5P_DATASET_CREATE));
	const hsize_t dims[2] = { 20, 10 };
	hid_t space = must(H5Screate_simple(2, dims, NULL));

	must(H5Pset_virtual(list, space, "other.h5", "/secret", space));
	new_dataset(H5T_NATIVE_FLOAT, list);
}

static void
other_filter(void)
{
	hid_t list = chunks();

	must(H5Pset_scaleoffset(list, H5Z_SO_INT, 0));
	new_dataset(H5T_NATIVE_INT, list);
}

static void
compound_type(void)
{
	hid_t type = must(H5Tcreate(H5T_COMPOUND, 8));

	must(H5Tinsert(type, "re", 0, H5T_NATIVE_FLOAT));
	must(H5Tinsert(type, "im", 4, H5T_NATIVE_FLOAT));
	new_dataset(type, H5P_DEFAULT);
}

static void
variable_type(void)
{
	new_dataset(must(H5Tvlen_create(H5T_NATIVE_FLOAT)), H5P_DEFAULT);
}

static void
reference_type(void)
{
	new_dataset(H5T_STD_REF_OBJ, H5P_DEFAULT);
}

static void
enum_type(void)
{
	hid_t type = must(H5Tenum_create(H5T_NATIVE_INT8));
	int8_t one = 1;

	must(H5Tenum_insert(type, "TRUE", &one));
	new_dataset(type, H5P_DEFAULT);
}

static void
odd_floats(void)
{
	new_dataset(H5T_NATIVE_LDOUBLE, H5P_DEFAULT);
}

static void
named_type(void)
{
	must(H5Tcommit2(file, "/weights/type", must(H5Tcopy(H5T_NATIVE_INT)),
	    H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

static void
no_space(void)
{
	must(H5Dcreate2(file, "/weights/new", H5T_NATIVE_FLOAT,
	    must(H5Screate(H5S_NULL)), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

static void
shape_bomb(void)
{
	const hsize_t dims[2] = { 1 << 20, 1 << 20 };
	hid_t list = chunks();

	must(H5Pset_deflate(list, 9));
	must(H5Dcreate2(file, "/weights/new", H5T_NATIVE_FLOAT,
	    must(H5Screate_simple(2, dims, NULL)), H5P_DEFAULT, list,
	    H5P_DEFAULT));
}

static void
too_large_integer(void)
{
	const uint64_t big = UINT64_MAX;

	put_attribute(file, "format_minor", H5T_NATIVE_UINT64, &big);
}

static void
latin_text(void)
{
	put_attribute(
	    file, "writer", string_type(4, H5T_STR_NULLPAD), "K\xf6ln");
}

static void
too_deep(void)
{
	hid_t g = file;

	for (int i = 0; i < 30; i++)
		g = must(
		    H5Gcreate2(g, "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

static void
cycle(void)
{
	must(H5Lcreate_hard(file, "/weights", file, "/weights/dense_1/again",
	    H5P_DEFAULT, H5P_DEFAULT));
}

static void
second_name(void)
{
	must(H5Lcreate_hard(
	    file, bias, file, "/bias", H5P_DEFAULT, H5P_DEFAULT));
}

static void
bad_name(void)
{
	must(H5Gcreate2(
	    file, "kernel:0", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

static void
list_attribute(void)
{
	const hsize_t three = 3;
	hid_t a = must(H5Acreate2(file, "list", H5T_NATIVE_INT,
	    must(H5Screate_simple(1, &three, NULL)), H5P_DEFAULT, H5P_DEFAULT));

	must(H5Aclose(a));
}

/* A file of Keras, as far as it can be told from one. */
static void
keras(void)
{
	must(H5Adelete(file, "format"));
	put_attribute(
	    file, "model_config", string_type(2, H5T_STR_NULLPAD), "{}");
}

static const struct {
	const char *name;
	void (*change)(void);
} ways[] = {
	{ "big-endian", big_endian },
	{ "other-integers", other_integers },
	{ "big-endian-state", big_endian_state },
	{ "variable-strings", variable_strings },
	{ "padded-strings", padded_strings },
	{ "document-string", document_string },
	{ "without-limits", without_limits },
	{ "edited-weights", edited_weights },
	{ "edited-label", edited_label },
	{ "edited-format", edited_format },
	{ "newer-format", newer_format },
	{ "added-extra", added_extra },
	{ "soft-link", soft_link },
	{ "external-link", external_link },
	{ "external-storage", external_storage },
	{ "virtual-storage", virtual_storage },
	{ "other-filter", other_filter },
	{ "compound-type", compound_type },
	{ "variable-type", variable_type },
	{ "reference-type", reference_type },
	{ "enum-type", enum_type },
	{ "odd-floats", odd_floats },
	{ "named-type", named_type },
	{ "no-space", no_space },
	{ "shape-bomb", shape_bomb },
	{ "too-large-integer", too_large_integer },
	{ "latin-text", latin_text },
	{ "too-deep", too_deep },
	{ "cycle", cycle },
	{ "second-name", second_name },
	{ "bad-name", bad_name },
	{ "list-attribute", list_attribute },
	{ "keras", keras },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

int
main(int argc, char **argv)
{
	if (argc != 3) {
		for (int i = 0; i < WAYS; i++)
			puts(ways[i].name);
		return argc == 1 ? 0 : 2;
	}
	file = must(H5Fopen(argv[2], H5F_ACC_RDWR, H5P_DEFAULT));
	for (int i = 0; i < WAYS; i++)
		if (strcmp(ways[i].name, argv[1]) == 0) {
			ways[i].change();
			return H5Fclose(file) < 0 || H5close() < 0;
		}
	fprintf(stderr, "hdf5-change: no way %s\n", argv[1]);
	return 2;
}
