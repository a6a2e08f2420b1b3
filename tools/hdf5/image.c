/* Bytes in memory as a file of libhdf5, and libhdf5 itself. */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "hdf5/foreign.h"

int
image_take(struct image *image, int fd, struct err *err)
{
	struct stat st;
	void *at;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(err, ERR_IO, "standard input is no file");
	if (st.st_size == 0)
		return err_set(err, ERR_MODEL, "the file is empty");
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return err_errno(err, "cannot map the file");
	image->base = at;
	image->size = (size_t)st.st_size;
	return 0;
}

/* The callbacks by which libhdf5 would copy an image: it gets the one that
   there is, for reading. */

static void *
take_image(size_t n, H5FD_file_image_op_t op, void *ctx)
{
	const struct image *image = ctx;

	(void)op;
	return n == image->size ? (void *)(uintptr_t)image->base : NULL;
}

static void *
copy_image(
    void *to, const void *from, size_t n, H5FD_file_image_op_t op, void *ctx)
{
	(void)n;
	(void)op;
	(void)ctx;
	return to == from ? to : NULL;
}

static void *
resize_image(void *at, size_t n, H5FD_file_image_op_t op, void *ctx)
{
	(void)at;
	(void)n;
	(void)op;
	(void)ctx;
	return NULL;
}

static herr_t
free_image(void *at, H5FD_file_image_op_t op, void *ctx)
{
	(void)at;
	(void)op;
	(void)ctx;
	return 0;
}

static void *
copy_context(void *ctx)
{
	return ctx;
}

static herr_t
free_context(void *ctx)
{
	(void)ctx;
	return 0;
}

static int
set_image(hid_t access, const struct image *image)
{
	H5FD_file_image_callbacks_t calls = {
		.image_malloc = take_image,
		.image_memcpy = copy_image,
		.image_realloc = resize_image,
		.image_free = free_image,
		.udata_copy = copy_context,
		.udata_free = free_context,
		.udata = (void *)(uintptr_t)image,
	};

	if (H5Pset_fapl_core(access, 1 << 20, 0) < 0 ||
	    H5Pset_file_image_callbacks(access, &calls) < 0)
		return -1;
	return H5Pset_file_image(
	    access, (void *)(uintptr_t)image->base, image->size);
}

hid_t
image_open(const struct image *image, struct err *err)
{
	hid_t access = H5Pcreate(H5P_FILE_ACCESS);
	hid_t file = H5I_INVALID_HID;

	if (access >= 0 && set_image(access, image) >= 0)
		file = H5Fopen("/model", H5F_ACC_RDONLY, access);
	if (file < 0)
		hdf5_failed(err, "cannot be opened");
	handle_close(access);
	return file;
}

int
hdf5_begin(struct err *err)
{
	if (H5open() < 0 || H5PLset_loading_state(0) < 0 ||
	    H5Lunregister(H5L_TYPE_EXTERNAL) < 0 ||
	    H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0)
		return err_set(err, ERR_BUG, "libhdf5 does not start");
	return 0;
}

void
handle_close(hid_t id)
{
	if (id >= 0)
		H5Idec_ref(id);
}

static herr_t
first_reason(unsigned n, const H5E_error2_t *e, void *ctx)
{
	char *text = ctx;

	if (n == 0 && e->desc != NULL)
		strncpy(text, e->desc, 127);
	return 0;
}

int
hdf5_failed(struct err *err, const char *what)
{
	char reason[128] = "no reason given";

	H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first_reason, reason);
	return err_set(err, ERR_MODEL, "%s (libhdf5: %s)", what, reason);
}
