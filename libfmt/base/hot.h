/* Hot loops: compiled for several processors, the best is taken when the
   program starts; the same bits on all, as products and sums are never
   contracted.  Sanitizers cannot run code that early.  clang 14 makes what
   chooses visible to the linker: no two have the same name (a test looks). */
#ifndef NN_BASE_HOT_H
#define NN_BASE_HOT_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HOT_NO_CLONES
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define HOT_NO_CLONES
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(HOT_NO_CLONES)
#define HOT __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define HOT
#endif

#endif
