/* Models from files, pipes and memory. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "migrate.h"
#include "model.h"

static int
map_read(struct fmt_model *m, struct arena *arena, struct err *err)
{
	struct h5_object *root;

	m->file_bytes = m->map->size;
	if (m->map->size < H5_SUPER_BYTES ||
	    memcmp(m->map->base, h5_signature, sizeof(h5_signature)) != 0)
		return foreign_refuse(m->map->base, m->map->size, err);
	root = h5_parse(m->map->base, m->map->size, arena, err);
	if (root == NULL)
		return -1;
	m->map->root = root;
	m->threads = m->map->threads;
	if (model_of_tree(m, root, arena, err) < 0)
		return -1;
	return migrate(migrations, m, FMT_MAJOR, arena, err);
}

int
fmt_read(struct fmt_model *m, const struct fmt_source *source,
    struct arena *arena, struct err *err)
{
	const char *name =
	    source->name != NULL ? source->name : "standard input";

	*m = (struct fmt_model){ 0 };
	m->map = fmt_map_open(source, arena, err);
	if (m->map == NULL)
		return -1;
	if (map_read(m, arena, err) == 0)
		return 0;
	fmt_close(m);
	return err_in(err, "%s", name);
}

int
fmt_open(
    struct fmt_model *m, const char *path, struct arena *arena, struct err *err)
{
	struct fmt_source source = { .name = path };
	int rc;

	*m = (struct fmt_model){ 0 };
	source.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (source.fd < 0)
		return err_errno(err, "%s", path);
	rc = fmt_read(m, &source, arena, err);
	close(source.fd);
	return rc;
}

int
fmt_parse(struct fmt_model *m, const void *bytes, size_t n, struct arena *arena,
    struct err *err)
{
	*m = (struct fmt_model){ 0 };
	m->map = arena_alloc(arena, sizeof(*m->map), err);
	if (m->map == NULL)
		return -1;
	m->map->base = bytes;
	m->map->size = n;
	m->map->how = BYTES_BORROWED;
	m->map->fd = -1;
	m->map->watch = -1;
	if (map_read(m, arena, err) == 0)
		return 0;
	m->map = NULL;
	return -1;
}

void
fmt_close(struct fmt_model *m)
{
	if (m->map != NULL)
		fmt_map_close(m->map);
	m->map = NULL;
}

void
fmt_unload(const struct fmt_model *m)
{
	if (m->map != NULL)
		fmt_map_unload(m->map);
}

int
fmt_unchanged(const struct fmt_model *m, struct err *err)
{
	return m->map == NULL ? 0 : fmt_map_unchanged(m->map, err);
}

int
fmt_maps(const struct fmt_model *m, const void *address)
{
	const struct fmt_map *map = m->map;
	const uint8_t *at = address;

	return map != NULL && map->how == BYTES_MAPPED && at >= map->base &&
	    at < map->base + (map->size + 4095) / 4096 * 4096;
}
