/* How our own hot loops are compiled: once for every kind of processor.

   A function marked HOT exists several times and the loader picks the one
   that fits, so that one binary is portable and fast.  Only loops without
   reductions are marked: they give the same numbers in every width. */
#ifndef NN_HOT_H
#define NN_HOT_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer) || \
    __has_feature(undefined_behavior_sanitizer)
#define HOT_OFF
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    defined(__SANITIZE_UNDEFINED__)
#define HOT_OFF
#endif

/* Sanitizers run before the loader can choose. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(HOT_OFF)
#define HOT __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define HOT
#endif

#endif
