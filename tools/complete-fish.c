/* Completions for fish: a command for each option. */
#include "complete.h"

static void
quoted(struct text *out, const char *s)
{
	text_add(out, "'");
	complete_quote(out, s, "\\'", "\\");
	text_add(out, "'");
}

/* -x: a value and no files; -r -F: a value that is a file; -f: no files. */
static void
add_values(const struct offer *o, struct text *out)
{
	if (o->takes == TAKES_VALUE)
		text_add(out, o->files ? " -r -F" : " -x");
	else
		text_add(out, " -f");
	if (*o->words == '\0')
		return;
	text_add(out, " -a ");
	quoted(out, o->words);
}

static void
print(const struct offers *all, struct text *out)
{
	const struct offer *o = &all->operands;

	text_addf(out, "# %s: completion for fish\n", all->tool);
	if (*o->words != '\0') {
		text_addf(out, "complete -c %s%s -a ", all->tool,
		    o->files ? "" : " -f");
		quoted(out, o->words);
		text_add(out, "\n");
	}
	for (int i = 0; i < all->n; i++) {
		o = &all->option[i];
		text_addf(out, "complete -c %s", all->tool);
		if (o->letter != 0)
			text_addf(out, " -s %c", o->letter);
		text_addf(out, " -l %s", o->name);
		if (o->takes != TAKES_NOTHING)
			add_values(o, out);
		text_add(out, " -d ");
		quoted(out, o->help);
		text_add(out, "\n");
	}
}

const struct completer complete_fish = { .shell = "fish", .print = print };
