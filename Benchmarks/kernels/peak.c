#include "peak.h"

#if defined(__x86_64__)
#define FUSED 0
#else
#define FUSED 1
#endif
#define NAME(x) portable_##x
#define LANES 4
#define CHAINS 12
#include "peak_body.h"

#if defined(__x86_64__)
#define FUSED 1
#define NAME(x) avx2_##x
#define LANES 8
#define CHAINS 12
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "peak_body.h"
#pragma clang attribute pop

#define FUSED 1
#define NAME(x) avx512_##x
#define LANES 16
#define CHAINS 12
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#include "peak_body.h"
#pragma clang attribute pop
#endif

double peak_multiply_adds(qk_isa isa, ptrdiff_t rounds) {
    switch (isa) {
#if defined(__x86_64__)
    case QK_ISA_AVX2: return avx2_multiply_adds(rounds);
    case QK_ISA_AVX512: return avx512_multiply_adds(rounds);
#endif
    default: return portable_multiply_adds(rounds);
    }
}

float peak_read(qk_isa isa, const float *x, ptrdiff_t n) {
    switch (isa) {
#if defined(__x86_64__)
    case QK_ISA_AVX2: return avx2_read(x, n);
    case QK_ISA_AVX512: return avx512_read(x, n);
#endif
    default: return portable_read(x, n);
    }
}
