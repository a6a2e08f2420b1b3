/* The words of the public interface: errors, versions, types, names. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "nnfmt-inside.h"

const char *
nnfmt_version(void)
{
	return PACKAGE_VERSION;
}

/* What is neither the file nor the system is the call. */
static int
code_of(enum err_code code)
{
	if (code == ERR_MODEL)
		return NNFMT_ERROR_MODEL;
	return code == ERR_IO ? NNFMT_ERROR_SYSTEM : NNFMT_ERROR_USE;
}

int
public_fail(struct nnfmt_error *error, const struct err *err)
{
	if (error == NULL)
		return -1;
	memset(error, 0, sizeof(*error));
	error->code = code_of(err->code);
	fmt_clause_of(err, error->clause, sizeof(error->clause));
	snprintf(error->text, sizeof(error->text), "%s", err->text);
	return -1;
}

/* The public numbers are for ever; ours are not. */
static const int numbers[DTYPE_N] = {
	[DTYPE_F32] = NNFMT_F32,
	[DTYPE_F64] = NNFMT_F64,
	[DTYPE_I64] = NNFMT_I64,
	[DTYPE_I32] = NNFMT_I32,
	[DTYPE_U8] = NNFMT_U8,
	[DTYPE_I8] = NNFMT_I8,
	[DTYPE_F16] = NNFMT_F16,
	[DTYPE_BF16] = NNFMT_BF16,
};

int
public_dtype(enum dtype dtype)
{
	return numbers[dtype];
}

/* DTYPE_N: it is the number of none. */
static enum dtype
dtype_with(int number)
{
	int i = 0;

	while (i < DTYPE_N && numbers[i] != number)
		i++;
	return (enum dtype)i;
}

int
dtype_of_public(int number, enum dtype *dtype, struct err *err)
{
	*dtype = dtype_with(number);
	return *dtype < DTYPE_N
	    ? 0
	    : err_set(err, ERR_USAGE, "%d is no type of numbers", number);
}

const char *
nnfmt_dtype_name(int dtype)
{
	enum dtype ours = dtype_with(dtype);

	if (dtype == NNFMT_STRING)
		return "string";
	return ours < DTYPE_N ? dtype_name(ours) : NULL;
}

size_t
nnfmt_dtype_bytes(int dtype)
{
	enum dtype ours = dtype_with(dtype);

	return ours < DTYPE_N ? dtype_size(ours) : 0;
}

static int
letter(char c)
{
	return c == '/' ? 1 : (unsigned char)c;
}

int
path_compare(const char *a, const char *b)
{
	while (*a == *b && *a != '\0') {
		a++;
		b++;
	}
	return letter(*a) - letter(*b);
}
