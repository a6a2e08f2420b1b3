/* Provenance: what a run did to a model, in words that give the same result
   again.  Never paths, and no clock but SOURCE_DATE_EPOCH. */
#include "config.h"

#include <string.h>

#include "tool.h"

static int
put_seed(struct tool *t, struct json *record, struct err *err)
{
	if (!tool_has(t, "seed"))
		return 0;
	return json_put_int(record, "seed", (int64_t)t->seed, &t->arena, err);
}

static int
put_order(struct tool *t, struct json *record, struct err *err)
{
	struct json *order = json_put_array(NULL, NULL, &t->arena, err), *kept;

	if (!order || cli_record_order(&t->cli, order, err) < 0)
		return -1;
	if (!order->child)
		return 0;
	kept = json_put_array(record, "order", &t->arena, err);
	if (!kept)
		return -1;
	kept->child = order->child;
	kept->last = order->last;
	return 0;
}

struct json *
lineage_record(struct tool *t, const struct fmt_model *parent, struct err *err)
{
	struct arena *a = &t->arena;
	struct json *record = json_put_object(NULL, NULL, a, err), *options;

	if (!record || json_put_text(record, "tool", t->name, a, err) < 0 ||
	    json_put_text(record, "version", PACKAGE_VERSION, a, err) < 0)
		return NULL;
	options = json_put_object(record, "options", a, err);
	if (!options || cli_record(&t->cli, options, err) < 0 ||
	    put_order(t, record, err) < 0 || put_seed(t, record, err) < 0)
		return NULL;
	if (parent &&
	    json_put_text(record, "parent", parent->content_id, a, err) < 0)
		return NULL;
	if (t->source_date >= 0 &&
	    json_put_int(record, "time", t->source_date, a, err) < 0)
		return NULL;
	return record;
}

/* Several operands have one digest together. */
int
lineage_data(struct tool *t, struct json *record,
    const uint8_t digest[SHA256_BYTES], int operands, struct err *err)
{
	char hex[FMT_HEX];

	if (json_put_text(record, "data", digest_hex(hex, digest, SHA256_BYTES),
		&t->arena, err) < 0)
		return -1;
	return operands == 1
	    ? 0
	    : json_put_int(record, "operands", operands, &t->arena, err);
}

static const char *
processor(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512f"))
		return "x86_64 avx512";
	if (__builtin_cpu_supports("avx2"))
		return "x86_64 avx2";
	return "x86_64";
#elif defined(__aarch64__)
	return "aarch64";
#else
	return "other";
#endif
}

const char *
tool_numerics(struct tool *t, const char *backend, struct err *err)
{
	return arena_printf(
	    &t->arena, err, "%s %s %s", PACKAGE_VERSION, backend, processor());
}

int
lineage_arithmetic(struct tool *t, struct json *record, const char *backend,
    int threads, struct err *err)
{
	const char *numerics = tool_numerics(t, backend, err);

	if (!numerics ||
	    json_put_text(record, "numerics", numerics, &t->arena, err) < 0)
		return -1;
	return json_put_int(record, "threads", threads, &t->arena, err);
}

int
lineage_base(struct tool *t, struct json *record, const struct fmt_model *base,
    struct err *err)
{
	return json_put_text(record, "base", base->content_id, &t->arena, err);
}

/* The member of that name, made when it is not there yet. */
static struct json *
member_of(
    struct tool *t, struct json *record, const char *name, struct err *err)
{
	for (struct json *j = record->child; j; j = j->next)
		if (strcmp(j->key, name) == 0)
			return j;
	return json_put_object(record, name, &t->arena, err);
}

int
lineage_option(struct tool *t, struct json *record, const char *name,
    const char *value, struct err *err)
{
	struct json *options = member_of(t, record, "options", err);
	if (!options)
		return -1;
	if (!value)
		return json_put_bool(options, name, 1, &t->arena, err);
	return json_put_text(options, name, value, &t->arena, err);
}

/* An option that was given n times. */
int
lineage_options(struct tool *t, struct json *record, const char *name,
    const char *const *values, int n, struct err *err)
{
	struct json *options = member_of(t, record, "options", err);
	struct json *list;

	if (n == 1)
		return lineage_option(t, record, name, values[0], err);
	list = options ? json_put_array(options, name, &t->arena, err) : NULL;
	if (!list)
		return -1;
	for (int i = 0; i < n; i++)
		if (json_put_text(list, NULL, values[i], &t->arena, err) < 0)
			return -1;
	return 0;
}

int
lineage_metric(struct tool *t, struct json *record, const char *name,
    double value, struct err *err)
{
	struct json *metrics = member_of(t, record, "metrics", err);
	if (!metrics)
		return -1;
	return json_put_real(metrics, name, value, &t->arena, err);
}

int
lineage_members(struct tool *t, struct json *record,
    const char *const *content_ids, int n, struct err *err)
{
	struct json *list = json_put_array(record, "members", &t->arena, err);

	if (!list)
		return -1;
	for (int i = 0; i < n; i++)
		if (json_put_text(list, NULL, content_ids[i], &t->arena, err) <
		    0)
			return -1;
	return 0;
}

int
lineage_add(
    struct tool *t, struct fmt_model *m, struct json *record, struct err *err)
{
	if (t->common->no_provenance)
		return 0;
	return fmt_lineage_add(m, record, &t->arena, err);
}
