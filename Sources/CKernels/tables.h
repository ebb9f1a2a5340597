// The tables behind qk_kernels_for.
#include "CKernels.h"

extern const qk_kernels qk_kernels_portable;
#if defined(__x86_64__)
extern const qk_kernels qk_kernels_avx2;
extern const qk_kernels qk_kernels_avx512;
#endif
