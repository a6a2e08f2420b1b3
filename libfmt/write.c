/* A model to bytes: the tree of everything it holds, then front to back. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/write-all.h"
#include "model.h"

enum {
	PIECE = 4 << 20,  /* bytes of one write */
	FLUSH = 16 << 20, /* from here on the disk is told to begin */
};

/* A document of one list: {"KEY":[...],"version":1}. */
static int
list_put(struct h5_object *root, const char *name, const char *key,
    const struct json *list, struct arena *arena, struct err *err)
{
	struct json *j;
	struct json *copy;

	if (list == NULL || list->child == NULL)
		return 0;
	j = document_new(arena, err);
	copy = j != NULL ? json_put_array(j, key, arena, err) : NULL;
	if (copy == NULL)
		return -1;
	copy->child = list->child;
	return document_put(root, name, j, arena, err);
}

/* The caller's document, which says its version. */
static int
training_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err)
{
	int64_t version;

	if (m->training == NULL)
		return 0;
	if (json_need_int(m->training, "version", &version, ERR_BUG, err) < 0)
		return err_in(err, "training");
	return document_put(root, "training", m->training, arena, err);
}

/* Name and step are attributes, so are the settings: {"version":1,...}. */
static int
optimizer_put(struct fmt_model *m, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	const struct json *settings;
	struct json *j;
	struct h5_object *o;
	const char *text, *path;
	int i;

	if (m->optimizer.name == NULL)
		return m->nslots == 0
		    ? 0
		    : err_set(err, ERR_BUG, "slots of no optimizer");
	j = document_new(arena, err);
	settings =
	    json_from_settings(NULL, NULL, &m->optimizer.settings, arena, err);
	if (j == NULL || settings == NULL)
		return -1;
	j->child->next = settings->child;
	text = json_print(j, arena, err);
	o = h5_group(root, "optimizer", arena, err);
	if (text == NULL || o == NULL ||
	    h5_put_text(o, "name", m->optimizer.name, arena, err) < 0 ||
	    h5_put_text(o, "settings", text, arena, err) < 0 ||
	    h5_put_int(o, "step", m->optimizer_step, arena, err) < 0)
		return -1;
	for (i = 0; i < m->nslots; i++) {
		const struct fmt_named *t = &m->slots[i];

		path = arena_printf(arena, err, "%s/%s", t->layer, t->param);
		if (path == NULL ||
		    tensor_at(o, path, t->name, &t->value, arena, err) < 0)
			return -1;
	}
	return 0;
}

static int
alternates_put(struct fmt_model *m, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	struct h5_object *o;
	const char *path;
	int i;

	if (m->nalternates == 0)
		return 0;
	o = h5_group(root, "alternate", arena, err);
	for (i = 0; o != NULL && i < m->nalternates; i++) {
		const struct fmt_named *t = &m->alternates[i];

		path = arena_printf(arena, err, "%s/%s", t->name, t->layer);
		if (path == NULL ||
		    tensor_at(o, path, t->param, &t->value, arena, err) < 0)
			return -1;
	}
	return o != NULL ? 0 : -1;
}

static int
history_put(struct fmt_model *m, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	struct h5_type f64 = { .dtype = DTYPE_F64 };
	struct h5_object *o;
	int i;

	if (m->nmetrics == 0)
		return 0;
	o = h5_group(root, "history", arena, err);
	for (i = 0; o != NULL && i < m->nmetrics; i++) {
		const struct fmt_metric *h = &m->history[i];
		struct shape shape = { 1, { h->n } };

		if (h5_dataset(o, h->name, f64, &shape, h->value, arena, err) ==
		    NULL)
			return -1;
	}
	return o != NULL ? 0 : -1;
}

/* What a file brought in /ext goes with it, as it was. */
static int
ext_put(struct fmt_model *m, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	struct h5_object *o;

	if (m->ext == NULL)
		return 0;
	if (verify_carried(m->ext, err) < 0)
		return -1;
	o = h5_group(root, "ext", arena, err);
	if (o == NULL)
		return -1;
	return h5_copy(o, m->ext, arena, err);
}

static int
members_put(struct fmt_model *m, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	struct json *architecture =
	    architecture_of_graph(&m->graph, arena, err);

	if (architecture == NULL ||
	    document_put(root, "architecture", architecture, arena, err) < 0)
		return -1;
	if (about_put(m, root, arena, err) < 0 ||
	    frozen_put(root, &m->graph, arena, err) < 0 ||
	    labels_put(m, root, arena, err) < 0 ||
	    list_put(root, "preprocessing", "steps", m->preprocessing, arena,
		err) < 0 ||
	    delta_put(m, root, arena, err) < 0 ||
	    weights_put(root, m, arena, err) < 0 ||
	    optimizer_put(m, root, arena, err) < 0 ||
	    training_put(m, root, arena, err) < 0 ||
	    history_put(m, root, arena, err) < 0 ||
	    list_put(root, "lineage", "records", m->lineage, arena, err) < 0 ||
	    alternates_put(m, root, arena, err) < 0)
		return -1;
	return ext_put(m, root, arena, err);
}

static int
ids_put(struct fmt_model *m, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	char *const ids[ID_N] = { m->content_id, m->weights_id, m->state_id };
	int i;

	for (i = 0; i < ID_N; i++)
		if (id_compute(root, (enum fmt_id)i, ids[i], err) < 0 ||
		    h5_put_text(root, id_names[i], ids[i], arena, err) < 0)
			return -1;
	return 0;
}

