// What the machine can do at best: multiply-adds from registers, and reading from memory.
#ifndef PEAK_H
#define PEAK_H

#include <stddef.h>

#include "CKernels.h"

// Runs `rounds` rounds of independent multiply-adds and returns the floating-point operations done.
double peak_multiply_adds(qk_isa isa, ptrdiff_t rounds);

// Sums n floats, a multiple of 64, as fast as memory gives them.
float peak_read(qk_isa isa, const float *x, ptrdiff_t n);

#endif
