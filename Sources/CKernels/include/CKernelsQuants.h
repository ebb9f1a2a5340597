// Quantised weights: the block types of GGUF files and of repacked checkpoints, and kernels that read them where they
// lie.
//
// A row is a run of blocks; a block packs `elements` consecutive numbers of the row, with their scales, into `bytes`
// bytes, which need no alignment. The types and their layouts are GGML's, but for the groups at the end, which are made
// at loading; each is described beside its dequantiser in quants/.
#ifndef CKERNELS_QUANTS_H
#define CKERNELS_QUANTS_H

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

typedef enum {
    QK_Q8_0,
    QK_Q4_0,
    QK_Q4_1,
    QK_Q5_0,
    QK_Q5_1,
    QK_Q2_K,
    QK_Q3_K,
    QK_Q4_K,
    QK_Q5_K,
    QK_Q6_K,
    QK_IQ4_NL,
    QK_IQ4_XS,
    QK_MXFP4,
    QK_INT4_GROUP,
    QK_INT4_GROUP_F32,
    QK_INT8_GROUP,
    QK_INT8_GROUP_ZERO,
    QK_FP8_GROUP,
} qk_quant;

typedef struct {
    ptrdiff_t elements;
    ptrdiff_t bytes;
} qk_block;

// The size of a type's blocks.
qk_block qk_block_of(qk_quant type);

// `count` blocks as floats, `count · elements` of them. The same bits on every instruction set.
typedef void (*qk_dequantize)(qk_quant type, const void *blocks, ptrdiff_t count, float *out);

// `count · elements` floats as `count` blocks. The plain types and MXFP4 are those of Python's gguf bit for bit; K-quants
// and IQ4 are searched for, with the smallest sum of squared errors in mind. The same bytes on every instruction set.
// False, and nothing written, where a number is not finite or above 65504, which the halves of scales cannot hold, and
// for types that no file holds.
typedef bool (*qk_quantize)(qk_quant type, const float *x, ptrdiff_t count, void *blocks);

// y[t][n] = Σ_k x[t][k] · w[n][k] for n in [row_begin, row_end), like qk_matmul, with `w_bytes` bytes between rows of
// w; k is a multiple of the block's elements. The result is that of matmul_f32 on the dequantised weights, bit for bit.
typedef void (*qk_matmul_quantized)(qk_quant type, const float *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                                    const void *w, ptrdiff_t w_bytes, ptrdiff_t k,
                                    ptrdiff_t row_begin, ptrdiff_t row_end,
                                    float *y, ptrdiff_t y_stride);

#pragma clang assume_nonnull end

#endif
