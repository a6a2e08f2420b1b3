/* The header of an NPY file, version 1, for arrays of float32. */
#include <stdio.h>
#include <string.h>

#include "data.h"

/* Magic, version and length; the whole a multiple of 64 that ends a line. */
enum { BEFORE = 10 };

static const char *
order(void)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "<" : ">";
}

/* And version 1.0. */
static const uint8_t magic[8] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };

void
data_npy_head(const struct shape *shape, char out[DATA_NPY_HEAD])
{
	size_t n = BEFORE, room = DATA_NPY_HEAD;

	memset(out, ' ', room);
	memcpy(out, magic, sizeof(magic));
	out[8] = (char)((DATA_NPY_HEAD - BEFORE) & 0xff);
	out[9] = (char)((DATA_NPY_HEAD - BEFORE) >> 8);
	n += (size_t)snprintf(out + n, room - n,
	    "{'descr': '%sf4', 'fortran_order': False, 'shape': (", order());
	for (int i = 0; i < shape->rank; i++)
		n += (size_t)snprintf(out + n, room - n, "%lld%s",
		    (long long)shape->dim[i],
		    i + 1 < shape->rank    ? ", "
			: shape->rank == 1 ? ","
					   : "");
	n += (size_t)snprintf(out + n, room - n, "), }");
	out[n] = ' ';
	out[room - 1] = '\n';
}
