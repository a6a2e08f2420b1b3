/* Completions: what there is to offer, row by row. */
#include "complete.h"

#include <ctype.h>
#include <string.h>

static const struct completer *const completers[] = { &complete_bash,
	&complete_zsh, &complete_fish, NULL };

void
complete_quote(
    struct text *out, const char *s, const char *escape, const char *back)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			text_add(out, escape);
		else if (strchr(back, *s) != NULL)
			text_addf(out, "\\%c", *s);
		else
			text_add_n(out, s, 1);
	}
}

/* The first clause of what --help says. */
static char *
few_words(const struct cli *c, const char *help, struct err *err)
{
	size_t n = strcspn(help, ";:(");

	while (n > 0 && help[n - 1] == ' ')
		n--;
	return arena_text_n(c->arena, help, n, err);
}

static void
add_word(struct text *t, const char *word, size_t n)
{
	if (t->len > 0)
		text_add(t, " ");
	text_add_n(t, word, n);
}

/* What the text of the argument says itself: "norm:N|value:V" offers norm:
   and value:, "N|random" offers random. */
static void
add_alternatives(struct text *t, const char *arg)
{
	while (arg != NULL && strchr(arg, '[') == NULL) {
		size_t n = strcspn(arg, "|"), lower = 0;

		while (lower < n &&
		    (islower((unsigned char)arg[lower]) || arg[lower] == ':'))
			lower++;
		if (lower > 0)
			add_word(t, arg, lower);
		arg = arg[n] == '\0' ? NULL : arg + n + 1;
	}
}

/* Names out of registries: "loss auto" is all losses, and auto. */
static void
add_offers(const struct cli *c, struct text *t, const char *offers)
{
	size_t n = strcspn(offers, " ");
	char *what = arena_text_n(c->arena, offers, n, t->err);

	if (what != NULL && c->tool->offers != NULL)
		c->tool->offers(what, t);
	while (*(offers += n) != '\0') {
		offers++;
		n = strcspn(offers, " ");
		add_word(t, offers, n);
	}
}

static int
is_file(const char *arg)
{
	static const char *const names[] = { "FILE", "DIR", "DATA", "SPEC",
		NULL };

	for (int i = 0; arg != NULL && names[i] != NULL; i++)
		if (strcmp(arg, names[i]) == 0)
			return 1;
	return 0;
}

static int
is_list(const char *arg)
{
	static const char *const begin[] = { "LIST", "LAYERS", "SEL", "STEP",
		NULL };

	for (int i = 0; arg != NULL && begin[i] != NULL; i++)
		if (strncmp(arg, begin[i], strlen(begin[i])) == 0)
			return 1;
	return 0;
}

static int
find_words(const struct cli *c, const struct cli_option *row,
    const struct attr *a, struct offer *o, struct err *err)
{
	const char *const *words = a != NULL ? a->words : row->words;
	struct text t;

	text_begin(&t, c->arena, err);
	for (int i = 0; words != NULL && words[i] != NULL; i++)
		add_word(&t, words[i], strlen(words[i]));
	if (words == NULL && row->offers == NULL)
		add_alternatives(&t, row->arg);
	if (row->offers != NULL)
		add_offers(c, &t, row->offers);
	return (o->words = text_end(&t)) ? 0 : -1;
}

static int
find_offer(const struct cli *c, const struct cli_option *row, struct offer *o,
    struct err *err)
{
	const struct attr *a = row->type == CLI_ATTR ? cli_attr(row) : NULL;
	int is_switch =
	    row->type == CLI_FLAG || (a != NULL && a->type == ATTR_BOOL);

	*o = (struct offer){
		.name = row->name,
		.letter = row->letter,
		.takes = is_switch  ? TAKES_NOTHING
		    : row->optional ? TAKES_MAYBE
				    : TAKES_VALUE,
		.arg = row->arg != NULL ? row->arg : "VALUE",
		.files = !is_switch && is_file(row->arg),
		.list = is_list(row->arg),
		.often = row->type == CLI_LIST,
		.words = "",
	};
	o->help = few_words(c,
	    row->help                  ? row->help
		: a != NULL && a->help ? a->help
				       : "",
	    err);
	if (o->help == NULL)
		return -1;
	return is_switch ? 0 : find_words(c, row, a, o, err);
}

static int
find_options(const struct cli *c, struct offers *all, struct err *err)
{
	const struct cli_option *row;
	int n = 0;

	while (cli_row(c, n) != NULL)
		n++;
	all->option =
	    arena_array(c->arena, (size_t)n, sizeof(*all->option), err);
	if (all->option == NULL)
		return -1;
	for (int i = 0; (row = cli_row(c, i)) != NULL; i++)
		if (row->type != CLI_GROUP && row->type != CLI_LATER &&
		    find_offer(c, row, &all->option[all->n++], err) < 0)
			return -1;
	return 0;
}

static int
find_operands(const struct cli *c, struct offer *o, struct err *err)
{
	const struct cli_option operands = { .offers = c->tool->operands };

	*o = (struct offer){
		.takes = TAKES_VALUE,
		.arg = "FILE",
		.words = "",
		.files = 1,
	};
	if (operands.offers == NULL)
		return 0;
	o->arg = "WORD";
	return find_words(c, &operands, NULL, o, err);
}

int
cli_complete(
    const struct cli *c, const char *shell, struct text *out, struct err *err)
{
	struct offers all = { .tool = c->tool->name };
	const struct completer *const *to = completers;

	while (*to != NULL && strcmp((*to)->shell, shell) != 0)
		to++;
	if (*to == NULL)
		return err_set(err, ERR_USAGE,
		    "--complete: no such shell; write bash, zsh or fish");
	if (find_options(c, &all, err) < 0 ||
	    find_operands(c, &all.operands, err) < 0)
		return -1;
	(*to)->print(&all, out);
	return text_end(out) != NULL ? 0 : -1;
}
