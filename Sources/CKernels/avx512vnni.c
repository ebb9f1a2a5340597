// AVX-512 with VNNI, which multiplies bytes four at a time; everything else is avx512.c's.
#include "tables.h"

#if defined(__x86_64__)

#define QK_LANES 16
#define QK_FUSED 1
#define QK_NATIVE_F16 1

#define QK_INT8_NAME "avx512vnni"
#define QK_INT8_TABLE qk_int8_avx512vnni
#define QK_INT8_VNNI 1
#define QK_Q4_TOKENS 8
#define QK_Q6_TOKENS 8
#define QK_Q8_TOKENS 8
#define QK_MINIMA_TOKENS 7

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), \
                             apply_to = function)
#include "lanes.h"
#include "half_lanes.h"
#include "token_tiles.h"
#include "quants/blocks.h"
#include "int8/instruction_set.h"
#pragma clang attribute pop

#endif
