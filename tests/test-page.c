/* The page nndata(5) against the registries: every format, step and key has
   its place in it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/attr.h"
#include "data.h"

static char page[32768];

static const char formats[] = "\n.Ss Formats\n";
static const char steps[] = "\n.Ss Preprocessing\n";
static const char changes[] = "\n.Ss Augmentation\n";

static int
read_page(void **state)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/man/nndata.5",
	    srcdir == NULL ? "." : srcdir);
	f = fopen(path, "rb");
	if (f == NULL) {
		perror(path);
		return -1;
	}
	page[fread(page, 1, sizeof(page) - 1, f)] = '\0';
	return fclose(f);
}

/* The item of the page, from a section on, that begins with the name; NULL
   when there is none. */
static const char *
item(const char *section, const char *name)
{
	char head[64];
	const char *at = strstr(page, section);
	size_t n = (size_t)snprintf(head, sizeof(head), "\n.It Cm %s", name);

	if (at == NULL)
		return NULL;
	while ((at = strstr(at, head)) != NULL) {
		if (at[n] == '\n' || at[n] == ' ')
			return at + n;
		at += n;
	}
	return NULL;
}

/* Keys are named in the item, or in that of the table formats. */
static void
check_entry(const char *section, const char *name, const struct attr *row)
{
	const char *at = item(section, name);
	const char *end;
	char word[64], *text;

	if (at == NULL)
		fail_msg("nndata(5) has no item '%s'", name);
	if (strcmp(name, "tsv") == 0)
		at = item(section, "csv");
	end = strstr(at, "\n.It ");
	text = strndup(at, end == NULL ? strlen(at) : (size_t)(end - at));
	for (; row != NULL && row->type != ATTR_END; row++) {
		if (row->place > 0)
			continue;
		snprintf(word, sizeof(word), "\n.Cm %s\n", row->name);
		if (strstr(text, word) == NULL)
			fail_msg("nndata(5): %s: key '%s' is not explained",
			    name, row->name);
	}
	free(text);
}

static void
test_formats_are_explained(void **state)
{
	const struct attr *attrs;
	const char *help, *name;
	int i;

	(void)state;
	for (i = 0; (name = data_source_name(i, &help, &attrs)) != NULL; i++)
		check_entry(formats, name, attrs);
	assert_true(i >= 8);
}

static void
test_steps_are_explained(void **state)
{
	const struct attr *attrs;
	const char *help, *name;
	int i;

	(void)state;
	for (i = 0; (name = pre_step_name(i, &help, &attrs)) != NULL; i++)
		check_entry(steps, name, attrs);
	assert_true(i >= 6);
	assert_null(item(steps, "nothing"));
}

static void
test_augmentations_are_explained(void **state)
{
	const struct attr *attrs;
	const char *help, *name;
	int i;

	(void)state;
	for (i = 0; (name = augment_name(i, &help, &attrs)) != NULL; i++)
		check_entry(changes, name, attrs);
	assert_true(i >= 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats_are_explained),
		cmocka_unit_test(test_steps_are_explained),
		cmocka_unit_test(test_augmentations_are_explained),
	};

	return cmocka_run_group_tests(tests, read_page, NULL);
}
