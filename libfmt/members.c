/* A tree to a model: versions first, then digests, then every member. */
#include <string.h>

#include "model.h"

/* What the root may hold; with what must be there, in the order of reading. */

struct reading {
	struct fmt_model *m;
	struct arena *arena;
	struct err *err;
};

static int
get_architecture(struct reading *r, struct h5_object *o)
{
	struct json *j = document_get(o, r->arena, r->err);

	if (j == NULL)
		return -1;
	if (graph_of_architecture(&r->m->graph, j, r->arena, r->err) < 0)
		return err_in(r->err, "/architecture");
	return 0;
}

static int
get_about(struct reading *r, struct h5_object *o)
{
	return about_get(r->m, o, r->arena, r->err);
}

static int
get_labels(struct reading *r, struct h5_object *o)
{
	return labels_get(r->m, o, r->arena, r->err);
}

/* The list that is all of a document. */
static const struct json *
list_get(struct reading *r, struct h5_object *o, const char *key)
{
	const char *const keys[] = { key, "version", NULL };
	const struct json *j = document_get(o, r->arena, r->err);
	const struct json *list;

	if (j == NULL)
		return NULL;
	list = json_get(j, key);
	if (json_only(j, keys, ERR_MODEL, r->err) < 0 || list == NULL ||
	    list->type != JSON_IS_ARRAY || list->child == NULL) {
		fmt_refuse(r->err, RULE_EMPTY, "%s: is no list, or empty", key);
		err_in(r->err, "/%s", o->name);
		return NULL;
	}
	return list;
}

static int
get_preprocessing(struct reading *r, struct h5_object *o)
{
	r->m->preprocessing = list_get(r, o, "steps");
	if (r->m->preprocessing == NULL)
		return -1;
	return steps_check(r->m->preprocessing, r->err) < 0
	    ? err_in(r->err, "/preprocessing")
	    : 0;
}

static int
get_weights(struct reading *r, struct h5_object *o)
{
	return weights_get(&r->m->graph, o, r->arena, r->err);
}

static int
get_delta(struct reading *r, struct h5_object *o)
{
	struct json *j = document_get(o, r->arena, r->err);

	return j != NULL ? delta_get(r->m, j, r->arena, r->err) : -1;
}

static int
get_frozen(struct reading *r, struct h5_object *o)
{
	struct json *j = document_get(o, r->arena, r->err);

	return j != NULL ? frozen_to_graph(&r->m->graph, j, r->err) : -1;
}

static int
get_training(struct reading *r, struct h5_object *o)
{
	r->m->training = document_get(o, r->arena, r->err);
	return r->m->training != NULL ? 0 : -1;
}

/* A flat document without its version is a list of settings. */
static int
settings_of(struct reading *r, const struct json *j, struct settings *out)
{
	int i, n = 0;

	if (json_to_settings(j, out, r->arena, ERR_MODEL, r->err) < 0)
		return -1;
	for (i = 0; i < out->n; i++)
		if (strcmp(out->at[i].name, "version") != 0)
			out->at[n++] = out->at[i];
	out->n = n;
	return 0;
}

static int
optimizer_settings(struct reading *r, const char *text)
{
	const struct json *j =
	    document_parse(text, strlen(text), r->arena, r->err);

	return j != NULL ? settings_of(r, j, &r->m->optimizer.settings) : -1;
}

static int
get_optimizer(struct reading *r, struct h5_object *o)
{
	static const char *const names[] = { "name", "settings", "step", NULL };
	const char *text;

	if (attrs_only(o, names, r->err) < 0)
		return err_in(r->err, "/optimizer");
	r->m->optimizer.name = h5_need_text(o, "name", r->arena, r->err);
	text = h5_need_text(o, "settings", r->arena, r->err);
	if (r->m->optimizer.name == NULL || text == NULL ||
	    h5_need_int(o, "step", &r->m->optimizer_step, r->err) < 0 ||
	    optimizer_settings(r, text) < 0) {
		fmt_clause(r->err, RULE_OPTIMIZER);
		return err_in(r->err, "/optimizer");
	}
	return slots_get(r->m, o, r->arena, r->err);
}

static int
get_metric(
    struct reading *r, const struct h5_object *d, struct fmt_metric *metric)
{
	if (d->is_group || d->type.text > 0 || d->type.dtype != DTYPE_F64 ||
	    d->shape.rank != 1)
		return fmt_refuse(
		    r->err, RULE_HISTORY, "/history/%s: is no column", d->name);
	if (attrs_only(d, plain_attrs, r->err) < 0)
		return err_in(r->err, "/history/%s", d->name);
	metric->name = d->name;
	metric->n = d->shape.dim[0];
	metric->value = d->data;
	return 0;
}

static int
get_history(struct reading *r, struct h5_object *o)
{
	struct fmt_metric *h =
	    arena_array(r->arena, (size_t)o->nlinks + 1, sizeof(*h), r->err);
	int i;

	if (h == NULL)
		return -1;
	for (i = 0; i < o->nlinks; i++)
		if (get_metric(r, o->links[i], &h[i]) < 0)
			return -1;
	r->m->history = h;
	r->m->nmetrics = o->nlinks;
	return 0;
}

