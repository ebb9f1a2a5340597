// The kernels of one instruction set. The including file has set
//     QK_NAME           the table's name, as a string
//     QK_TABLE          the table's identifier
//     QK_LANES          floats per vector
//     QK_FUSED          1 where a · b + c is one instruction
//     QK_NATIVE_F16     1 where the compiler converts f16 in vectors
//     QK_DIRECT_TOKENS  tokens, up to 6, in a matrix tile of 4 rows of weights that are widened in registers
//     QK_FETCH_BYTES    how far ahead of few tokens weights are fetched, in whole tiles; 0: the next tile
//     QK_PANEL_TOKENS   tokens, up to 6, in a matrix tile of QK_PANEL_ROWS rows of weights that are widened beforehand
//     QK_PANEL_ROWS     4 or 8; tokens · rows sums must fit the registers beside the tokens' numbers and one weight
//     QK_TILE_ROWS      rows of queries, 4 or 8, in an attention tile of two vectors of keys or values
// and, by a pragma, the CPU features of all functions in here.
#pragma clang fp contract(off)

#include "lanes.h"
#include "exp.h"
#include "half_lanes.h"
#include "half.h"
#include "rows.h"
#include "activations.h"
#include "rope.h"
#include "logits.h"
#include "token_tiles.h"
#include "matmul.h"
#include "quants/dequantize.h"
#include "quants/matmul.h"
#include "quantize/formats.h"
#include "attention/types.h"
#include "attention/chunk.h"
#include "attention/tile.h"
#include "attention/attend.h"

const qk_kernels QK_TABLE = {
    .name = QK_NAME,
    .lanes = QK_LANES,
    .matmul_f32 = matmul_f32,
    .matmul_bf16 = matmul_bf16,
    .matmul_f16 = matmul_f16,
    .matmul_quantized = matmul_quantized,
    .dequantize = dequantize,
    .quantize = quantize,
    .rms_norm = rms_norm,
    .layer_norm = layer_norm,
    .add = add,
    .multiply = multiply,
    .scale = scale,
    .add_bias = add_bias,
    .add_scaled = add_scaled,
    .activate = activate,
    .gate_multiply = gate_multiply,
    .clamped_swiglu = clamped_swiglu,
    .soft_cap = soft_cap,
    .exp = exponential,
    .rope_half = rope_half,
    .rope_interleaved = rope_interleaved,
    .widen_bf16 = widen_bf16,
    .widen_f16 = widen_f16,
    .narrow_bf16 = narrow_bf16,
    .narrow_f16 = narrow_f16,
    .argmax = argmax,
    .log_sum_exp = log_sum_exp,
    .has_non_finite = has_non_finite,
    .kv_append = kv_append,
    .attend = attend,
    .attention_merge = attention_merge,
};
