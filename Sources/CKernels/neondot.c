// NEON with the dot product of bytes, of ARMv8.2 and later; everything else is neon.c's.
#include "tables.h"

#if defined(__aarch64__)

#define QK_LANES 4
#define QK_FUSED 1
#define QK_NATIVE_F16 1

#define QK_INT8_NAME "neondot"
#define QK_INT8_TABLE qk_int8_neondot
#define QK_INT8_SDOT 1
#define QK_Q4_TOKENS 8
#define QK_Q6_TOKENS 8
#define QK_Q8_TOKENS 8
#define QK_MINIMA_TOKENS 8

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "lanes.h"
#include "half_lanes.h"
#include "token_tiles.h"
#include "quants/blocks.h"
#include "int8/instruction_set.h"
#pragma clang attribute pop

#endif
