/* Types and shapes of another program's HDF5, as ours. */
#include <string.h>

#include "hdf5/foreign.h"

/* Integers go to the narrowest of our types that holds each of their values. */
static const struct {
	size_t bytes;
	H5T_sign_t sign;
	enum dtype dtype;
} integers[] = {
	{ 1, H5T_SGN_NONE, DTYPE_U8 },
	{ 1, H5T_SGN_2, DTYPE_I8 },
	{ 2, H5T_SGN_NONE, DTYPE_I32 },
	{ 2, H5T_SGN_2, DTYPE_I32 },
	{ 4, H5T_SGN_NONE, DTYPE_I64 },
	{ 4, H5T_SGN_2, DTYPE_I32 },
	{ 8, H5T_SGN_NONE, DTYPE_I64 }, /* when each number fits */
	{ 8, H5T_SGN_2, DTYPE_I64 },
};

/* What we cannot express. */
static const struct {
	H5T_class_t class;
	const char *name;
} others[] = {
	{ H5T_TIME, "times" },
	{ H5T_BITFIELD, "bit fields" },
	{ H5T_OPAQUE, "opaque data" },
	{ H5T_COMPOUND, "compound data" },
	{ H5T_REFERENCE, "references" },
	{ H5T_ENUM, "enumerated data" },
	{ H5T_VLEN, "lists of variable length" },
	{ H5T_ARRAY, "arrays as elements" },
};

/* libhdf5 reads a type from the very message that a file of ours holds. */
hid_t
type_ours(struct h5_type type, struct err *err)
{
	uint8_t code[2 + H5_TYPE_BYTES_MAX] = { H5_MSG_DATATYPE, 0 };
	hid_t id;

	h5_type_encode(code + 2, type);
	id = H5Tdecode(code);
	if (id < 0)
		hdf5_failed(err, "a type of ours");
	return id;
}

/* Is it that type of ours, whatever its byte order? */
static int
is_ours(hid_t type, enum dtype dtype, struct err *err)
{
	hid_t ours = type_ours((struct h5_type){ .dtype = dtype }, err);
	hid_t little = H5Tcopy(type);
	int is = ours >= 0 && H5Tset_order(little, H5T_ORDER_LE) >= 0 &&
	    H5Tequal(little, ours) > 0;

	handle_close(little);
	handle_close(ours);
	return is;
}

static int
look_float(struct found *f, hid_t type, struct err *err)
{
	for (int d = 0; d < DTYPE_N && err->code == ERR_NONE; d++)
		if (is_ours(type, (enum dtype)d, err)) {
			f->type.dtype = (enum dtype)d;
			return 0;
		}
	return err_set(err, ERR_MODEL,
	    "holds floating-point numbers of %zu bytes in a form that a model "
	    "file does not have",
	    H5Tget_size(type));
}

static int
look_integer(struct found *f, hid_t type, struct err *err)
{
	size_t bytes = H5Tget_size(type);
	H5T_sign_t sign = H5Tget_sign(type);

	f->is_integer = 1;
	f->is_uint64 = bytes == 8 && sign == H5T_SGN_NONE;
	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
		if (integers[i].bytes == bytes && integers[i].sign == sign &&
		    H5Tget_precision(type) == 8 * bytes &&
		    H5Tget_offset(type) == 0) {
			f->type.dtype = integers[i].dtype;
			return 0;
		}
	return err_set(err, ERR_MODEL,
	    "holds integers of %zu bits in %zu bytes", H5Tget_precision(type),
	    bytes);
}

static int
look_text(struct found *f, hid_t type, struct err *err)
{
	f->is_text = 1;
	f->is_variable = H5Tis_variable_str(type) > 0;
	f->padding = H5Tget_strpad(type);
	f->cell = H5Tget_size(type);
	if (f->cell == 0)
		return hdf5_failed(err, "its strings cannot be understood");
	if (!f->is_variable && f->cell > H5_TEXT_MAX)
		return err_set(err, ERR_MODEL,
		    "holds strings of %zu bytes; at most %d", f->cell,
		    H5_TEXT_MAX);
	return 0;
}

static int
look_type(struct found *f, hid_t type, struct err *err)
{
	H5T_class_t class = H5Tget_class(type);

	switch (class) {
	case H5T_INTEGER:
		return look_integer(f, type, err);
	case H5T_FLOAT:
		return look_float(f, type, err);
	case H5T_STRING:
		return look_text(f, type, err);
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i].class == class)
			return err_set(err, ERR_MODEL,
			    "holds %s, which a model file does not have",
			    others[i].name);
	return hdf5_failed(err, "its type cannot be understood");
}

static int
look_space(struct found *f, hid_t space, struct err *err)
{
	hsize_t dims[H5S_MAX_RANK];
	H5S_class_t class = H5Sget_simple_extent_type(space);
	int rank = H5Sget_simple_extent_ndims(space);

	f->shape = (struct shape){ 0 };
	if (class == H5S_NULL)
		return err_set(err, ERR_MODEL, "has no shape (a null space)");
	if (class == H5S_NO_CLASS || rank < 0 ||
	    H5Sget_simple_extent_dims(space, dims, NULL) < 0)
		return hdf5_failed(err, "its shape cannot be understood");
	if (rank > SHAPE_MAX)
		return err_set(err, ERR_MODEL, "has %d dimensions; at most %d",
		    rank, SHAPE_MAX);
	f->shape.rank = rank;
	for (int i = 0; i < rank; i++) {
		if (dims[i] > INT64_MAX)
			return err_set(err, ERR_MODEL, "impossible shape");
		f->shape.dim[i] = (int64_t)dims[i];
	}
	return shape_count(&f->shape) < 0
	    ? err_set(err, ERR_MODEL, "impossible shape")
	    : 0;
}

int
found_look(struct found *f, hid_t type, hid_t space, struct err *err)
{
	*f = (struct found){ 0 };
	if (type < 0 || space < 0)
		return hdf5_failed(err, "cannot be understood");
	return look_type(f, type, err) < 0 ? -1 : look_space(f, space, err);
}
