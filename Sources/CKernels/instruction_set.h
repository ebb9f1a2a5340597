// The kernels of one instruction set. The including file has set
//     QK_NAME           the table's name, as a string
//     QK_TABLE          the table's identifier
//     QK_LANES          floats per vector
//     QK_FUSED          1 where a · b + c is one instruction
//     QK_NATIVE_F16     1 where the compiler converts f16 in vectors
//     QK_TOKENS         tokens in a matrix tile: 2, 3 or 6; four accumulators each, which must fit the registers
//     QK_K_BLOCK        the block of k in a matrix product; part of the order of every sum
//     QK_DIRECT         the most tokens for which weights are not worth keeping in widened form
//     QK_PANEL          tokens that share one widened tile of weights
//     QK_SCORE_VECTORS  vectors of keys in an attention tile of four rows
//     QK_VALUE_VECTORS  vectors of a value row in an attention tile of four rows
// and, by a pragma, the CPU features of all functions in here.
#pragma clang fp contract(off)

#include "lanes.h"
#include "exp.h"
#include "half.h"
#include "rows.h"
#include "rope.h"
#include "logits.h"
#include "matmul.h"
#include "attention.h"

const qk_kernels QK_TABLE = {
    .name = QK_NAME,
    .lanes = QK_LANES,
    .matmul_f32 = matmul_f32,
    .matmul_bf16 = matmul_bf16,
    .matmul_f16 = matmul_f16,
    .rms_norm = rms_norm,
    .add = add,
    .multiply = multiply,
    .scale = scale,
    .add_bias = add_bias,
    .silu_multiply = silu_multiply,
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
