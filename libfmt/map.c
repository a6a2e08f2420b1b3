/* The bytes of a model in memory: a file is mapped, a pipe is spooled.

   Of a file on another machine the index alone is mapped in effect: its numbers
   are read in whole pieces when they are verified. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/write-all.h"
#include "model.h"

enum { SPOOL = 256 << 20, PIECE = 1 << 20 };

/* Reads until n bytes or the end; how many, or -1. */
static ssize_t
read_full(int fd, void *to, size_t n, struct err *err)
{
	char *at = to;
	size_t have = 0;

	while (have < n) {
		ssize_t k = read(fd, at + have, n - have);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_errno(err, "cannot read");
		if (k == 0)
			break;
		have += (size_t)k;
	}
	return (ssize_t)have;
}

static int
empty(const struct fmt_source *source, struct err *err)
{
	return err_set(err, ERR_MODEL,
	    source->name == NULL
		? "no model on standard input (did the previous stage fail?)"
		: "no model: the file is empty (did its writer fail?)");
}

static int
cut_short(size_t have, uint64_t want, struct err *err)
{
	return fmt_refuse(err, RULE_LENGTH,
	    "cut short: %zu bytes of %llu (did the previous stage fail?)", have,
	    (unsigned long long)want);
}

/* After the last byte there must be nothing. */
static int
at_end(int fd, struct err *err)
{
	char more;
	ssize_t n = read_full(fd, &more, 1, err);

	if (n > 0)
		return fmt_refuse(err, RULE_LENGTH,
		    "bytes follow the model; one stream carries one model");
	return (int)n;
}

static int
map_fd(struct fmt_map *map, int fd, size_t n)
{
	void *at = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);

	if (at == MAP_FAILED)
		return -1;
	map->base = at;
	map->size = n;
	map->how = BYTES_MAPPED;
	return 0;
}

static int
spool_memory(struct fmt_map *map, int fd, const uint8_t *head, uint64_t n,
    struct err *err)
{
	uint8_t *at = slab_new(n, err);
	ssize_t k;

	if (at == NULL)
		return -1;
	map->base = at;
	map->size = n;
	map->how = BYTES_SLAB;
	memcpy(at, head, H5_SUPER_BYTES);
	k = read_full(fd, at + H5_SUPER_BYTES, n - H5_SUPER_BYTES, err);
	if (k < 0)
		return -1;
	if ((uint64_t)k < n - H5_SUPER_BYTES)
		return cut_short((size_t)k + H5_SUPER_BYTES, n, err);
	return at_end(fd, err);
}

static int
copy_pieces(int from, int to, uint64_t n, struct err *err)
{
	uint64_t have = H5_SUPER_BYTES;
	uint8_t *piece = slab_new(PIECE, err);
	int rc = piece != NULL ? 0 : -1;

	while (rc == 0 && have < n) {
		size_t want = n - have < PIECE ? n - have : PIECE;
		ssize_t k = read_full(from, piece, want, err);

		if (k < 0)
			rc = -1;
		else if (k == 0)
			rc = cut_short(have, n, err);
		else
			rc = write_all(to, piece, (size_t)k, err);
		have += k > 0 ? (uint64_t)k : 0;
	}
	slab_free(piece, PIECE);
	return rc;
}

static int
spool_file(struct fmt_map *map, int fd, const uint8_t *head, uint64_t n,
    const char *folder, struct err *err)
{
	int to = disk_file(folder, err);
	int rc = -1;

	if (to < 0)
		return -1;
	if (write_all(to, head, H5_SUPER_BYTES, err) < 0 ||
	    copy_pieces(fd, to, n, err) < 0)
		err_in(err, "spooling to %s", folder);
	else if (at_end(fd, err) == 0 && (rc = map_fd(map, to, n)) < 0)
		err_errno(err, "cannot map the spooled model");
	close(to);
	return rc;
}

/* The superblock says how long the model is. */
static int
spool(struct fmt_map *map, const struct fmt_source *source, struct err *err)
{
	uint64_t most = source->spool > 0 ? source->spool : SPOOL;
	uint8_t head[H5_SUPER_BYTES];
	ssize_t n = read_full(source->fd, head, sizeof(head), err);
	uint64_t bytes;

	if (n < 0)
		return -1;
	if (n == 0)
		return empty(source, err);
	if (n < 8 || memcmp(head, h5_signature, sizeof(h5_signature)) != 0)
		return foreign_refuse(head, (size_t)n, err);
	if (n < H5_SUPER_BYTES)
		return cut_short((size_t)n, H5_SUPER_BYTES, err);
	if (h5_announced(head, (size_t)n, &bytes, err) < 0)
		return -1;
	if (bytes < H5_SUPER_BYTES || bytes > H5_FILE_MAX)
		return fmt_refuse(err, RULE_LENGTH, "an impossible length");
	if (bytes <= most)
		return spool_memory(map, source->fd, head, bytes, err);
	return spool_file(map, source->fd, head, bytes,
	    source->tmpdir != NULL ? source->tmpdir : "/tmp", err);
}

/* File systems whose pages come over a network or through another process, by
   their magic numbers (statfs(2)). */
static const unsigned long far_away[] = {
	0x6969,     /* NFS */
	0x517b,     /* SMB */
	0xfe534d42, /* SMB 2 */
	0xff534d42, /* CIFS */
	0x5346414f, /* AFS */
	0x73757245, /* Coda */
	0x00c36400, /* Ceph */
	0x01021997, /* 9P */
	0x65735546, /* FUSE */
	0x0bd00bd0, /* Lustre */
	0x47504653, /* GPFS */
	0x19830326, /* BeeGFS */
};

