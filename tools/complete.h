/* Completions for shells, printed from the rows that parse the command line:
   the hidden TOOL --complete=SHELL, which the build asks for. */
#ifndef NN_COMPLETE_H
#define NN_COMPLETE_H

#include "cli.h"

/* An option, or the operands, as a shell wants to know them. */
enum takes { TAKES_NOTHING, TAKES_MAYBE, TAKES_VALUE };
struct offer {
	const char *name; /* "epochs"; NULL: the operands */
	int letter;
	enum takes takes;
	const char *arg;   /* "N" */
	const char *help;  /* in a few words */
	const char *words; /* values, a space between; "" */
	int files;         /* values are files */
	int often;         /* may be given again */
	int list;          /* a value is words with commas between */
};

struct offers {
	const char *tool;
	int n;
	struct offer *option;
	struct offer operands;
};

/* One shell: one file with one constant, one line in complete.c. */
struct completer {
	const char *shell;
	void (*print)(const struct offers *all, struct text *out);
};
extern const struct completer complete_bash, complete_zsh, complete_fish;

/* The whole file for a shell; ERR_USAGE with the names of those known. */
int cli_complete(
    const struct cli *c, const char *shell, struct text *out, struct err *err);

/* Text between single quotes, where escape says how a quote is written and
   each of the characters of back gets a backslash. */
void complete_quote(
    struct text *out, const char *s, const char *escape, const char *back);

#endif
