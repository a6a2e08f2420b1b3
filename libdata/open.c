/* An operand taken apart: [TYPE:]PATH[,KEY=VALUE]..., and its source opened.

   A path that exists as it is written is a path, whatever signs it has. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "set.h"
#include "sources/gz.h"

enum { HEAD = 4096, SAFE = 256, SHARES_MAX = 16, KEYS_MAX = 16 };

/* Keys that every operand takes. */
struct common {
	int64_t limit;
	const char *split, *part;
};

static const struct attr common_attrs[] = {
	{ ATTR(INT, struct common, limit), 0, 9e15, "0",
	    "at most so many samples (0: all)", 0, NULL },
	{ ATTR(WORD, struct common, split), 0, 0, "",
	    "shares by hash of content: 0.8/0.1/0.1", 0, NULL },
	{ ATTR(WORD, struct common, part), 0, 0, "",
	    "which share: train, val, test or its number", 0, NULL },
	{ 0 },
};

struct words {
	const struct source_kind *kind; /* NULL: by content */
	char *path;
	int nkeys;
	struct setting key[KEYS_MAX];
};

static int
is_known(const struct source_kind *kind, const char *key)
{
	const struct source_kind *const *k;

	if (attr_find(common_attrs, key) != NULL)
		return 1;
	if (kind != NULL)
		return attr_find(kind->attrs, key) != NULL;
	for (k = source_kinds; *k != NULL; k++)
		if (attr_find((*k)->attrs, key) != NULL)
			return 1;
	return 0;
}

/* The last comma that is not one of two. */
static char *
last_comma(char *s)
{
	size_t n = strlen(s);

	while (n > 0) {
		n--;
		if (s[n] != ',')
			continue;
		if (n > 0 && s[n - 1] == ',')
			n--;
		else
			return s + n;
	}
	return NULL;
}

static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		*to++ = *s;
		if (s[0] == ',' && s[1] == ',')
			s++;
	}
	*to = '\0';
}

/* Takes the known keys off the end of the path. */
static int
take_keys(struct words *w, struct err *err)
{
	char *comma, *equal;

	while ((comma = last_comma(w->path)) != NULL) {
		equal = strchr(comma, '=');
		if (equal != NULL)
			*equal = '\0';
		if (!is_known(w->kind, comma + 1)) {
			if (equal != NULL)
				*equal = '=';
			break;
		}
		if (w->nkeys == KEYS_MAX)
			return err_set(err, ERR_USAGE, "too many keys");
		*comma = '\0';
		if (equal != NULL)
			unescape(equal + 1);
		w->key[w->nkeys++] = (struct setting){
			.name = comma + 1,
			.type = ATTR_WORD,
			.s = equal != NULL ? equal + 1 : "true",
		};
	}
	if (access(w->path, F_OK) < 0)
		unescape(w->path);
	return 0;
}

static int
take_words(
    struct words *w, const char *operand, struct arena *arena, struct err *err)
{
	const char *colon = strchr(operand, ':');

	memset(w, 0, sizeof(*w));
	if (access(operand, F_OK) == 0)
		colon = NULL;
	else if (colon != NULL)
		w->kind = source_find(operand, (size_t)(colon - operand));
	w->path = arena_text(arena, w->kind != NULL ? colon + 1 : operand, err);
	if (w->path == NULL)
		return -1;
	if (access(operand, F_OK) == 0)
		return 0;
	if (take_keys(w, err) < 0)
		return -1;
	return w->path[0] != '\0' ? 0
				  : err_set(err, ERR_USAGE, "names no file");
}

/* Settings of common_attrs go to one list, the others to the other. */
static int
sort_keys(const struct words *w, struct settings *common, struct settings *own,
    struct arena *arena, struct err *err)
{
	size_t n = (size_t)w->nkeys + 1;
	struct settings *to;
	int i;

	common->n = own->n = 0;
	common->at = arena_array(arena, n, sizeof(*common->at), err);
	own->at = arena_array(arena, n, sizeof(*own->at), err);
	if (common->at == NULL || own->at == NULL)
		return -1;
	for (i = w->nkeys - 1; i >= 0; i--) {
		to = attr_find(common_attrs, w->key[i].name) != NULL ? common
								     : own;
		to->at[to->n++] = w->key[i];
	}
	return 0;
}

/* "0.8/0.1/0.1" */
static int
parse_shares(const char *split, double share[SHARES_MAX], struct arena *arena,
    struct err *err)
{
	char *s = arena_text(arena, split, err);
	double sum = 0.0;
	char *end;
	int n = 0;

