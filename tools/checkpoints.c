/* Checkpoints that stay: a second name of the file that the next one replaces,
   so that each is whole and costs no writing; the oldest ones go.

   Those of a longer run before this one have higher numbers and are left
   alone. */
#include "checkpoints.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "state.h"

static int
by_epochs(const struct run *r)
{
	return r->every.epochs > 0;
}

static const char *
kept_name(const struct run *r, struct arena *arena, struct err *err)
{
	if (by_epochs(r))
		return arena_printf(arena, err, "%s.e%04lld", r->checkpoint,
		    (long long)r->at.epoch);
	return arena_printf(
	    arena, err, "%s.u%06lld", r->checkpoint, (long long)r->at.update);
}

/* The number behind STEM in a name of this kind, or -1. */
static int64_t
kept_number(const char *name, const char *stem)
{
	size_t n = strlen(stem), width = stem[n - 1] == 'e' ? 4 : 6;
	long long v;

	if (strncmp(name, stem, n) != 0 || strlen(name + n) < width ||
	    strspn(name + n, "0123456789") != strlen(name + n) ||
	    text_to_int(name + n, &v) < 0)
		return -1;
	return v;
}

/* Those behind `from` and up to `to`: how many there are, and the oldest. */
struct kept {
	int64_t n, oldest;
	char name[NAME_MAX + 1];
};

static struct kept
kept_between(DIR *folder, const char *stem, int64_t from, int64_t to)
{
	struct kept k = { .oldest = INT64_MAX };
	const struct dirent *e;

	rewinddir(folder);
	while ((e = readdir(folder)) != NULL) {
		int64_t at = kept_number(e->d_name, stem);

		if (at <= from || at > to)
			continue;
		k.n++;
		if (at >= k.oldest)
			continue;
		k.oldest = at;
		snprintf(k.name, sizeof(k.name), "%s", e->d_name);
	}
	return k;
}

static void
remove_old(struct run *r, DIR *folder, const char *stem)
{
	int64_t now = by_epochs(r) ? r->at.epoch : r->at.update, from = -1;

	for (;;) {
		struct kept k = kept_between(folder, stem, from, now);

		if (k.n <= r->o->keep_checkpoints)
			return;
		if (unlinkat(dirfd(folder), k.name, 0) == 0)
			continue;
		tool_warn(r->t,
		    "%s: is an old checkpoint, but cannot be removed: %s",
		    k.name, strerror(errno));
		from = k.oldest;
	}
}

/* A second name; where there are none, or this one is taken, a second file. */
static int
name_again(struct run *r, const char *name, struct err *err)
{
	return link(r->checkpoint, name) == 0
	    ? 0
	    : checkpoint_write_to(r, name, err);
}

int
checkpoints_keep(struct run *r, struct err *err)
{
	const char *slash = strrchr(r->checkpoint, '/');
	int at = slash == NULL ? 0 : (int)(slash + 1 - r->checkpoint);
	struct arena arena = { 0 };
	const char *name = kept_name(r, &arena, err);
	const char *path = arena_printf(
	    &arena, err, "%.*s", at > 0 ? at : 1, at > 0 ? r->checkpoint : ".");
	const char *stem = arena_printf(
	    &arena, err, "%s.%c", r->checkpoint + at, by_epochs(r) ? 'e' : 'u');
	DIR *folder = NULL;
	int status = -1;

	if (name == NULL || path == NULL || stem == NULL ||
	    name_again(r, name, err) < 0)
		goto out;
	if ((folder = opendir(path)) == NULL || fsync(dirfd(folder)) < 0) {
		err_errno(err, "%s", path);
		goto out;
	}
	remove_old(r, folder, stem);
	status = 0;
out:
	if (folder != NULL)
		closedir(folder);
	arena_free(&arena);
	return status;
}

void
checkpoints_show(const struct run *r, struct text *out)
{
	if (r->o->keep_checkpoints == 0)
		return;
	text_addf(out, ", the last %lld kept as %s.%s",
	    (long long)r->o->keep_checkpoints, r->checkpoint,
	    by_epochs(r) ? "eNNNN" : "uNNNNNN");
}
