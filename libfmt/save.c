/* Saving a model, which replaces a file at once or not at all. */
#include <errno.h>
#include <fcntl.h>

#include "base/replace.h"
#include "model.h"

/* A full disk is found before the long write; a file system that cannot
   promise space is asked nothing more. */
static int
reserve(int fd, uint64_t bytes, struct err *err)
{
	if (fallocate(fd, 0, 0, (off_t)bytes) == 0 || errno == EOPNOTSUPP ||
	    errno == ENOSYS || errno == EINTR)
		return 0;
	return err_errno(err, "cannot write");
}

struct plan {
	struct h5_object *root;
	struct digests digests;
	uint64_t bytes;
	struct arena arena;
};

static int
save_as_planned(
    struct fmt_model *m, struct plan *p, const char *path, struct err *err)
{
	struct replace file;
	int rc = replace_begin(&file, path, err);

	if (rc == 0 &&
	    (reserve(file.fd, p->bytes, err) < 0 ||
		tree_write_file(m, p->root, &p->digests, p->bytes, file.fd,
		    &p->arena, err) < 0 ||
		fmt_unchanged(m, err) < 0))
		rc = err_in(err, "%s", path);
	if (rc == 0)
		rc = replace_end(&file, err);
	replace_drop(&file);
	return rc;
}

int
fmt_save(struct fmt_model *m, const char *path, struct err *err)
{
	struct plan p = { 0 };
	int rc = -1;

	p.root = tree_plan(m, &p.digests, &p.bytes, &p.arena, err);
	if (p.root != NULL)
		rc = save_as_planned(m, &p, path, err);
	if (rc == 0)
		m->file_bytes = (size_t)p.bytes;
	arena_free(&p.arena);
	return rc;
}