static int
is_far_away(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(far_away) / sizeof(far_away[0]); i++)
		if (((unsigned long)fs.f_type & 0xffffffff) == far_away[i])
			return 1;
	return 0;
}

/* Are the numbers to be read from the open file? */
static void
read_or_map(struct fmt_map *map, const struct fmt_source *source)
{
	if (source->load == FMT_LOAD_MAP ||
	    (source->load == FMT_LOAD_AUTO && !is_far_away(source->fd)))
		return;
	map->fd = map->watch;
}

/* Keeps the mapped file open, to see later whether somebody has changed it. */
static int
watch(struct fmt_map *map, const struct fmt_source *source, struct err *err)
{
	struct stat st;

	map->watch = fcntl(source->fd, F_DUPFD_CLOEXEC, 3);
	if (map->watch < 0 || fstat(map->watch, &st) < 0)
		return err_errno(err, "cannot keep it open");
	map->watch_size = (uint64_t)st.st_size;
	map->watch_time = st.st_mtim;
	read_or_map(map, source);
	if (map->size <= map->watch_size)
		return 0;
	return err_set(err, ERR_IO, "was cut while it was opened");
}

/* A regular file: mapped, or read where mapping is not possible. */
static int
map_file(struct fmt_map *map, const struct fmt_source *source, size_t n,
    struct err *err)
{
	uint8_t *at;
	ssize_t k;

	if (n == 0)
		return empty(source, err);
	if (map_fd(map, source->fd, n) == 0)
		return watch(map, source, err);
	at = slab_new(n, err);
	if (at == NULL)
		return -1;
	map->base = at;
	map->size = n;
	map->how = BYTES_SLAB;
	k = lseek(source->fd, 0, SEEK_SET) < 0
	    ? err_errno(err, "cannot read")
	    : read_full(source->fd, at, n, err);
	if (k >= 0 && (size_t)k < n)
		return err_set(
		    err, ERR_IO, "the file shrank while it was read");
	return k < 0 ? -1 : 0;
}

static int
map_any(struct fmt_map *map, const struct fmt_source *source, struct err *err)
{
	struct stat st;

	if (fstat(source->fd, &st) < 0)
		return err_errno(err, "cannot look at it");
	if (S_ISREG(st.st_mode))
		return map_file(map, source, (size_t)st.st_size, err);
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_MODEL, "is a folder, not a model file");
	if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	    source->name == NULL)
		return spool(map, source, err);
	return err_set(err, ERR_MODEL, "is a device, not a model file");
}

int
fmt_map_unchanged(const struct fmt_map *map, struct err *err)
{
	struct stat st;

	if (map->watch < 0)
		return 0;
	if (fstat(map->watch, &st) < 0)
		return err_errno(err, "cannot look at it");
	if ((uint64_t)st.st_size == map->watch_size &&
	    st.st_mtim.tv_sec == map->watch_time.tv_sec &&
	    st.st_mtim.tv_nsec == map->watch_time.tv_nsec)
		return 0;
	return err_set(
	    err, ERR_IO, "the file was cut or written to while it was in use");
}

struct fmt_map *
fmt_map_open(
    const struct fmt_source *source, struct arena *arena, struct err *err)
{
	struct fmt_map *map = arena_alloc(arena, sizeof(*map), err);

	if (map == NULL)
		return NULL;
	map->fd = -1;
	map->later = source->later;
	map->threads = source->threads;
	map->name = source->name != NULL ? arena_text(arena, source->name, err)
					 : "standard input";
	if (map->name == NULL)
		return NULL;
	map->watch = -1;
	if (map_any(map, source, err) == 0)
		return map;
	fmt_map_close(map);
	/* The text for an empty standard input says where already. */
	if (source->name != NULL)
		err_in(err, "%s", source->name);
	return NULL;
}

int
fmt_map_place(struct fmt_map *map, struct h5_object *d, struct err *err)
{
	if (map->fd < 0 || d->bytes == 0)
		return 0;
	d->data = arena_slab(&map->numbers, d->bytes, err);
	return d->data != NULL ? 0 : -1;
}

int
fmt_map_read(const struct fmt_map *map, const struct h5_object *d)
{
	uint8_t *to = (uint8_t *)(uintptr_t)d->data;
	size_t have = 0;

	while (map->fd >= 0 && have < d->bytes) {
		ssize_t k = pread(
		    map->fd, to + have, d->bytes - have, (off_t)(d->at + have));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return k < 0 ? errno : ENODATA;
		have += (size_t)k;
	}
	return 0;
}

/* Nobody writes there, so what is dropped is read from the file again. */
void
fmt_map_unload(const struct fmt_map *map)
{
	if (map->how == BYTES_MAPPED)
		(void)madvise(
		    (void *)(uintptr_t)map->base, map->size, MADV_DONTNEED);
}

void
fmt_map_close(struct fmt_map *map)
{
	if (map->how == BYTES_MAPPED)
		munmap((void *)(uintptr_t)map->base, map->size);
	if (map->how == BYTES_SLAB)
		slab_free((void *)(uintptr_t)map->base, map->size);
	if (map->watch >= 0)
		close(map->watch);
	arena_free(&map->numbers);
	map->watch = -1;
	map->fd = -1;
	map->base = NULL;
	map->size = 0;
	map->how = BYTES_BORROWED;
}
