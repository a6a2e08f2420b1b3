/* SPEC files: option lines, then one layer a line. */
#include <string.h>

#include "spec.h"

/* One line, blanks around it and comments gone; "" when nothing is left. */
static char *
clean_line(const char *s, size_t n, struct arena *arena, struct err *err)
{
	char *line, *hash;

	while (n && strchr(" \t\r", s[n - 1]))
		n--;
	while (n && strchr(" \t", *s)) {
		s++;
		n--;
	}
	line = arena_text_n(arena, s, n, err);
	if (!line || line[0] == '-')
		return line;
	for (hash = strchr(line, '#'); hash; hash = strchr(hash + 1, '#'))
		if (hash == line || hash[-1] == ' ' || hash[-1] == '\t')
			break;
	if (hash)
		*hash = '\0';
	for (n = strlen(line); n && strchr(" \t", line[n - 1]); n--)
		line[n - 1] = '\0';
	return line;
}

static int
put_line(struct spec_file *f, const char *line, int number, struct err *err)
{
	if (!*line)
		return 0;
	if (strncmp(line, "--", 2) == 0) {
		f->options[f->noptions] = line;
		f->option_line[f->noptions++] = number;
		return 0;
	}
	if (strpbrk(line, " \t"))
		return err_set(
		    err, ERR_USAGE, "one layer a line, without blanks in it");
	f->layers[f->nlayers] = line;
	f->layer_line[f->nlayers++] = number;
	return 0;
}

int
spec_split(struct spec_file *f, const char *text, const char *name,
    struct arena *arena, struct err *err)
{
	size_t lines = 1;

	for (const char *s = text; (s = strchr(s, '\n')); s++)
		lines++;
	*f = (struct spec_file){ 0 };
	f->options = arena_array(arena, lines, sizeof(*f->options), err);
	f->layers = arena_array(arena, lines, sizeof(*f->layers), err);
	f->option_line = arena_array(arena, lines, sizeof(int), err);
	f->layer_line = arena_array(arena, lines, sizeof(int), err);
	if (err->code)
		return -1;
	for (int number = 1;; number++) {
		size_t n = strcspn(text, "\n");
		const char *line = clean_line(text, n, arena, err);
		if (!line)
			return -1;
		if (put_line(f, line, number, err) < 0)
			return err_in(err, "%s:%d", name, number);
		if (!text[n])
			return 0;
		text += n + 1;
	}
}
