/* What a file is that is no model, so that the message can say the cure. */
#include <string.h>

#include "model.h"

static const struct {
	const char *bytes;
	size_t n, at;
	const char *text;
} magics[] = {
	{ "\x89PNG", 4, 0, "a PNG picture, not a model" },
	{ "\0\0\x08\x03", 4, 0, "an IDX data file, not a model" },
	{ "\0\0\x08\x01", 4, 0, "an IDX file of labels, not a model" },
	{ "\x1f\x8b", 2, 0,
	    "compressed with gzip; decompress it first (gzip -d)" },
	{ "(\xb5/\xfd", 4, 0,
	    "compressed with zstd; decompress it first (zstd -d)" },
	{ "\xfd"
	  "7zXZ",
	    5, 0, "compressed with xz; decompress it first (xz -d)" },
	{ "PK\x03\x04", 4, 0,
	    "a zip archive (a PyTorch or Keras model?); models of other "
	    "programs cannot be read" },
	{ "\x80\x02", 2, 0,
	    "a Python pickle (an old PyTorch model?), which could run any "
	    "code; models of other programs cannot be read" },
	{ "\x80\x03", 2, 0,
	    "a Python pickle, which could run any code; models of other "
	    "programs cannot be read" },
	{ "\x80\x04", 2, 0,
	    "a Python pickle, which could run any code; models of other "
	    "programs cannot be read" },
	{ "\x80\x05", 2, 0,
	    "a Python pickle, which could run any code; models of other "
	    "programs cannot be read" },
	{ "GGUF", 4, 0,
	    "a GGUF model; models of other programs cannot be read" },
	{ "\x93NUMPY", 6, 0, "a NumPy array, not a model" },
	{ "{\"", 2, 8,
	    "a safetensors file; models of other programs cannot be read" },
};

static int
is_text(const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (bytes[i] < 9 || (bytes[i] > 13 && bytes[i] < ' '))
			return 0;
	return n > 0;
}

/* A user block of HDF5 has a power of two times 512 bytes. */
static int
is_behind_block(const uint8_t *bytes, size_t n)
{
	for (size_t at = 512; at + 8 <= n; at *= 2)
		if (memcmp(bytes + at, h5_signature, 8) == 0)
			return 1;
	return 0;
}

int
foreign_refuse(const uint8_t *bytes, size_t n, struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (n >= magics[i].at + magics[i].n &&
		    memcmp(bytes + magics[i].at, magics[i].bytes,
			magics[i].n) == 0)
			return err_set(err, ERR_MODEL, "is %s", magics[i].text);
	if (n >= 8 && memcmp(bytes, h5_signature, 8) == 0)
		return fmt_refuse(err, RULE_SUPERBLOCK,
		    "cut short: %zu bytes; copy or make it again", n);
	if (is_behind_block(bytes, n))
		return err_set(err, ERR_MODEL,
		    "is HDF5 behind a user block, not a model file; a model "
		    "that another program rewrote is brought back by "
		    "nn-convert IN -o OUT");
	if (is_text(bytes, n < 64 ? n : 64))
		return err_set(err, ERR_MODEL, "is text, not a model file");
	return fmt_refuse(
	    err, RULE_SUPERBLOCK, "not a model file; nn-init makes one");
}
