/* Completions for zsh: arguments of _arguments. */
#include "complete.h"

static void
quoted(struct text *out, const char *s, const char *back)
{
	complete_quote(out, s, "'\\''", back);
}

/* ":FILE:_files", ":WORD: compadd - a b", ":LIST: _sequence compadd - a b": the
   blank keeps _arguments from adding words of its own. */
static void
add_values(const struct offer *o, struct text *out)
{
	text_addf(out, o->takes == TAKES_MAYBE ? "::" : ":");
	quoted(out, o->arg, ":[]\\");
	text_add(out, ":");
	if (o->files) {
		text_add(out, "_files");
	} else if (*o->words != '\0') {
		text_add(
		    out, o->list ? " _sequence compadd - " : " compadd - ");
		quoted(out, o->words, ":\\");
	} else {
		text_add(out, " ");
	}
}

/* "(-e --epochs)"{-e+,--epochs=}"[help]:N: ": the first part says that one
   of both excludes the other. */
static void
add_option(const struct offer *o, struct text *out)
{
	const char *sign = o->takes == TAKES_VALUE ? "="
	    : o->takes == TAKES_MAYBE              ? "=-"
						   : "";

	text_add(out, " \\\n\t");
	if (o->often)
		text_add(out, "'*'");
	else if (o->letter != 0)
		text_addf(out, "'(-%c --%s)'", o->letter, o->name);
	if (o->letter != 0)
		text_addf(out, "{-%c%s,--%s%s}", o->letter,
		    o->takes == TAKES_VALUE ? "+" : "", o->name, sign);
	else
		text_addf(out, "--%s%s", o->name, sign);
	text_add(out, "'[");
	quoted(out, o->help, ":[]\\");
	text_add(out, "]");
	if (o->takes != TAKES_NOTHING)
		add_values(o, out);
	text_add(out, "'");
}

static void
print(const struct offers *all, struct text *out)
{
	const struct offer *o = &all->operands;

	text_addf(out,
	    "#compdef %s\n# %s: completion for zsh\n"
	    "_arguments -s -S",
	    all->tool, all->tool);
	for (int i = 0; i < all->n; i++)
		add_option(&all->option[i], out);
	text_add(out, " \\\n\t'*:");
	quoted(out, o->arg, ":[]\\");
	if (o->files && *o->words == '\0')
		text_add(out, ":_files'\n");
	else if (*o->words != '\0') {
		text_add(out, ": compadd - ");
		quoted(out, o->words, ":\\");
		text_add(out, "'\n");
	}
}

const struct completer complete_zsh = { .shell = "zsh", .print = print };
