// 128-bit vectors of the build's baseline, with nothing that not every machine has.
#include "tables.h"

#define QK_NAME "portable"
#define QK_TABLE qk_kernels_portable
#define QK_LANES 4
#define QK_FUSED 0
#define QK_NATIVE_F16 0
#define QK_DIRECT_TOKENS 2
#define QK_FETCH_BYTES 0
#define QK_PANEL_TOKENS 2
#define QK_PANEL_ROWS 4
#define QK_TILE_ROWS 4

#define QK_INT8_NAME "portable"
#define QK_INT8_TABLE qk_int8_portable
#define QK_Q4_TOKENS 4
#define QK_Q6_TOKENS 4
#define QK_Q8_TOKENS 4
#define QK_MINIMA_TOKENS 8

#include "instruction_set.h"
#include "int8/instruction_set.h"
