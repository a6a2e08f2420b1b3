/* Memory that is refused when a test wants it, and a count of what was not
   given back: wrappers that the linker puts between our objects and libc
   (-Wl,--wrap). */
#ifndef TESTS_SCARCE_H
#define TESTS_SCARCE_H

/* The at-th request from now on (from 1; 0 = none) is refused, it alone or
   every later one as well. */
void scarce_set(long at, int for_ever);

/* Requests since scarce_set. */
long scarce_count(void);

/* What is not given back: pieces of the heap, and bytes of mappings. */
long scarce_held(void);

#endif