	while (s != NULL && n < SHARES_MAX) {
		end = strchr(s, '/');
		if (end != NULL)
			*end = '\0';
		if (text_to_real(s, &share[n]) < 0 || !(share[n] > 0.0) ||
		    !((sum += share[n]) < 1.0 + 1e-9))
			break;
		n++;
		if (end == NULL)
			return n;
		s = end + 1;
	}
	return err_set(err, ERR_USAGE,
	    "split=%.60s: is no list of shares like 0.8/0.1/0.1", split);
}

/* train is the first, test the last, val the second. */
static int
part_number(const char *part, int n)
{
	long long v;

	if (strcmp(part, "train") == 0)
		return 0;
	if (strcmp(part, "val") == 0 && n >= 2)
		return 1;
	if (strcmp(part, "test") == 0 && n >= 2)
		return n - 1;
	if (text_to_int(part, &v) == 0 && v >= 1 && v <= n)
		return (int)v - 1;
	return -1;
}

static int
take_part(struct part *part, const struct common *c, struct arena *arena,
    struct err *err)
{
	double share[SHARES_MAX];
	int i, n, at;

	*part = (struct part){ c->limit, 0.0, 1.0 };
	if ((c->split[0] != '\0') != (c->part[0] != '\0'))
		return err_set(err, ERR_USAGE,
		    "split=SHARES and part=NAME belong together");
	if (c->split[0] == '\0')
		return 0;
	n = parse_shares(c->split, share, arena, err);
	if (n < 0)
		return -1;
	at = part_number(c->part, n);
	if (at < 0)
		return err_set(err, ERR_USAGE,
		    "part=%.60s: is not train, val, test or 1..%d", c->part, n);
	for (i = 0; i < at; i++)
		part->from += share[i];
	part->to = part->from + share[at];
	if (part->to > 1.0 - 1e-9)
		part->to = 1.0;
	return 0;
}

/* Who knows these bytes best? */
static const struct source_kind *
recognise(const struct file *f, struct err *err)
{
	const struct source_kind *best = NULL;
	const struct source_kind *const *k;
	uint8_t inside[HEAD];
	const uint8_t *bytes = f->bytes;
	size_t n = f->n;
	long got = gz_head(f->bytes, f->n, inside, sizeof(inside));
	int bid, highest = 0;

	if (got > 0) {
		bytes = inside;
		n = (size_t)got;
	}
	for (k = source_kinds; *k != NULL; k++) {
		bid = (*k)->bid == NULL ? 0 : (*k)->bid(bytes, n, f->is_dir);
		if (bid > highest) {
			highest = bid;
			best = *k;
		}
	}
	if (best == NULL && n == 0)
		err_set(err, ERR_DATA, "is empty");
	else if (best == NULL)
		err_set(err, ERR_DATA,
		    "no known format: is neither IDX, PNG, NPY, CSV nor a "
		    "folder");
	return best;
}

static int
open_file(struct source *s, const struct words *w, struct err *err)
{
	if (w->kind != NULL && w->kind->own_file)
		return 0;
	if (w->kind == NULL && strcmp(w->path, "-") == 0) {
		s->kind = source_find("png", 3);
		return 0;
	}
	if (file_open(&s->file, w->path, err) < 0)
		return -1;
	if (s->kind == NULL)
		s->kind = recognise(&s->file, err);
	if (s->kind == NULL)
		return -1;
	if (s->kind->own_file)
		file_close(&s->file);
	else if (s->file.is_dir &&
	    (s->kind->bid == NULL || s->kind->bid(NULL, 0, 1) == 0))
		return err_set(err, ERR_DATA, "is a folder");
	return 0;
}

/* Its own keys, checked; NULL when they are wrong. */
static void *
own_conf(struct source *s, const struct settings *own, struct err *err)
{
	size_t size = s->kind->conf_size;
	void *conf = arena_alloc(s->arena, size > 0 ? size : 1, err);

	if (conf == NULL ||
	    attr_fill(s->kind->attrs, conf, own, s->arena, ERR_USAGE, err) < 0)
		return NULL;
	return conf;
}

/* Opens the file, finds its format, checks all keys. */
static int
open_words(struct source *s, const struct words *w, struct part *part,
    void **conf, struct err *err)
{
	struct settings common, own;
	struct common c;

	s->kind = w->kind;
	s->name = w->path;
	if (sort_keys(w, &common, &own, s->arena, err) < 0 ||
	    attr_fill(common_attrs, &c, &common, s->arena, ERR_USAGE, err) <
		0 ||
	    take_part(part, &c, s->arena, err) < 0 || open_file(s, w, err) < 0)
		return -1;
	*conf = own_conf(s, &own, err);
	return *conf == NULL ? -1 : 0;
}

