/* Memory that lies in a file without a name. */
#include "base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"

int
disk_file(const char *folder, struct err *err)
{
	struct arena scratch = { 0 };
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *name;

	if (fd >= 0)
		return fd;
	name = arena_printf(&scratch, err, "%s/nn-spool-XXXXXX", folder);
	fd = name != NULL ? mkostemp(name, O_CLOEXEC) : -1;
	if (fd < 0)
		err_errno(err, "cannot make a temporary file in %s", folder);
	else
		unlink(name);
	arena_free(&scratch);
	return fd;
}

void *
disk_new(size_t n, const char *folder, struct err *err)
{
	int fd = disk_file(folder, err);
	void *p = MAP_FAILED;

	if (fd < 0)
		return NULL;
	errno = posix_fallocate(fd, 0, (off_t)n);
	if (errno == 0)
		p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		err_errno(err, "no room for %zu bytes in %s", n, folder);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

void
disk_free(void *p, size_t n)
{
	if (p != NULL)
		munmap(p, n);
}
