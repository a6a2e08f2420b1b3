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

#endif
