/* Hostile files, by bytes: numbers of the superblock, of object headers and
   their messages, exchanged one at a time, with checksums that fit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "mend.h"

#define ALL_ONES UINT64_MAX

/* Where: the superblock (path NULL), the header of an object (message -1), or
   its message of that type.  offset -4 to -1 is the message's own head.  Where
   the value would be given, add asks for another one than there is.  n 0: the
   file is so many bytes longer; raw: it does not say so. */
struct patch {
	struct hostile way;
	const char *path;
	int message, nth, offset, n;
	uint64_t value;
	int add; /* the value is added to what is there */
	int raw; /* the checksum stays */
};

#define SUPER(NAME, R, AT, N, VALUE) \
	{ \
		{ "super-" NAME, RULE_##R }, NULL, -1, 0, AT, N, VALUE \
	}
#define HEAD(NAME, R, PATH, AT, N, VALUE) \
	{ \
		{ "head-" NAME, RULE_##R }, PATH, -1, 0, AT, N, VALUE \
	}
#define MSG(NAME, R, PATH, TYPE, NTH, AT, N, VALUE) \
	{ \
		{ NAME, RULE_##R }, PATH, H5_MSG_##TYPE, NTH, AT, N, VALUE \
	}

#define KERNEL "/weights/enc/dense_1/kernel"

static const struct patch patches[] = {
	SUPER("signature", SUPERBLOCK, 1, 1, 'h'),
	SUPER("version-0", SUPERBLOCK, 8, 1, 0),
	SUPER("version-3", SUPERBLOCK, 8, 1, 3),
	SUPER("version-255", SUPERBLOCK, 8, 1, 255),
	SUPER("short-addresses", SUPERBLOCK, 9, 1, 4),
	SUPER("wide-addresses", SUPERBLOCK, 9, 1, 16),
	SUPER("short-lengths", SUPERBLOCK, 10, 1, 4),
	SUPER("write-lock", SUPERBLOCK, 11, 1, 1),
	SUPER("swmr", SUPERBLOCK, 11, 1, 5),
	SUPER("user-block", SUPERBLOCK, 12, 8, 512),
	SUPER("base-wraps", SUPERBLOCK, 12, 8, ALL_ONES),
	SUPER("extension", SUPERBLOCK, 20, 8, 48),
	SUPER("extension-0", SUPERBLOCK, 20, 8, 0),
	SUPER("root-nowhere", SUPERBLOCK, 36, 8, ALL_ONES),
	SUPER("root-itself", SUPERBLOCK, 36, 8, 0),
	SUPER("root-elsewhere", SUPERBLOCK, 36, 8, 56),
	SUPER("length-0", LENGTH, 28, 8, 0),
	SUPER("length-huge", LENGTH, 28, 8, (uint64_t)1 << 62),
	SUPER("length-negative", LENGTH, 28, 8, ALL_ONES),
	{ { "super-length-short", RULE_LENGTH }, NULL, -1, 0, 28, 8, ALL_ONES,
	    1 },
	{ { "super-length-long", RULE_LENGTH }, NULL, -1, 0, 28, 8, 1, 1 },
	{ { "file-cut", RULE_LENGTH }, NULL, -1, 0, 0, 0, (uint64_t)-1, 0, 1 },
	{ { "file-appended", RULE_LENGTH }, NULL, -1, 0, 0, 0, 1, 0, 1 },
	{ { "file-page-appended", RULE_LENGTH }, NULL, -1, 0, 0, 0, 4096, 0,
	    1 },
	{ { "file-end-byte", RULE_FILE_END }, NULL, -1, 0, 0, 0, 1 },
	{ { "file-end-padding", RULE_FILE_END }, NULL, -1, 0, 0, 0, 56 },
	{ { "file-end-page", RULE_FILE_END }, NULL, -1, 0, 0, 0, 4096 },
	{ { "file-end-missing", RULE_PLACE }, NULL, -1, 0, 0, 0, (uint64_t)-1 },
	{ { "super-sum", RULE_SUPERBLOCK_SUM }, NULL, -1, 0, 44, 4, 1, 1, 1 },

	HEAD("root-magic", HEADER, "/", 0, 1, 'o'),
	HEAD("root-version-1", HEADER, "/", 4, 1, 1),
	HEAD("root-times", HEADER, "/", 5, 1, 0x22),
	HEAD("root-empty", HEADER_SUM, "/", 6, 4, 0),
	HEAD("root-endless", HEADER, "/", 6, 4, 0xffffffff),
	HEAD("magic", HEADER, KERNEL, 3, 1, 'V'),
	HEAD("version-3", HEADER, KERNEL, 4, 1, 3),
	HEAD("tracked-order", HEADER, KERNEL, 5, 1, 6),
	HEAD("phase-change", HEADER, KERNEL, 5, 1, 0x12),
	HEAD("size-of-8", HEADER, KERNEL, 5, 1, 3),
	{ { "head-size-more", RULE_HEADER_SUM }, KERNEL, -1, 0, 6, 4, 1, 1, 1 },
	{ { "head-size-less", RULE_HEADER_SUM }, KERNEL, -1, 0, 6, 4,
	    0xffffffff, 1, 1 },
	HEAD("endless", HEADER, KERNEL, 6, 4, 0x7fffffff),
	{ { "head-changed", RULE_HEADER_SUM }, KERNEL, H5_MSG_DATASPACE, 0, 4,
	    8, 1, 1, 1 },

	MSG("group-shared", GROUP, "/weights", LINK_INFO, 0, -1, 1, 2),
	MSG("group-version", GROUP, "/weights", LINK_INFO, 0, 0, 1, 1),
	MSG("group-order", GROUP, "/weights", LINK_INFO, 0, 1, 1, 1),
	MSG("group-order-index", GROUP, "/weights", LINK_INFO, 0, 1, 1, 3),
	MSG("group-heap", GROUP, "/weights", LINK_INFO, 0, 2, 8, 48),
	MSG("group-tree", GROUP, "/weights", LINK_INFO, 0, 10, 8, 48),
	MSG("group-not-constant", GROUP, "/weights", GROUP_INFO, 0, -1, 1, 0),
	MSG("group-info-version", GROUP, "/weights", GROUP_INFO, 0, 0, 1, 1),
	MSG("group-thresholds", GROUP, "/weights", GROUP_INFO, 0, 1, 1, 1),
	MSG("group-estimates", GROUP, "/weights", GROUP_INFO, 0, 1, 1, 2),
	MSG("group-other-info", GROUP, "/weights", GROUP_INFO, 0, -4, 1, 17),

	MSG("link-shared", LINK, "/weights", LINK, 0, -1, 1, 2),
	MSG("link-version-0", LINK, "/weights", LINK, 0, 0, 1, 0),
	MSG("link-version-2", LINK, "/weights", LINK, 0, 0, 1, 2),
	MSG("link-typed", LINK, "/weights", LINK, 0, 1, 1, 8),
	MSG("link-soft", LINK, "/ext", LINK, 0, 1, 1, 0x18),
	MSG("link-ordered", LINK, "/weights", LINK, 0, 1, 1, 4),
	MSG("link-utf8", LINK, "/weights", LINK, 0, 1, 1, 16),
	MSG("link-long-length", LINK, "/weights", LINK, 0, 1, 1, 1),
	MSG("link-name-none", NAME, "/weights", LINK, 0, 2, 1, 0),
	MSG("link-name-short", NAME, "/weights", LINK, 0, 2, 1, 2),
	MSG("link-name-long", NAME, "/weights", LINK, 0, 2, 1, 4),
	MSG("link-name-endless", NAME, "/weights", LINK, 0, 2, 1, 255),
	MSG("link-name-dot", NAME, "/weights", LINK, 0, 3, 1, '.'),
	MSG("link-name-slash", NAME, "/weights", LINK, 0, 4, 1, '/'),
	MSG("link-name-space", NAME, "/weights", LINK, 0, 4, 1, ' '),
	MSG("link-name-nul", NAME, "/weights", LINK, 0, 4, 1, 0),
	MSG("link-name-line", NAME, "/weights", LINK, 0, 5, 1, '\n'),
	MSG("link-name-escape", NAME, "/weights", LINK, 0, 5, 1, 0x1b),
	MSG("link-name-high", NAME, "/weights", LINK, 0, 5, 1, 0xe4),
	MSG("link-name-star", NAME, "/weights", LINK, 0, 3, 1, '*'),
	MSG("link-order", LINK_ORDER, "/history", LINK, 0, 3, 1, 'z'),
	MSG("link-order-root", LINK_ORDER, "/", LINK, 0, 3, 1, 'z'),
	MSG("link-twice", LINK_ORDER, "/optimizer/enc/dense_1/bias", LINK, 1, 3,
	    1, 'm'),
	MSG("link-to-root", LINK_TARGET, "/weights", LINK, 0, 6, 8, 48),
	MSG("link-to-nothing", LINK_TARGET, "/weights", LINK, 0, 6, 8, 0),
	MSG("link-nowhere", LINK_TARGET, "/weights", LINK, 0, 6, 8, ALL_ONES),
	MSG("link-far", LINK_TARGET, "/weights", LINK, 0, 6, 8,
	    (uint64_t)1 << 40),
	{ { "link-beside", RULE_LINK_TARGET }, "/weights", H5_MSG_LINK, 0, 6, 8,
	    1, 1 },
	{ { "link-before", RULE_LINK_TARGET }, "/weights", H5_MSG_LINK, 1, 8, 8,
	    ALL_ONES, 1 },

	MSG("space-version-1", SHAPE, KERNEL, DATASPACE, 0, 0, 1, 1),
	MSG("space-rank-less", SHAPE, KERNEL, DATASPACE, 0, 1, 1, 1),
	MSG("space-rank-more", SHAPE, KERNEL, DATASPACE, 0, 1, 1, 3),
	MSG("space-rank-9", SHAPE, KERNEL, DATASPACE, 0, 1, 1, 9),
	MSG("space-rank-255", SHAPE, KERNEL, DATASPACE, 0, 1, 1, 255),
	MSG("space-greatest", SHAPE, KERNEL, DATASPACE, 0, 2, 1, 1),
	MSG("space-permutation", SHAPE, KERNEL, DATASPACE, 0, 2, 1, 2),
	MSG("space-scalar", SHAPE, KERNEL, DATASPACE, 0, 3, 1, 0),
	MSG("space-null", SHAPE, KERNEL, DATASPACE, 0, 3, 1, 2),
	MSG("space-negative", SHAPE, KERNEL, DATASPACE, 0, 4, 8, ALL_ONES),
	MSG("space-wraps", SHAPE, KERNEL, DATASPACE, 0, 4, 8,
	    (uint64_t)1 << 62),
	MSG("space-shared", SHAPE, KERNEL, DATASPACE, 0, -1, 1, 2),
	MSG("space-constant", SHAPE, KERNEL, DATASPACE, 0, -1, 1, 1),
	MSG("space-short", SHAPE, KERNEL, DATASPACE, 0, -3, 2, 3),
	MSG("space-cut", SHAPE, KERNEL, DATASPACE, 0, -3, 2, 12),
	MSG("space-first", SHAPE, KERNEL, DATASPACE, 0, -4, 1, 3),

	MSG("type-version-3", TYPE, KERNEL, DATATYPE, 0, 0, 1, 0x31),
	MSG("type-bits", TYPE, KERNEL, DATATYPE, 0, 0, 1, 0x14),
	MSG("type-compound", TYPE, KERNEL, DATATYPE, 0, 0, 1, 0x16),
	MSG("type-reference", TYPE, KERNEL, DATATYPE, 0, 0, 1, 0x17),
	MSG("type-enum", TYPE, KERNEL, DATATYPE, 0, 0, 1, 0x18),
	MSG("type-vlen", TYPE, KERNEL, DATATYPE, 0, 0, 1, 0x19),
	MSG("type-array", TYPE, KERNEL, DATATYPE, 0, 0, 1, 0x1a),
	MSG("type-big-endian", TYPE, KERNEL, DATATYPE, 0, 1, 1, 0x21),
	MSG("type-vax", TYPE, KERNEL, DATATYPE, 0, 1, 1, 0x61),
	MSG("type-sign", TYPE, KERNEL, DATATYPE, 0, 2, 1, 30),
	MSG("type-size-0", TYPE, KERNEL, DATATYPE, 0, 4, 4, 0),
	MSG("type-size-huge", TYPE, KERNEL, DATATYPE, 0, 4, 4, 0xffffffff),
	MSG("type-offset", TYPE, KERNEL, DATATYPE, 0, 8, 2, 1),
	MSG("type-precision", TYPE, KERNEL, DATATYPE, 0, 10, 2, 31),
	MSG("type-exponent", TYPE, KERNEL, DATATYPE, 0, 13, 1, 11),
	MSG("type-mantissa", TYPE, KERNEL, DATATYPE, 0, 15, 1, 52),
	MSG("type-bias", TYPE, KERNEL, DATATYPE, 0, 16, 4, 128),
	MSG("type-committed", TYPE, KERNEL, DATATYPE, 0, -1, 1, 3),
	MSG("type-text-ascii", TYPE, "/labels", DATATYPE, 0, 1, 1, 0x01),
	MSG("type-text-spaces", TYPE, "/labels", DATATYPE, 0, 1, 1, 0x12),
	MSG("type-text-terminated", TYPE, "/labels", DATATYPE, 0, 1, 1, 0x10),
	MSG("type-text-none", TYPE, "/labels", DATATYPE, 0, 4, 4, 0),
	MSG("type-text-huge", TYPE, "/labels", DATATYPE, 0, 4, 4, 65537),

	MSG("fill-version", FILL, KERNEL, FILL, 0, 0, 1, 2),
	MSG("fill-late", FILL, KERNEL, FILL, 0, 1, 1, 6),
	MSG("fill-value", FILL, KERNEL, FILL, 0, 1, 1, 0x25),
	MSG("fill-optional", FILL, KERNEL, FILL, 0, -1, 1, 0),
	MSG("fill-old", FILL, KERNEL, FILL, 0, -4, 1, 4),

	MSG("layout-short", SIZE, KERNEL, LAYOUT, 0, -3, 2, 10),
	MSG("layout-long", SIZE, KERNEL, LAYOUT, 0, -3, 2, 19),
	MSG("layout-version-4", LAYOUT, KERNEL, LAYOUT, 0, 0, 1, 4),
	MSG("layout-compact", LAYOUT, KERNEL, LAYOUT, 0, 1, 1, 0),
	MSG("layout-chunked", LAYOUT, KERNEL, LAYOUT, 0, 1, 1, 2),
	MSG("layout-virtual", LAYOUT, KERNEL, LAYOUT, 0, 1, 1, 3),
	MSG("layout-shared", LAYOUT, KERNEL, LAYOUT, 0, -1, 1, 2),
	MSG("layout-external", LAYOUT, KERNEL, LAYOUT, 0, -4, 1, 7),
	MSG("layout-filtered", LAYOUT, KERNEL, LAYOUT, 0, -4, 1, 11),
	MSG("data-at-0", PLACE, KERNEL, LAYOUT, 0, 2, 8, 0),
	MSG("data-nowhere", PLACE, KERNEL, LAYOUT, 0, 2, 8, ALL_ONES),
	MSG("data-behind-the-end", PLACE, KERNEL, LAYOUT, 0, 2, 8,
	    (uint64_t)1 << 40),
	{ { "data-late", RULE_PLACE }, KERNEL, H5_MSG_LAYOUT, 0, 2, 8, 64, 1 },
	{ { "data-overlap", RULE_PLACE }, KERNEL, H5_MSG_LAYOUT, 0, 2, 8,
	    (uint64_t)-64, 1 },
	{ { "data-unaligned", RULE_PLACE }, KERNEL, H5_MSG_LAYOUT, 0, 2, 8, 4,
	    1 },
	MSG("data-of-none-somewhere", NO_DATA, "/history/val_acc", LAYOUT, 0, 2,
	    8, 64),
	MSG("size-0", SIZE, KERNEL, LAYOUT, 0, 10, 8, 0),
	MSG("size-huge", SIZE, KERNEL, LAYOUT, 0, 10, 8, ALL_ONES),
	{ { "size-less", RULE_SIZE }, KERNEL, H5_MSG_LAYOUT, 0, 10, 8, ALL_ONES,
	    1 },
	{ { "size-more", RULE_SIZE }, KERNEL, H5_MSG_LAYOUT, 0, 10, 8, 1, 1 },
	{ { "size-shape-less", RULE_SIZE }, KERNEL, H5_MSG_DATASPACE, 0, 4, 8,
	    ALL_ONES, 1 },
	{ { "size-shape-more", RULE_SIZE }, KERNEL, H5_MSG_DATASPACE, 0, 4, 8,
	    1, 1 },
	MSG("size-shape-none", SIZE, KERNEL, DATASPACE, 0, 4, 8, 0),
	MSG("size-shape-large", SIZE, KERNEL, DATASPACE, 0, 4, 8,
	    (uint64_t)1 << 60),

	MSG("count-version", LINK_COUNT, KERNEL, LINKS, 0, 0, 1, 1),
	MSG("count-0", LINK_COUNT, KERNEL, LINKS, 0, 1, 4, 0),
	MSG("count-1", LINK_COUNT, KERNEL, LINKS, 0, 1, 4, 1),
	MSG("count-3", LINK_COUNT, KERNEL, LINKS, 0, 1, 4, 3),
	MSG("count-huge", LINK_COUNT, KERNEL, LINKS, 0, 1, 4, 0xffffffff),
	MSG("count-constant", LINK_COUNT, KERNEL, LINKS, 0, -1, 1, 1),

	MSG("attrs-version", ATTRIBUTE, KERNEL, ATTR_INFO, 0, 0, 1, 1),
	MSG("attrs-order", ATTRIBUTE, KERNEL, ATTR_INFO, 0, 1, 1, 1),
	MSG("attrs-heap", ATTRIBUTE, KERNEL, ATTR_INFO, 0, 2, 8, 48),
	MSG("attrs-tree", ATTRIBUTE, KERNEL, ATTR_INFO, 0, 10, 8, 48),
	MSG("attr-short", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, -3, 2, 8),
	MSG("attr-version-1", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 0, 1, 1),
	MSG("attr-version-2", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 0, 1, 2),
	MSG("attr-shared-type", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 1, 1, 1),
	MSG("attr-shared-space", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 1, 1, 2),
	MSG("attr-shared", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, -1, 1, 2),
	MSG("attr-name-none", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 2, 2, 0),
	MSG("attr-name-long", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 2, 2, 6),
	MSG("attr-name-endless", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 2, 2, 0xffff),
	MSG("attr-type-short", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 4, 2, 4),
	MSG("attr-type-endless", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 4, 2, 0xffff),
	MSG("attr-space-short", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 6, 2, 0),
	MSG("attr-space-long", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 6, 2, 12),
	MSG("attr-name-utf8", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 8, 1, 1),
	MSG("attr-name-slash", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 10, 1, '/'),
	MSG("attr-name-open", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 13, 1, 'x'),
	MSG("attr-matrix", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 23, 3, 0x010001),
	MSG("attr-vector", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 23, 1, 1),
	MSG("attr-type-vlen", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 14, 1, 0x19),
	MSG("attr-short-value", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 18, 4, 5),
	MSG("attr-long-value", ATTRIBUTE, KERNEL, ATTRIBUTE, 0, 18, 4, 60),
	MSG("attr-text-nul", ATTRIBUTE_TEXT, KERNEL, ATTRIBUTE, 0, 28, 1, 0),
	MSG("attr-text-high", ATTRIBUTE_TEXT, KERNEL, ATTRIBUTE, 0, 28, 1,
	    0xff),
	MSG("attr-order", ATTRIBUTE_ORDER, KERNEL, ATTRIBUTE, 0, 9, 1, 'z'),

	MSG("message-nil", HEADER_END, KERNEL, ATTR_INFO, 0, -4, 1, 0),
	MSG("message-comment", HEADER_END, KERNEL, ATTR_INFO, 0, -4, 1, 13),
	MSG("message-continuation", HEADER_END, KERNEL, ATTR_INFO, 0, -4, 1,
	    16),
	MSG("message-time", HEADER_END, KERNEL, ATTR_INFO, 0, -4, 1, 18),
	MSG("message-unknown", HEADER_END, KERNEL, ATTR_INFO, 0, -4, 1, 255),
	MSG("message-table", HEADER_END, "/ext", LINK, 0, -4, 1, 17),
	MSG("message-last", HEADER_END, "/history", LINK, 1, -4, 1, 0),
};
enum { PATCHES = sizeof(patches) / sizeof(patches[0]) };

const struct hostile *
hostile_bytes_at(int i)
{
	return i < PATCHES ? &patches[i].way : NULL;
}

/* Where the nth message of that type has its content. */
static size_t
message_at(const struct hostile_file *f, const struct h5_object *o, int type,
    int nth, const char *name)
{
	size_t at = o->header + 10;
	size_t end = o->header + o->header_bytes - 4;

	while (at < end) {
		if (f->bytes[at] == type && nth-- == 0)
			return at + 4;
		at += 4 + (f->bytes[at + 1] | (size_t)f->bytes[at + 2] << 8);
	}
	fprintf(stderr, "%s: no such message\n", name);
	exit(1);
}

static uint64_t
number_at(const uint8_t *b, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | b[n];
	return v;
}

/* Longer, or shorter, with zeros behind; the superblock knows of it or not. */
static void
lengthen(const struct patch *p, struct hostile_file *f)
{
	struct err err = { 0 };
	size_t n = f->n + p->value;
	uint8_t *longer = arena_slab(f->arena, n, &err);

	if (longer == NULL) {
		fprintf(stderr, "%s: %s\n", p->way.name, err.text);
		exit(1);
	}
	memset(longer, 0, n);
	memcpy(longer, f->bytes, n < f->n ? n : f->n);
	f->bytes = longer;
	f->n = n;
	if (!p->raw) {
		mend_number(f->bytes + 28, n, 8);
		mend_number(f->bytes + H5_SUPER_BYTES - 4,
		    h5_sum(f->bytes, H5_SUPER_BYTES - 4), 4);
	}
}

static void
exchange(const struct patch *p, struct hostile_file *f)
{
	const struct h5_object *o =
	    p->path == NULL ? NULL : hostile_find(f->root, p->path);
	size_t from = o == NULL ? 0 : o->header;
	size_t sum = o == NULL ? H5_SUPER_BYTES - 4 : o->header_bytes - 4;
	uint8_t *at = f->bytes + p->offset +
	    (p->message < 0
		    ? from
		    : message_at(f, o, p->message, p->nth, p->way.name));

	mend_number(at, p->value + (p->add ? number_at(at, p->n) : 0), p->n);
	if (!p->raw)
		mend_number(
		    f->bytes + from + sum, h5_sum(f->bytes + from, sum), 4);
}

void
hostile_bytes_spoil(int i, struct hostile_file *f)
{
	if (patches[i].n == 0)
		lengthen(&patches[i], f);
	else
		exchange(&patches[i], f);
}
