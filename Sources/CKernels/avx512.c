// AVX-512: thirty-two vectors of sixteen floats.
#include "tables.h"

#if defined(__x86_64__)

#define QK_NAME "avx512"
#define QK_TABLE qk_kernels_avx512
#define QK_LANES 16
#define QK_FUSED 1
#define QK_NATIVE_F16 1
#define QK_DIRECT_TOKENS 6
#define QK_FETCH_BYTES 0
#define QK_PANEL_TOKENS 3
#define QK_PANEL_ROWS 8
#define QK_TILE_ROWS 8

#define QK_INT8_NAME "avx512"
#define QK_INT8_TABLE qk_int8_avx512
#define QK_INT8_PAIRS 1
#define QK_Q4_TOKENS 8
#define QK_Q6_TOKENS 8
#define QK_Q8_TOKENS 8
#define QK_MINIMA_TOKENS 8

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl"))), \
                             apply_to = function)
#include "instruction_set.h"
#include "int8/instruction_set.h"
#pragma clang attribute pop

#endif
