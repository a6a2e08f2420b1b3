/* Work on many datasets, one after the other or by several threads where that
   pays; the outcome never depends on how many there are. */
#include <stdatomic.h>

#include "base/thread.h"
#include "model.h"

enum {
	PAYS_FROM = 4 << 20, /* bytes to look at: a thread costs some 50 us */
	CREW_MAX = 16,       /* memory is no faster for more */
};

static int
is_data(const struct h5_object *o)
{
	return !o->is_group && o->same == NULL;
}

static int
count_data(struct h5_object *o, void *ctx)
{
	int *n = ctx;

	*n += is_data(o);
	return 0;
}

static int
add_data(struct h5_object *o, void *ctx)
{
	struct data_list *l = ctx;

	if (is_data(o)) {
		l->at[l->n++] = o;
		l->bytes += o->bytes;
	}
	return 0;
}

int
data_list_new(struct data_list *l, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	int n = 0;

	*l = (struct data_list){ 0 };
	h5_walk(root, count_data, &n);
	l->at = arena_array(arena, (size_t)n + 1, sizeof(*l->at), err);
	return l->at != NULL ? 0 : -1;
}

void
data_list_add(struct data_list *l, struct h5_object *o)
{
	h5_walk(o, add_data, l);
}

int
data_list(struct data_list *l, struct h5_object *root, struct arena *arena,
    struct err *err)
{
	if (data_list_new(l, root, arena, err) < 0)
		return -1;
	data_list_add(l, root);
	return 0;
}

struct crew {
	const struct data_list *list;
	void (*first)(void *ctx);
	void (*work)(void *ctx, int i);
	void *ctx;
	atomic_int next;
};

/* Who has nothing to do takes the next dataset. */
static void
share(void *arg, int i, int n)
{
	struct crew *c = arg;
	int k;

	(void)n;
	if (i == 0 && c->first != NULL)
		c->first(c->ctx);
	while ((k = atomic_fetch_add(&c->next, 1)) < c->list->n)
		c->work(c->ctx, k);
}

static int
crew_size(const struct crew *c, int threads)
{
	int most = c->list->n + (c->first != NULL);

	if (c->list->bytes < PAYS_FROM)
		return 1;
	if (threads <= 0)
		threads = thread_default();
	if (most > CREW_MAX)
		most = CREW_MAX;
	return threads < most ? threads : most;
}

/* Where no thread can be had, the caller does it alone. */
void
data_each(const struct data_list *l, int threads, void (*first)(void *ctx),
    void (*work)(void *ctx, int i), void *ctx)
{
	struct crew c = { l, first, work, ctx, 0 };
	struct err none = { 0 };
	int n = crew_size(&c, threads);
	struct pool *p = n > 1 ? pool_new(n, &none) : NULL;

	if (p == NULL) {
		share(&c, 0, 1);
		return;
	}
	pool_run(p, share, &c);
	pool_free(p);
}
