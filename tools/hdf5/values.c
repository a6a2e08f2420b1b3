/* Numbers and strings out of datasets and attributes. */
#include <string.h>

#include "hdf5/foreign.h"

/* Of one string, which may be a document; and how many. */
enum { LONGEST = 16 << 20, MOST = 1 << 20 };

static int
read_as(const struct value *v, hid_t type, void *out, struct err *err)
{
	herr_t rc = v->is_attribute
	    ? H5Aread(v->id, type, out)
	    : H5Dread(v->id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);

	return rc < 0 ? hdf5_failed(err, "cannot be read") : 0;
}

/* libhdf5 would turn what does not fit into the largest number. */
static int
check_uint64(const uint64_t *at, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] > INT64_MAX)
			return err_set(err, ERR_MODEL,
			    "holds %llu, which is no i64",
			    (unsigned long long)at[i]);
	return 0;
}

int
value_numbers(const struct value *v, struct h5_type type, void *out,
    size_t bytes, struct err *err)
{
	int as_found = v->found->is_uint64 && type.dtype == DTYPE_I64;
	hid_t id = as_found ? H5Tcopy(H5T_NATIVE_UINT64) : type_ours(type, err);
	int rc = id >= 0 ? read_as(v, id, out, err) : -1;

	handle_close(id);
	return rc == 0 && as_found ? check_uint64(out, bytes / 8, err) : rc;
}

/* The type that strings are read as: their own, so that nothing is converted;
   libhdf5 makes pointers of those of variable length. */
static hid_t
own_type(const struct value *v)
{
	hid_t own = v->is_attribute ? H5Aget_type(v->id) : H5Dget_type(v->id);
	hid_t copy = H5Tcopy(own);

	handle_close(own);
	return copy;
}

static size_t
fixed_length(const struct found *f, const char *cell)
{
	size_t n = f->cell;

	if (f->padding != H5T_STR_SPACEPAD)
		return strnlen(cell, n);
	while (n > 0 && cell[n - 1] == ' ')
		n--;
	return n;
}

static int
add_text(struct texts *out, int64_t i, const char *s, size_t n,
    struct arena *arena, struct err *err)
{
	if (n > LONGEST || !h5_utf8_ok(s, n))
		return err_set(err, ERR_MODEL, "holds text that is %s",
		    n > LONGEST ? "too long" : "no UTF-8");
	out->at[i] = arena_text_n(arena, s, n, err);
	if (n > out->longest)
		out->longest = n;
	return out->at[i] != NULL ? 0 : -1;
}

static int
fixed_texts(const struct value *v, hid_t type, struct texts *out,
    struct arena *arena, struct err *err)
{
	const struct found *f = v->found;
	char *cells;
	size_t bytes;
	int rc;

	if (__builtin_mul_overflow((size_t)out->n, f->cell, &bytes))
		return err_set(err, ERR_MODEL, "impossible shape");
	cells = slab_new(bytes, err);
	rc = cells != NULL ? read_as(v, type, cells, err) : -1;
	for (int64_t i = 0; i < out->n && rc == 0; i++) {
		const char *cell = cells + (size_t)i * f->cell;

		rc = add_text(out, i, cell, fixed_length(f, cell), arena, err);
	}
	slab_free(cells, bytes);
	return rc;
}

static int
variable_texts(const struct value *v, hid_t type, struct texts *out,
    struct arena *arena, struct err *err)
{
	hid_t space =
	    v->is_attribute ? H5Aget_space(v->id) : H5Dget_space(v->id);
	size_t bytes = (size_t)out->n * sizeof(char *);
	char **at = slab_new(bytes, err);
	int rc = at != NULL ? read_as(v, type, at, err) : -1;

	for (int64_t i = 0; i < out->n && rc == 0; i++) {
		const char *s = at[i] != NULL ? at[i] : "";

		rc = add_text(out, i, s, strlen(s), arena, err);
	}
	if (rc == 0)
		H5Dvlen_reclaim(type, space, H5P_DEFAULT, at);
	handle_close(space);
	slab_free(at, bytes);
	return rc;
}

int
value_texts(const struct value *v, struct texts *out, struct arena *arena,
    struct err *err)
{
	hid_t type = own_type(v);
	int rc = -1;

	*out = (struct texts){ .n = shape_count(&v->found->shape) };
	if (type < 0)
		return hdf5_failed(err, "its type cannot be read");
	if (out->n > MOST)
		err_set(err, ERR_MODEL, "holds too many strings");
	else
		out->at = arena_array(
		    arena, (size_t)out->n + 1, sizeof(*out->at), err);
	if (out->at != NULL && out->n > 0)
		rc = v->found->is_variable
		    ? variable_texts(v, type, out, arena, err)
		    : fixed_texts(v, type, out, arena, err);
	else if (out->at != NULL)
		rc = 0;
	handle_close(type);
	return rc;
}