/* Ids of the right length. */
static int
ids_place(struct h5_object *root, struct arena *arena, struct err *err)
{
	char none[FMT_HEX];
	int i;

	memset(none, '0', sizeof(none) - 1);
	none[sizeof(none) - 1] = '\0';
	for (i = 0; i < ID_N; i++)
		if (h5_put_text(root, id_names[i], none, arena, err) < 0)
			return -1;
	return 0;
}

struct h5_object *
tree_plan(struct fmt_model *m, struct digests *digests, uint64_t *bytes,
    struct arena *arena, struct err *err)
{
	struct h5_object *root = h5_root(arena, err);

	if (root == NULL || fmt_verify(m, FMT_ALL, err) < 0 ||
	    graph_check(&m->graph, ERR_BUG, err) < 0 ||
	    members_put(m, root, arena, err) < 0 ||
	    digests_place(digests, root, arena, err) < 0 ||
	    ids_place(root, arena, err) < 0 ||
	    version_put(m, root, arena, err) < 0 ||
	    h5_layout(root, bytes, err) < 0)
		return NULL;
	return root;
}

struct h5_object *
tree_of_model(struct fmt_model *m, struct h5_object *known, uint64_t *bytes,
    struct arena *arena, struct err *err)
{
	struct digests digests = { 0 };
	struct h5_object *root = tree_plan(m, &digests, bytes, arena, err);

	if (root == NULL ||
	    digests_fill(&digests, known, m->threads, arena, err) < 0 ||
	    ids_put(m, root, arena, err) < 0)
		return NULL;
	return root;
}

struct output {
	struct h5_object *root;
	struct digests *digests;
	int fd;
	uint64_t at;    /* bytes in front are with the system */
	uint64_t begun; /* and these on their way to the disk */
	int flushes;
	int failed;
	struct err *err;
};

/* Has the disk begin with what it got, so that fsync finds little left. */
static void
flush(struct output *o)
{
	if (!o->flushes || o->at - o->begun < FLUSH)
		return;
	(void)sync_file_range(o->fd, (off_t)o->begun, (off_t)(o->at - o->begun),
	    SYNC_FILE_RANGE_WRITE);
	o->begun = o->at;
}

static int
write_piece(struct output *o, const void *bytes, size_t n)
{
	if (write_all(o->fd, bytes, n, o->err) < 0)
		return -1;
	o->at += n;
	flush(o);
	return 0;
}

static int
write_data(struct h5_object *d, void *ctx)
{
	static const uint8_t zeros[H5_ALIGN];
	struct output *o = ctx;
	const uint8_t *at = d->data;
	size_t n, left = d->bytes;

	if (d->is_group || d->same != NULL || d->bytes == 0)
		return 0;
	if (write_piece(o, zeros, d->at - o->at) < 0)
		return -1;
	for (; left > 0; left -= n, at += n) {
		n = left < PIECE ? left : PIECE;
		if (write_piece(o, at, n) < 0)
			return -1;
	}
	return 0;
}

static void
write_numbers(void *ctx)
{
	struct output *o = ctx;

	o->failed = h5_walk(o->root, write_data, o) != 0;
}

static void
make_digests(void *ctx, int i)
{
	const struct output *o = ctx;

	digests_make(o->digests, i);
}

int
tree_write(struct h5_object *root, uint64_t bytes, int fd, struct arena *arena,
    struct err *err)
{
	struct output o = { .fd = fd, .err = err };
	size_t n;
	const uint8_t *index = h5_index(root, bytes, &n, arena, err);

	if (index == NULL || write_piece(&o, index, n) < 0)
		return -1;
	return h5_walk(root, write_data, &o);
}

/* One writes, the others make digests, and who is done helps: the index, which
   holds them, comes last. */
int
tree_write_file(struct fmt_model *m, struct h5_object *root,
    struct digests *digests, uint64_t bytes, int fd, struct arena *arena,
    struct err *err)
{
	struct output o = {
		.root = root,
		.digests = digests,
		.fd = fd,
		.at = h5_index_bytes(root),
		.flushes = 1,
		.err = err,
	};
	const uint8_t *index;
	size_t n;

	if (lseek(fd, (off_t)o.at, SEEK_SET) < 0)
		return err_errno(err, "cannot write");
	data_each(&digests->list, m->threads, write_numbers, make_digests, &o);
	if (o.failed || ids_put(m, root, arena, err) < 0)
		return -1;
	index = h5_index(root, bytes, &n, arena, err);
	if (index == NULL)
		return -1;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(err, "cannot write");
	return write_all(fd, index, n, err);
}

int
fmt_write(struct fmt_model *m, int fd, struct err *err)
{
	struct arena arena = { 0 };
	uint64_t bytes = 0;
	struct h5_object *root = tree_of_model(m, NULL, &bytes, &arena, err);
	int rc = root != NULL ? tree_write(root, bytes, fd, &arena, err) : -1;

	if (rc == 0)
		rc = fmt_unchanged(m, err);
	if (rc == 0)
		m->file_bytes = (size_t)bytes;
	arena_free(&arena);
	return rc;
}

int
fmt_digest(const struct tensor *t, uint8_t out[SHA256_BYTES], struct err *err)
{
	size_t n;

	if (tensor_bytes(t, &n, err) < 0)
		return -1;
	sha256(out, t->data, n);
	return 0;
}
