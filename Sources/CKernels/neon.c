// NEON, which every arm64 processor has: thirty-two vectors of four floats.
#include "tables.h"

#if defined(__aarch64__)

#define QK_NAME "neon"
#define QK_TABLE qk_kernels_neon
#define QK_LANES 4
#define QK_FUSED 1
#define QK_NATIVE_F16 1
#define QK_DIRECT_TOKENS 5
#define QK_FETCH_BYTES 0
#define QK_PANEL_TOKENS 5
#define QK_PANEL_ROWS 4
#define QK_TILE_ROWS 8

#define QK_INT8_NAME "neon"
#define QK_INT8_TABLE qk_int8_neon
#define QK_Q4_TOKENS 4
#define QK_Q6_TOKENS 4
#define QK_Q8_TOKENS 4
#define QK_MINIMA_TOKENS 8

#include "instruction_set.h"
#include "int8/instruction_set.h"

#endif
