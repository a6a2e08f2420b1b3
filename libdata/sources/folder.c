/* A folder of PNG pictures: the first level of folders are the classes. */
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "source.h"
#include "sources/folder.h"
#include "sources/pngread.h"
#include "sources/walk.h"

struct folder {
	struct names files;
	int32_t *label; /* NULL: none has one */
	size_t label_size;
	int dir; /* the folder, opened; -1: could not be */
};

/* Every file's class: what stands before the first '/'. */
static int
find_labels(struct folder *f, struct label_set *classes, struct err *err)
{
	const char *path;
	int64_t i;

	f->label_size = (size_t)f->files.n * sizeof(f->label[0]);
	f->label = slab_new(f->label_size, err);
	if (f->label == NULL)
		return -1;
	for (i = 0; i < f->files.n; i++) {
		path = names_get(&f->files, i);
		f->label[i] = strchr(path, '/') == NULL
		    ? -1
		    : label_add(classes, path, strcspn(path, "/"), err);
	}
	return err->code == ERR_NONE ? 0 : -1;
}

int
folder_open_flat(struct source *s, const void *conf, struct err *err)
{
	struct folder *f = arena_alloc(s->arena, sizeof(*f), err);

	(void)conf;
	if (f == NULL)
		return -1;
	s->state = f;
	f->dir = open(s->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (walk_folder(s->name, &f->files, err) < 0)
		return -1;
	if (f->files.n == 0)
		return err_set(err, ERR_DATA, "no files in the folder");
	s->count = f->files.n;
	return 0;
}

static int
folder_open(struct source *s, const void *conf, struct err *err)
{
	struct label_set classes = { 0 };
	const char **names;
	struct folder *f;
	int failed = folder_open_flat(s, conf, err) < 0 ||
	    walk_classes(s->name, &classes, err) < 0;

	f = s->state;
	if (!failed && classes.names.n > 0) {
		failed = find_labels(f, &classes, err) < 0 ||
		    label_sort(&classes, f->label, f->files.n, &names, s->arena,
			err) < 0;
		if (!failed) {
			s->labels = names;
			s->nlabels = classes.names.n;
		}
	}
	label_free(&classes);
	return failed ? -1 : 0;
}

int
folder_bid(const uint8_t *bytes, size_t n, int is_dir)
{
	(void)bytes;
	(void)n;
	return is_dir ? 50 : 0;
}

int
folder_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	const struct folder *f = s->state;
	const char *name = names_get(&f->files, i);
	struct err why = { 0 };
	char path[PATH_MAX];

	if (f->dir >= 0 && png_read_at(f->dir, name, out, b, &why) == 0)
		return 0;
	if (walk_join(path, s->name, name, err) < 0)
		return -1;
	return png_read_file(path, out, b, err);
}

const char *
folder_name(
    const struct source *s, int64_t i, struct arena *arena, struct err *err)
{
	const struct folder *f = s->state;
	char path[PATH_MAX];

	if (walk_join(path, s->name, names_get(&f->files, i), err) < 0)
		return NULL;
	return arena_text(arena, path, err);
}

static int32_t
folder_label(const struct source *s, int64_t i)
{
	const struct folder *f = s->state;

	return f->label == NULL ? -1 : f->label[i];
}

void
folder_close(struct source *s)
{
	struct folder *f = s->state;

	if (f == NULL)
		return;
	if (f->dir >= 0)
		close(f->dir);
	names_free(&f->files);
	slab_free(f->label, f->label_size);
}

const struct source_kind source_folder = {
	.name = "folder",
	.help = "folder of PNG pictures, one folder a class",
	.decodes = 1,
	.by_class = 1,
	.bid = folder_bid,
	.open = folder_open,
	.read = folder_read,
	.name_of = folder_name,
	.label_of = folder_label,
	.close = folder_close,
};
