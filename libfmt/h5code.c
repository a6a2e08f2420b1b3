/* The encodings that writer and reader of the profile share. */
#include <string.h>

#include "h5.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "numbers in files are little-endian and used where they lie");

const uint8_t h5_signature[8] = { 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n' };

/* Version 0, no creation order, links in the header: no heap, no index. */
const uint8_t h5_link_info[H5_LINK_INFO_BYTES] = { 0, 0, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff };

/* The same for attributes. */
const uint8_t h5_attr_info[H5_ATTR_INFO_BYTES] = { 0, 0, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff };

/* Version 0, the library's own thresholds. */
const uint8_t h5_group_info[H5_GROUP_INFO_BYTES] = { 0, 0 };

/* Version 3, space allocated early, fill value never written. */
const uint8_t h5_fill[H5_FILL_BYTES] = { 3, 1 | 1 << 2 };

/* Version 1 datatypes: class and version, three bytes of flags, size, then
   for integers bit offset and precision, for floats the places of sign,
   exponent and mantissa and the bias. */
static const struct {
	uint8_t bytes;
	uint8_t code[H5_TYPE_BYTES_MAX];
} numbers[DTYPE_N] = {
	[DTYPE_F32] = { 20,
	    { 0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0,
		0, 0 } },
	[DTYPE_F64] = { 20,
	    { 0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xff,
		3, 0, 0 } },
	[DTYPE_I64] = { 12, { 0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0 } },
	[DTYPE_I32] = { 12, { 0x10, 8, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0 } },
	[DTYPE_U8] = { 12, { 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0 } },
	[DTYPE_I8] = { 12, { 0x10, 8, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0 } },
	[DTYPE_F16] = { 20,
	    { 0x11, 0x20, 15, 0, 2, 0, 0, 0, 0, 0, 16, 0, 10, 5, 0, 10, 15, 0,
		0, 0 } },
	[DTYPE_BF16] = { 20,
	    { 0x11, 0x20, 15, 0, 2, 0, 0, 0, 0, 0, 16, 0, 7, 8, 0, 7, 127, 0, 0,
		0 } },
};

/* Strings: padded with NUL, UTF-8. */
size_t
h5_type_encode(uint8_t out[H5_TYPE_BYTES_MAX], struct h5_type type)
{
	static const uint8_t text[4] = { 0x13, 0x11, 0, 0 };
	int i;

	if (type.text == 0) {
		memcpy(out, numbers[type.dtype].code, H5_TYPE_BYTES_MAX);
		return numbers[type.dtype].bytes;
	}
	memcpy(out, text, 4);
	for (i = 0; i < 4; i++)
		out[4 + i] = (uint8_t)(type.text >> 8 * i);
	return 8;
}
