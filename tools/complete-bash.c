/* Completions for bash: a function that finds what is asked for, the same for
   all tools, and one that knows a tool's options. */
#include <string.h>

#include "complete.h"

/* The word before the cursor is taken from the line itself, whatever bash
   breaks words at; what it has left alone (up to the last = or :) is taken off
   again. */
static const char helper[] =
    "# Sets COMPREPLY.  _nn_TOOL WORD sets takes (0, 1 perhaps, 2), words and\n"
    "# files for the value of an option, for --options and for --operands.\n"
    "_nn_complete() {\n"
    "\tlocal ask=_${1##*/} line=${COMP_LINE:0:COMP_POINT} IFS=$' \\t\\n'\n"
    "\tlocal token before prev value lead= list word cut takes=0 words= "
    "files=\n"
    "\task=${ask//-/_}\n"
    "\ttoken=${line##*[[:space:]]}\n"
    "\tbefore=${line%\"$token\"}\n"
    "\tbefore=${before%\"${before##*[![:space:]]}\"}\n"
    "\tprev=${before##*[[:space:]]}\n"
    "\tvalue=$token\n"
    "\tCOMPREPLY=()\n"
    "\tcase $token in\n"
    "\t--*=*)\n"
    "\t\tlead=${token%%=*}=\n"
    "\t\tvalue=${token#*=}\n"
    "\t\t\"$ask\" \"${token%%=*}\"\n"
    "\t\t;;\n"
    "\t-?*) \"$ask\" --options ;;\n"
    "\t*)\n"
    "\t\t\"$ask\" \"$prev\"\n"
    "\t\tif [ \"$takes\" != 2 ]; then\n"
    "\t\t\twords= files=\n"
    "\t\t\t\"$ask\" --operands\n"
    "\t\tfi\n"
    "\t\t;;\n"
    "\tesac\n"
    "\tlist=${value%\"${value##*,}\"}\n"
    "\tfor word in $(compgen -W \"$words\" -- \"${value##*,}\"); do\n"
    "\t\tCOMPREPLY+=(\"$lead$list$word\")\n"
    "\tdone\n"
    "\tcase ${COMPREPLY-} in\n"
    "\t*[=:]) [ ${#COMPREPLY[@]} != 1 ] || compopt -o nospace 2>/dev/null ;;\n"
    "\tesac\n"
    "\tif [ -n \"$files\" ]; then\n"
    "\t\tcut=${value%\"${value##*[=:]}\"}\n"
    "\t\twhile IFS= read -r word; do\n"
    "\t\t\tCOMPREPLY+=(\"$lead$cut$word\")\n"
    "\t\tdone < <(compgen -f -- \"${value##*[=:]}\")\n"
    "\t\tcompopt -o filenames 2>/dev/null\n"
    "\tfi\n"
    "\tcut=${token%\"${token##*[=:]}\"}\n"
    "\tCOMPREPLY=(\"${COMPREPLY[@]#\"$cut\"}\")\n"
    "}\n";

static void
function_name(const char *tool, struct text *out)
{
	text_add(out, "_");
	for (; *tool != '\0'; tool++)
		text_add_n(out, *tool == '-' ? "_" : tool, 1);
}

static void
add_values(const struct offer *o, struct text *out)
{
	text_addf(out, " takes=%d", (int)o->takes);
	if (o->files)
		text_add(out, " files=1");
	if (*o->words != '\0')
		text_addf(out, " words='%s'", o->words);
	text_add(out, " ;;\n");
}

/* What needs a value ends in =, behind which bash sets no space. */
static void
add_names(const struct offers *all, struct text *out)
{
	text_add(out, "\t--options)\n\t\twords='");
	for (int i = 0; i < all->n; i++)
		text_addf(out, "%s--%s%s", i > 0 ? "\n\t\t" : "",
		    all->option[i].name,
		    all->option[i].takes == TAKES_VALUE ? "=" : "");
	text_add(out, "' ;;\n");
}

static void
print(const struct offers *all, struct text *out)
{
	text_addf(out, "# %s: completion for bash\n%s\n", all->tool, helper);
	function_name(all->tool, out);
	text_add(out, "() {\n\tcase $1 in\n");
	add_names(all, out);
	for (int i = 0; i < all->n; i++) {
		const struct offer *o = &all->option[i];

		if (o->takes == TAKES_NOTHING)
			continue;
		text_add(out, "\t");
		if (o->letter != 0)
			text_addf(out, "-%c | ", o->letter);
		text_addf(out, "--%s)", o->name);
		add_values(o, out);
	}
	text_add(out, "\t--operands)");
	add_values(&all->operands, out);
	text_addf(out, "\tesac\n}\ncomplete -F _nn_complete %s\n", all->tool);
}

const struct completer complete_bash = { .shell = "bash", .print = print };
