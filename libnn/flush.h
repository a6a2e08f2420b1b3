/* Numbers too small to be normal count as zero while programs run.

   The means that optimizers keep of gradients that stopped coming decay for
   ever, and processors take 50 times as long over such numbers.  The caller's
   state is put back. */
#ifndef NN_FLUSH_H
#define NN_FLUSH_H

#include <stdint.h>

#if defined(__x86_64__)
static inline uint64_t
flush_begin(void)
{
	uint32_t before = __builtin_ia32_stmxcsr();

	__builtin_ia32_ldmxcsr(before | 0x8040); /* FTZ, DAZ */
	return before;
}

static inline void
flush_end(uint64_t before)
{
	__builtin_ia32_ldmxcsr((uint32_t)before);
}
#elif defined(__aarch64__)
static inline uint64_t
flush_begin(void)
{
	uint64_t before;

	__asm__ volatile("mrs %0, fpcr" : "=r"(before));
	__asm__ volatile("msr fpcr, %0" : : "r"(before | 1 << 24)); /* FZ */
	return before;
}

static inline void
flush_end(uint64_t before)
{
	__asm__ volatile("msr fpcr, %0" : : "r"(before));
}
#else
static inline uint64_t
flush_begin(void)
{
	return 0;
}

static inline void
flush_end(uint64_t before)
{
	(void)before;
}
#endif

#endif