/* Did a mistyped key stay in the path? */
static void
suggest_key(const struct words *w, struct err *err)
{
	const char *names[64] = { NULL };
	const char *comma = strrchr(w->path, ',');
	const struct source_kind *const *k;
	const struct attr *row;
	const char *near;
	char word[32];
	size_t length;
	int n = 0;

	if (comma == NULL || err->code != ERR_IO)
		return;
	for (row = common_attrs; row->type != ATTR_END; row++)
		names[n++] = row->name;
	for (k = source_kinds; *k != NULL; k++)
		for (row = (*k)->attrs; row != NULL && row->type != ATTR_END;
		     row++)
			if (n < 63)
				names[n++] = row->name;
	length = strcspn(comma + 1, "=");
	if (length == 0 || length >= sizeof(word))
		return;
	memcpy(word, comma + 1, length);
	word[length] = '\0';
	near = text_nearest(word, names);
	if (near == NULL)
		return;
	err_clear(err);
	if (strcmp(word, near) == 0 && w->kind != NULL)
		err_set(err, ERR_USAGE, "%s data take no key '%s'",
		    w->kind->name, word);
	else
		err_set(err, ERR_USAGE, "no key '%s'; did you mean '%s'?", word,
		    near);
}

/* Stands for an operand that could not be opened. */
static int
unread_read(struct source *s, int64_t i, struct sample *out,
    struct sample_buffer *b, struct err *err)
{
	(void)i;
	(void)out;
	(void)b;
	return err_set(err, ERR_DATA, "%s", (const char *)s->state);
}

static const char *
unread_name(
    const struct source *s, int64_t i, struct arena *arena, struct err *err)
{
	(void)i;
	(void)arena;
	(void)err;
	return s->name;
}

static const struct source_kind source_unread = {
	.name = "unreadable",
	.read = unread_read,
	.name_of = unread_name,
};

static int
become_unread(struct source *s, struct err *err)
{
	struct err why = *err;

	err_clear(err);
	s->kind = &source_unread;
	s->count = 1;
	s->nlabels = 0;
	s->state = arena_text(s->arena, why.text, err);
	return s->state == NULL ? -1 : 0;
}

struct source *
source_open(const char *operand, const struct data_want *want,
    struct part *part, struct arena *arena, struct err *err)
{
	struct source *s = arena_alloc(arena, sizeof(*s), err);
	struct words w;
	char safe[SAFE];
	void *conf;

	if (s == NULL)
		return NULL;
	s->arena = arena;
	s->name = operand;
	s->file.fd = -1;
	s->may_stream = want->target == TARGET_NONE;
	if (take_words(&w, operand, arena, err) == 0 &&
	    open_words(s, &w, part, &conf, err) == 0 &&
	    s->kind->open(s, conf, err) == 0)
		return s;
	if (s->kind != NULL && s->kind->close != NULL)
		s->kind->close(s);
	file_close(&s->file);
	if (w.path != NULL)
		suggest_key(&w, err);
	err_in(
	    err, "%s", text_safe(safe, sizeof(safe), operand, strlen(operand)));
	if (want->keep_bad && (err->code == ERR_DATA || err->code == ERR_IO) &&
	    become_unread(s, err) == 0)
		return s;
	return NULL;
}

/* What can be looked at twice is looked at: no pipe, no standard input. */
static int
check_words(struct source *s, struct words *w, struct err *err)
{
	struct stat st;
	struct part part;
	void *conf;

	if (strcmp(w->path, "-") == 0)
		return 0;
	if (stat(w->path, &st) < 0)
		return err_errno(err, "cannot open");
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	return open_words(s, w, &part, &conf, err);
}

int
data_check(const char *const *operands, int n, struct err *err)
{
	struct arena arena = { 0 };
	char safe[SAFE];
	int i, failed = 0;

	for (i = 0; i < n && !failed; i++) {
		struct source s = { .arena = &arena };
		struct words w;

		failed = take_words(&w, operands[i], &arena, err) < 0 ||
		    check_words(&s, &w, err) < 0;
		file_close(&s.file);
		if (!failed)
			continue;
		if (w.path != NULL)
			suggest_key(&w, err);
		err_in(err, "%s",
		    text_safe(
			safe, sizeof(safe), operands[i], strlen(operands[i])));
	}
	arena_free(&arena);
	return failed ? -1 : 0;
}
