/* JSON documents as datasets of text: canonical, with a version, or refused. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model.h"

struct json *
document_new(struct arena *arena, struct err *err)
{
	struct json *j = json_put_object(NULL, NULL, arena, err);

	if (j == NULL ||
	    json_put_int(j, "version", DOCUMENT_VERSION, arena, err) < 0)
		return NULL;
	return j;
}

int
document_put(struct h5_object *parent, const char *name, const struct json *j,
    struct arena *arena, struct err *err)
{
	struct h5_type u8 = { .dtype = DTYPE_U8 };
	struct shape shape = { .rank = 1 };
	char *text = json_print(j, arena, err);

	if (text == NULL)
		return -1;
	shape.dim[0] = (int64_t)strlen(text);
	return h5_dataset(parent, name, u8, &shape, text, arena, err) == NULL
	    ? -1
	    : 0;
}

int
document_put_names(struct json *parent, const char *key, const char **names,
    size_t n, struct arena *arena, struct err *err)
{
	struct json *list = json_put_array(parent, key, arena, err);
	size_t i;

	if (list == NULL)
		return -1;
	qsort(names, n, sizeof(*names), text_order);
	for (i = 0; i < n; i++)
		if (json_put_text(list, NULL, names[i], arena, err) < 0)
			return -1;
	return 0;
}

/* Parses text, which must be what the same document would be printed as. */
struct json *
document_parse(const char *text, size_t n, struct arena *arena, struct err *err)
{
	struct json *j = json_parse(text, n, arena, ERR_MODEL, err);
	struct arena scratch = { 0 };
	const char *again;
	int64_t version;
	int same;

	if (j == NULL) {
		fmt_clause(err, RULE_JSON);
		return NULL;
	}
	if (j->type != JSON_IS_OBJECT) {
		fmt_refuse(err, RULE_DOCUMENT_VERSION, "is not an object");
		return NULL;
	}
	if (json_need_int(j, "version", &version, ERR_MODEL, err) < 0) {
		fmt_clause(err, RULE_DOCUMENT_VERSION);
		return NULL;
	}
	if (version != DOCUMENT_VERSION) {
		fmt_refuse(err, RULE_DOCUMENT_VERSION,
		    "document version %lld, but only %d can be read; update "
		    "nn-tools",
		    (long long)version, DOCUMENT_VERSION);
		return NULL;
	}
	again = json_print(j, &scratch, err);
	same =
	    again != NULL && strlen(again) == n && memcmp(again, text, n) == 0;
	arena_free(&scratch);
	if (!same)
		fmt_refuse(err, RULE_CANONICAL, "is not in canonical form");
	return same ? j : NULL;
}

struct json *
document_get(const struct h5_object *d, struct arena *arena, struct err *err)
{
	struct json *j = NULL;

	if (d->type.text > 0 || d->type.dtype != DTYPE_U8 || d->shape.rank != 1)
		fmt_refuse(
		    err, RULE_DOCUMENT, "is not a document (bytes of text)");
	else if (attrs_only(d, plain_attrs, err) == 0)
		j = document_parse(d->data, d->bytes, arena, err);
	if (j == NULL)
		err_in(err, "/%s", d->name);
	return j;
}
