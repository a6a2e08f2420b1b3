/* The attributes of the root: which format this is, what one must know to
   read it, who wrote it. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "migrate.h"
#include "model.h"

/* Features that a reader must know by name. */
static const char delta[] = "delta";
static const char *const features[] = { delta, NULL };

/* Names, ascending, with commas between them, or nothing. */
static int
features_form(const char *list, struct err *err)
{
	const char *before = "";
	size_t m = 0;

	while (*list != '\0') {
		size_t n = strcspn(list, ",");
		size_t both = m < n ? m : n;
		int order = memcmp(before, list, both);

		if (!h5_name_ok(list, n) || order > 0 ||
		    (order == 0 && m >= n) ||
		    (list[n] == ',' && list[n + 1] == '\0'))
			return fmt_refuse(err, RULE_FEATURES,
			    "features_optional: is not a list of names in "
			    "order");
		before = list;
		m = n;
		list += list[n] == ',' ? n + 1 : n;
	}
	return 0;
}

/* Names the first feature of a comma-separated list that is not known. */
static int
features_check(const struct fmt_model *m, const char *list, struct err *err)
{
	char shown[128];

	while (*list != '\0') {
		size_t n = strcspn(list, ",");
		const char *const *f = features;

		while (
		    *f != NULL && (strlen(*f) != n || memcmp(*f, list, n) != 0))
			f++;
		if (*f == NULL)
			return fmt_refuse(err, RULE_FEATURES,
			    "model format %lld.%lld needs the feature '%s', "
			    "which this version (" PACKAGE_STRING
			    ") does not know; update it",
			    (long long)m->format_major,
			    (long long)m->format_minor,
			    text_safe(shown, sizeof(shown), list, n));
		list += list[n] == ',' ? n + 1 : n;
	}
	return 0;
}

/* A newer minor version is read when the features that it requires are known:
   whatever else it brings may be ignored. */
static int
major_minor_check(
    struct fmt_model *m, const struct h5_object *root, struct err *err)
{
	if (h5_need_int(root, "format_major", &m->format_major, err) < 0 ||
	    h5_need_int(root, "format_minor", &m->format_minor, err) < 0)
		return -1;
	if (m->format_major == FMT_MAJOR ? m->format_minor >= 0
					 : migrates(migrations, m->format_major,
					       m->format_minor, FMT_MAJOR))
		return 0;
	return fmt_refuse(err, RULE_VERSION,
	    "model format %lld.%lld; this version (" PACKAGE_STRING
	    ") reads 0.1 and %d.x: %s",
	    (long long)m->format_major, (long long)m->format_minor, FMT_MAJOR,
	    m->format_major > FMT_MAJOR ? "update it"
					: "there is no such version");
}

/* The root has exactly these attributes. */
static int
attrs_check(const struct h5_object *root, struct err *err)
{
	static const char *const names[] = { "content_id", "features_optional",
		"features_required", "format", "format_major", "format_minor",
		"state_id", "weights_id", "writer" };
	int n = (int)(sizeof(names) / sizeof(names[0]));
	int i;

	for (i = 0; i < n; i++)
		if (i >= root->nattrs ||
		    strcmp(root->attrs[i].name, names[i]) != 0)
			return fmt_refuse(err, RULE_ROOT_ATTRIBUTES,
			    "attribute '%s' of the root is missing", names[i]);
	return root->nattrs == n
	    ? 0
	    : fmt_refuse(err, RULE_ROOT_ATTRIBUTES,
		  "unknown attribute '%s' of the root", root->attrs[n].name);
}

int
version_check(struct fmt_model *m, const struct h5_object *root,
    struct arena *arena, struct err *err)
{
	const char *format, *required, *writer;

	if (h5_get(root, "format") == NULL)
		return fmt_refuse(err, RULE_FORMAT,
		    "an HDF5 file, but not a model (no attribute 'format')");
	format = h5_need_text(root, "format", arena, err);
	if (format == NULL)
		return -1;
	if (strcmp(format, "nn-model") != 0)
		return fmt_refuse(err, RULE_FORMAT,
		    "not a model file: its format is '%s'", format);
	if (major_minor_check(m, root, err) < 0)
		return -1;
	required = h5_need_text(root, "features_required", arena, err);
	if (required == NULL || features_check(m, required, err) < 0 ||
	    attrs_check(root, err) < 0)
		return -1;
	m->features_optional =
	    h5_need_text(root, "features_optional", arena, err);
	writer = h5_need_text(root, "writer", arena, err);
	if (m->features_optional == NULL || writer == NULL ||
	    features_form(m->features_optional, err) < 0)
		return -1;
	if (strlen(writer) >= sizeof(m->writer))
		return fmt_refuse(err, RULE_WRITER, "writer: name is too long");
	strcpy(m->writer, writer);
	return 0;
}

static const char *
features_of(const struct fmt_model *m)
{
	return fmt_is_delta(m) ? delta : "";
}

int
version_features(const struct fmt_model *m, const struct h5_object *root,
    struct arena *arena, struct err *err)
{
	const char *required =
	    h5_need_text(root, "features_required", arena, err);

	if (required == NULL)
		return -1;
	if (strcmp(required, features_of(m)) == 0)
		return 0;
	return fmt_refuse(err, RULE_FEATURES_USED,
	    "features_required: is not what the file makes use of");
}

int
version_put(const struct fmt_model *m, struct h5_object *root,
    struct arena *arena, struct err *err)
{
	const char *optional = m->features_optional;

	if (h5_put_text(root, "format", "nn-model", arena, err) < 0 ||
	    h5_put_int(root, "format_major", FMT_MAJOR, arena, err) < 0 ||
	    h5_put_int(root, "format_minor", FMT_MINOR, arena, err) < 0 ||
	    h5_put_text(root, "features_required", features_of(m), arena, err) <
		0 ||
	    h5_put_text(root, "features_optional",
		optional != NULL ? optional : "", arena, err) < 0)
		return -1;
	return h5_put_text(root, "writer", PACKAGE_STRING, arena, err);
}
