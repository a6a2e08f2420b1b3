/* The one door to threads: a worker beside the program, a small pool.

   Both wait by looking for a while and then sleeping: a step of a small net
   takes less time than waking a sleeper.  New threads block all signals, so
   that the program's own thread gets them; but for those that a thread brings
   upon itself (SIGBUS: a mapped file was cut), which kill if they are blocked
   and never reach the program's handler. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"

enum {
	LOOKS = 2000, /* before going to sleep, about 50 us */
	POOL_MAX = 1024,
	CGROUP_LINE = 4096,
};

/* A number that others wait for. */
struct gate {
	atomic_uint value;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

static void
gate_begin(struct gate *g)
{
	atomic_init(&g->value, 0);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->changed, NULL);
}

static void
gate_end(struct gate *g)
{
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
}

static void
gate_add(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	atomic_fetch_add_explicit(&g->value, 1, memory_order_release);
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static void
look_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

static unsigned
gate_look(struct gate *g)
{
	return atomic_load_explicit(&g->value, memory_order_acquire);
}

/* Returns the value once it is not `old`. */
static unsigned
gate_change(struct gate *g, unsigned old)
{
	unsigned now;
	int i;

	for (i = 0; i < LOOKS; i++) {
		now = gate_look(g);
		if (now != old)
			return now;
		look_pause();
	}
	pthread_mutex_lock(&g->lock);
	while ((now = gate_look(g)) == old)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
	return now;
}

/* Returns when the value is `until`. */
static void
gate_wait(struct gate *g, unsigned until)
{
	unsigned now = gate_look(g);

	while (now != until)
		now = gate_change(g, now);
}

static int
thread_begin(
    pthread_t *thread, void *(*run)(void *), void *arg, struct err *err)
{
	static const int own[] = { SIGBUS, SIGSEGV, SIGFPE, SIGILL };
	sigset_t all, old;
	int failed;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&all, own[i]);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	failed = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (failed)
		return err_set(
		    err, ERR_IO, "no new thread: %s", strerror(failed));
	return 0;
}

struct worker {
	pthread_t thread;
	struct gate given, done; /* jobs */
	unsigned jobs;
	int quit;
	void (*work)(void *arg);
	void *arg;
};

static void *
worker_run(void *arg)
{
	struct worker *w = arg;
	unsigned job;

	for (job = 1;; job++) {
		gate_wait(&w->given, job);
		if (w->quit)
			return NULL;
		w->work(w->arg);
		gate_add(&w->done);
	}
}

struct worker *
worker_new(void (*work)(void *arg), void *arg, struct err *err)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		err_set(err, ERR_IO, "out of memory");
		return NULL;
	}
	w->work = work;
	w->arg = arg;
	gate_begin(&w->given);
	gate_begin(&w->done);
	if (thread_begin(&w->thread, worker_run, w, err) == 0)
		return w;
	gate_end(&w->given);
	gate_end(&w->done);
	free(w);
	return NULL;
}

void
worker_start(struct worker *w)
{
	worker_wait(w);
	w->jobs++;
	gate_add(&w->given);
}

void
worker_wait(struct worker *w)
{
	gate_wait(&w->done, w->jobs);
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	worker_wait(w);
	w->quit = 1;
	gate_add(&w->given);
	pthread_join(w->thread, NULL);
	gate_end(&w->given);
	gate_end(&w->done);
	free(w);
}

struct hand {
	struct pool *pool;
	pthread_t thread;
	int index;
	atomic_uint taken; /* the last round whose share somebody took */
};

struct pool {
	int n; /* the caller and n - 1 hands */
	struct gate round, done;
	unsigned ends; /* what done comes to */
	int quit;
	void (*work)(void *arg, int i, int n);
	void *arg;
	struct hand hand[];
};

/* Is the hand's share of the round still nobody's?  Then it is the caller's. */
static int
hand_take(struct hand *h, unsigned round)
{
	unsigned before = round - 1;

	return atomic_compare_exchange_strong(&h->taken, &before, round);
}

/* A hand that comes late finds its share taken, or a later round begun. */
static void *
hand_run(void *arg)
{
	struct hand *h = arg;
	struct pool *p = h->pool;
	unsigned round = 0;

	for (;;) {
		round = gate_change(&p->round, round);
		if (p->quit)
			return NULL;
		if (!hand_take(h, round))
			continue;
		p->work(p->arg, h->index, p->n);
		gate_add(&p->done);
	}
}

