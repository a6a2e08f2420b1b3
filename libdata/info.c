/* What can be asked about the samples of a dataset: where each came from, its
   shape, the digest of all. */
#include <string.h>

#include "scan.h"

/* The memory of so many names is given back at once. */
enum { INFO_KEPT = 64 };

int
data_raw_shape(struct dataset *d, struct shape *shape, struct err *err)
{
	struct sample_buffer b = { 0 };
	struct sample raw;
	struct source *s;
	int failed;

	if (d->items == NULL || d->n < 1)
		return err_set(err, ERR_USAGE,
		    "the shape of a stream is not known before it is read");
	s = d->o->source[d->items[0].source];
	failed = s->kind->read(s, d->items[0].at, &raw, &b, err);
	if (!failed)
		*shape = raw.x.shape;
	sample_buffer_free(&b);
	return failed;
}

static const char *
bad_why(const struct dataset *d, uint64_t id)
{
	int64_t low = 0, high = d->nbad, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (d->bad[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < d->nbad && d->bad[low].id == id ? d->bad[low].why : NULL;
}

/* The source and number of sample id. */
static int
find_item(const struct dataset *d, uint64_t id, struct source **s, int64_t *at,
    struct err *err)
{
	int i = d->stream_source;

	if (d->items != NULL && id < (uint64_t)d->n) {
		*s = d->o->source[d->items[id].source];
		*at = d->items[id].at;
		return 0;
	}
	if (d->items != NULL || id >= (uint64_t)d->stream_read)
		return err_set(
		    err, ERR_BUG, "no sample %llu", (unsigned long long)id);
	if (i == d->o->n)
		i--;
	while (i > 0 && (uint64_t)d->stream_from[i] > id)
		i--;
	*s = d->o->source[i];
	*at = (int64_t)id - d->stream_from[i];
	return 0;
}

int
data_info(
    struct dataset *d, uint64_t id, struct sample_info *info, struct err *err)
{
	struct source *s = NULL;
	int64_t at = 0;
	int32_t label = -1;

	if (d->ninfo++ % INFO_KEPT == 0)
		arena_free(&d->info);
	if (find_item(d, id, &s, &at, err) < 0)
		return -1;
	if (s->kind->label_of != NULL)
		label = s->kind->label_of(s, at);
	info->name = s->kind->name_of(s, at, &d->info, err);
	info->label = label < 0 ? NULL : s->labels[label];
	info->error = bad_why(d, id);
	return info->name == NULL ? -1 : 0;
}

struct digesting {
	struct dataset *d;
	struct sha256 sum;
};

/* (label, content) of one sample into the digest of all. */
static int
digest_sample(
    void *arg, int64_t i, const uint8_t hash[SCAN_BYTES], struct err *err)
{
	struct digesting *g = arg;
	const struct item *item = &g->d->items[i];
	const struct source *s = g->d->o->source[item->source];
	const char *label = "";
	int32_t k = -1;

	if (err->code != ERR_NONE)
		return -1;
	if (s->kind->label_of != NULL)
		k = s->kind->label_of(s, item->at);
	if (k >= 0)
		label = s->labels[k];
	sha256_add(&g->sum, label, strlen(label) + 1);
	sha256_add(&g->sum, hash, SHA256_BYTES);
	proportions_add(g->d, hash);
	prints_add(g->d, hash_place(hash, HASH_OPERAND), item->label);
	return 0;
}

int
data_digest(struct dataset *d, uint8_t out[SHA256_BYTES], struct err *err)
{
	struct digesting g = { .d = d };
	const struct scan how = { set_hash, digest_sample, &g };
	int failed;

	if (d->items == NULL)
		return err_set(
		    err, ERR_USAGE, "a stream has no digest before it is read");
	d->proportions = (struct proportions){ 0 };
	if (prints_begin(d, err) < 0)
		return -1;
	sha256_begin(&g.sum);
	failed = set_scan(d, 0, d->n, &how, err);
	sha256_end(&g.sum, out);
	prints_end(d);
	return failed;
}