static int
get_lineage(struct reading *r, struct h5_object *o)
{
	r->m->lineage = list_get(r, o, "records");
	if (r->m->lineage == NULL)
		return -1;
	return records_check(r->m->lineage, r->err) < 0
	    ? err_in(r->err, "/lineage")
	    : 0;
}

static int
get_alternate(struct reading *r, struct h5_object *o)
{
	return alternates_get(r->m, o, r->arena, r->err);
}

static int
get_ext(struct reading *r, struct h5_object *o)
{
	r->m->ext = o;
	return 0;
}

static const struct {
	const char *name;
	int needed;
	int is_group;
	int (*get)(struct reading *r, struct h5_object *o);
} members[] = {
	{ "architecture", 1, 0, get_architecture },
	{ "weights", 0, 1, get_weights },
	{ "delta", 0, 0, get_delta },
	{ "about", 0, 0, get_about },
	{ "labels", 0, 0, get_labels },
	{ "preprocessing", 0, 0, get_preprocessing },
	{ "frozen", 0, 0, get_frozen },
	{ "optimizer", 0, 1, get_optimizer },
	{ "alternate", 0, 1, get_alternate },
	{ "training", 0, 0, get_training },
	{ "history", 0, 1, get_history },
	{ "lineage", 0, 0, get_lineage },
	{ "ext", 0, 1, get_ext },
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

/* No group says nothing, and none but root and optimizer has attributes. */
static int
group_check(struct h5_object *o, void *ctx)
{
	struct reading *r = ctx;
	const char *path;

	if (!o->is_group ||
	    (o->parent->parent == NULL && strcmp(o->name, "optimizer") == 0) ||
	    (o->nlinks > 0 && o->nattrs == 0))
		return 0;
	path = h5_path(o, r->arena, r->err);
	if (path == NULL)
		return -1;
	return o->nlinks == 0
	    ? fmt_refuse(r->err, RULE_EMPTY, "%s: group holds nothing", path)
	    : fmt_refuse(
		  r->err, RULE_ATTRIBUTES, "%s: group has attributes", path);
}

static int
member_get(struct reading *r, struct h5_object *root, int i)
{
	struct h5_object *o = h5_find(root, members[i].name);

	if (o == NULL)
		return members[i].needed
		    ? fmt_refuse(r->err, RULE_NEEDED, "/%s: is missing",
			  members[i].name)
		    : 0;
	if (o->is_group != members[i].is_group)
		return fmt_refuse(r->err, RULE_MEMBER_KIND, "/%s: is %s group",
		    o->name, o->is_group ? "a" : "no");
	if (members[i].get != get_ext && h5_walk(o, group_check, r) != 0)
		return -1;
	return members[i].get(r, o) == 0 ? 0 : fmt_clause(r->err, RULE_SCHEMA);
}

static int
strangers_check(const struct h5_object *root, struct err *err)
{
	int i, k;

	for (i = 0; i < root->nlinks; i++) {
		for (k = 0; k < MEMBERS; k++)
			if (strcmp(members[k].name, root->links[i]->name) == 0)
				break;
		if (k == MEMBERS)
			return fmt_refuse(err, RULE_MEMBERS,
			    "/%s: unknown; additions belong under /ext",
			    root->links[i]->name);
	}
	return 0;
}

static int
ids_get(struct fmt_model *m, const struct h5_object *root, struct err *err)
{
	char *const ids[ID_N] = { m->content_id, m->weights_id, m->state_id };
	const struct h5_attr *a;
	int i;

	for (i = 0; i < ID_N; i++) {
		if (id_compute(root, (enum fmt_id)i, ids[i], err) < 0)
			return -1;
		a = h5_get(root, id_names[i]);
		if (a->type.text != FMT_HEX - 1 ||
		    memcmp(a->value, ids[i], FMT_HEX - 1) != 0)
			return fmt_refuse(err, RULE_IDS,
			    "%s differs from the contents: the file was "
			    "changed; restore it from a copy",
			    id_names[i]);
	}
	return 0;
}

static int
trust(struct h5_object *o, void *ctx)
{
	(void)ctx;
	o->verified = 1;
	return 0;
}

/* A tree that was not read has the numbers of whoever built it. */
static int
numbers_verify(struct fmt_map *map, struct h5_object *root, struct err *err)
{
	return map != NULL ? verify_read(map, err) : h5_walk(root, trust, NULL);
}

int
model_of_tree(struct fmt_model *m, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	struct reading r = { m, arena, err };
	int i;

	if (version_check(m, root, arena, err) < 0 ||
	    strangers_check(root, err) < 0 || digests_form(root, err) < 0 ||
	    numbers_verify(m->map, root, err) < 0 || ids_get(m, root, err) < 0)
		return -1;
	for (i = 0; i < MEMBERS; i++)
		if (member_get(&r, root, i) < 0)
			return -1;
	return version_features(m, root, arena, err);
}
