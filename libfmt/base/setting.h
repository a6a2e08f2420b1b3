/* Between attr.c and setting.c: a value on its way from text or a document to
   a member, in terms of its row. */
#ifndef NN_BASE_SETTING_H
#define NN_BASE_SETTING_H

#include "base/attr.h"
#include "base/text.h"

enum { SETTING_SHOWN = 80 }; /* bytes of a stranger's text in a message */

/* Text to a setting of the row's type; its range is not yet checked. */
int setting_parse(const struct attr *row, const char *text, struct setting *v,
    enum err_code code, struct err *err);

/* A setting of any type to one of the row's type: words are parsed, whole
   reals and integers stand for each other, and integers for truths and shapes of
   one dimension.  Of a document (exact) only numbers stand for numbers. */
int setting_from(const struct attr *row, const struct setting *given,
    struct setting *v, struct arena *arena, enum err_code code,
    struct err *err);

/* Is v, of the row's type, within the row's range or words? */
int setting_check(const struct attr *row, const struct setting *v,
    struct arena *arena, enum err_code code, struct err *err);

/* Adds "same, valid". */
void setting_words(
    struct text *t, const char *const *words, const char *between);

/* A stranger's text, safe to print. */
char *setting_shown(char out[SETTING_SHOWN], const char *s);

#endif
