/* The number type of the arithmetic: float, or double for gradient checks.

   libnn is compiled twice: the library in float, and, for the tests, all of
   it again with -DREAL_DOUBLE, because checking gradients to 1e-6 needs it. */
#ifndef NN_REAL_H
#define NN_REAL_H

#ifdef REAL_DOUBLE
typedef double real;
#define DTYPE_REAL DTYPE_F64
#define REAL_C(x) x
#else
typedef float real;
#define DTYPE_REAL DTYPE_F32
#define REAL_C(x) x##f
#endif

/* In front of a function with a hot loop over numbers: compiled for several
   processors, the best is taken when the program starts.  The same bits on
   all of them, since products and sums are never contracted.  Sanitizers
   cannot run code that early. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NN_NO_CLONES
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define NN_NO_CLONES
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(NN_NO_CLONES)
#define HOT __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define HOT
#endif

/* In front of a loop whose rounds do not look at each other's results, even
   where these take the place of operands: it may be run many at a time. */
#if defined(__clang__) && (defined(NN_NO_CLONES) || !defined(__OPTIMIZE__))
#define EACH /* a sanitizer's checks cannot be made vectors */
#elif defined(__clang__)
#define EACH _Pragma("clang loop vectorize(assume_safety)")
#else
#define EACH _Pragma("GCC ivdep")
#endif

#endif
