// The tables behind qk_kernels_for and qk_int8_kernels_for.
#include "CKernels.h"

#if defined(__x86_64__)
// Here, where no pragma has set CPU features yet.
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

extern const qk_kernels qk_kernels_portable;
extern const qk_int8_kernels qk_int8_portable;
#if defined(__x86_64__)
extern const qk_kernels qk_kernels_avx2;
extern const qk_kernels qk_kernels_avx512;
extern const qk_int8_kernels qk_int8_avx2;
extern const qk_int8_kernels qk_int8_avx512;
extern const qk_int8_kernels qk_int8_avx512vnni;
#elif defined(__aarch64__)
extern const qk_kernels qk_kernels_neon;
extern const qk_int8_kernels qk_int8_neon;
extern const qk_int8_kernels qk_int8_neondot;
#endif