struct pool *
pool_new(int n, struct err *err)
{
	struct pool *p;

	if (n < 1 || n > POOL_MAX) {
		err_set(
		    err, ERR_USAGE, "%d threads: not in 1..%d", n, POOL_MAX);
		return NULL;
	}
	p = calloc(1, sizeof(*p) + (size_t)n * sizeof(p->hand[0]));
	if (p == NULL) {
		err_set(err, ERR_IO, "out of memory");
		return NULL;
	}
	gate_begin(&p->round);
	gate_begin(&p->done);
	for (p->n = 1; p->n < n; p->n++) {
		struct hand *h = &p->hand[p->n];

		h->pool = p;
		h->index = p->n;
		if (thread_begin(&h->thread, hand_run, h, err) < 0) {
			pool_free(p);
			return NULL;
		}
	}
	return p;
}

/* Whoever has no processor just now is not waited for: the caller takes the
   shares that no hand has begun. */
void
pool_run(struct pool *p, void (*work)(void *arg, int i, int n), void *arg)
{
	unsigned round = gate_look(&p->round) + 1;
	int i;

	p->work = work;
	p->arg = arg;
	if (p->n > 1)
		gate_add(&p->round);
	work(arg, 0, p->n);
	for (i = 1; i < p->n; i++) {
		if (hand_take(&p->hand[i], round))
			work(arg, i, p->n);
		else
			p->ends++;
	}
	gate_wait(&p->done, p->ends);
}

void
pool_free(struct pool *p)
{
	int i;

	if (p == NULL)
		return;
	p->quit = 1;
	gate_add(&p->round);
	for (i = 1; i < p->n; i++)
		pthread_join(p->hand[i].thread, NULL);
	gate_end(&p->round);
	gate_end(&p->done);
	free(p);
}

/* The first line of a file, "" when there is none. */
static void
first_line(const char *path, char line[64])
{
	FILE *f = fopen(path, "re");

	line[0] = '\0';
	if (f == NULL)
		return;
	if (fgets(line, 64, f) == NULL)
		line[0] = '\0';
	fclose(f);
}

/* How many processors so much time in each period is; 0 = no limit. */
static int
processors(long long quota, long long period)
{
	if (quota <= 0 || period <= 0 || quota / period >= POOL_MAX)
		return 0;
	return (int)((quota + period - 1) / period);
}

/* What "QUOTA PERIOD" in a cgroup's file allows; 0 = no limit. */
static int
quota_of(const char *folder)
{
	char path[CGROUP_LINE + 32];
	char line[64], *rest;
	long long quota;

	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.max", folder);
	first_line(path, line);
	quota = strtoll(line, &rest, 10); /* 0 of "max": no limit */
	return processors(quota, strtoll(rest, NULL, 10));
}

/* The same of version 1, as a container sees its own group. */
static int
quota_v1(void)
{
	char quota[64], period[64];

	first_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", quota);
	first_line("/sys/fs/cgroup/cpu/cpu.cfs_period_us", period);
	return processors(strtoll(quota, NULL, 10), strtoll(period, NULL, 10));
}

/* The folder of our cgroup (version 2), "" when unknown. */
static void
cgroup_folder(char *folder, size_t size)
{
	char line[CGROUP_LINE];
	FILE *f = fopen("/proc/self/cgroup", "re");

	folder[0] = '\0';
	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "0::/", 4) == 0) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(folder, size, "%s", line + 3);
		}
	fclose(f);
}

/* The smallest quota from our cgroup up to the root; 0 = none. */
static int
cgroup_limit(void)
{
	char folder[CGROUP_LINE];
	int least = quota_v1(), n;
	char *end;

	cgroup_folder(folder, sizeof(folder));
	for (;;) {
		n = quota_of(folder);
		if (n > 0 && (least == 0 || n < least))
			least = n;
		end = strrchr(folder, '/');
		if (end == NULL)
			return least;
		*end = '\0';
	}
}

int
thread_default(void)
{
	cpu_set_t set;
	int n = 1;
	int limit = cgroup_limit();

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	if (limit > 0 && limit < n)
		n = limit;
	return n < 1 ? 1 : n;
}
