// Weights of 4 and 8 bits times activations of 8 bits.
//
// Weights arrive as GGUF's blocks of 32 along k with one f16 scale d each, and are packed once into an order of the
// table's own:
//     Q4_0  18 bytes: d, then byte i holds q[i] (low half) and q[i + 16]; a weight is d · (q - 8)
//     Q8_0  34 bytes: d, then 32 signed bytes q; a weight is d · q
// Packed weights come in groups of `group_rows` rows, the smallest piece that threads may share, and are the same in
// all tables of equal group_rows.
#ifndef CKERNELS_INT8_H
#define CKERNELS_INT8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
    QK_BLOCK = 32,          // numbers that share a scale
    QK_Q4_BLOCK_BYTES = 18,
    QK_Q8_BLOCK_BYTES = 34,
};

// 32 activations: scale · quants[i]. The same on every instruction set.
typedef struct {
    float scale;       // max |x| / 127; 0 for zeros, NaN where a number is not finite
    int32_t minus_8;   // -8 · Σ quants: what a sum over q instead of q - 8 has too much
    int32_t minus_128; // -128 · Σ quants
    int8_t quants[QK_BLOCK];  // -127 … 127
} qk_int8_block;

// Groups of rows that `rows` rows take; the last one is filled up with rows of zeros.
static inline ptrdiff_t qk_packed_groups(ptrdiff_t rows, ptrdiff_t group_rows) {
    return (rows + group_rows - 1) / group_rows;
}

// Bytes of one packed group for k weights a row, `bits` 4 or 8: scales up to a whole cache line, then quants.
static inline ptrdiff_t qk_packed_group_bytes(ptrdiff_t k, ptrdiff_t group_rows, int bits) {
    ptrdiff_t scales = (k / QK_BLOCK * group_rows * 2 + 63) / 64 * 64;
    return scales + k * group_rows * bits / 8;
}

// Bytes of all packed groups of a matrix.
static inline ptrdiff_t qk_packed_bytes(ptrdiff_t rows, ptrdiff_t k, ptrdiff_t group_rows, int bits) {
    return qk_packed_groups(rows, group_rows) * qk_packed_group_bytes(k, group_rows, bits);
}

// Packs the groups [group_begin, group_end) of a matrix [rows, k], k a multiple of 32. Block b of row n begins at
// blocks + n · row_stride + b · (bytes of a block), at any alignment; row_stride is in bytes. `packed` is the matrix's
// whole packed memory (qk_packed_bytes), of which only these groups are written; 64-byte alignment makes it fast.
typedef void (*qk_pack)(const void *blocks, ptrdiff_t row_stride, ptrdiff_t rows, ptrdiff_t k,
                        ptrdiff_t group_begin, ptrdiff_t group_end, void *packed);

// Quantises rows of k floats, k a multiple of 32, into rows of k / 32 blocks, out_stride blocks apart:
// quants = round(x · (1 / scale)), to nearest even. A block whose scale would be subnormal becomes zeros; one with an
// infinity or a NaN gets the scale NaN, which makes all results of its row NaN.
typedef void (*qk_quantize_activations)(const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, ptrdiff_t k,
                                        qk_int8_block *out, ptrdiff_t out_stride);

// y[t][n] = Σ_b scale_x[t][b] · d_w[n][b] · Σ_i x[t][b][i] · w[n][b][i] for the rows n of the groups
// [group_begin, group_end). x has x_stride blocks between rows; `packed` is the matrix's whole packed memory; y has
// y_stride floats between rows, of which only these columns, and none from `rows` on, are written.
// The inner sums are exact and the outer one runs from the first block to the last, so that y[t][n] is a function of
// x[t], w[n] and k only, bit for bit.
typedef void (*qk_int8_matmul)(const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                               const void *packed, ptrdiff_t rows, ptrdiff_t k,
                               ptrdiff_t group_begin, ptrdiff_t group_end, float *y, ptrdiff_t y_stride);

typedef struct {
    const char *name;      // "portable", "avx2", "avx512" or "avx512vnni"
    ptrdiff_t group_rows;
    qk_quantize_activations quantize_activations;
    qk_pack pack_q4;
    qk_pack pack_q8;
    qk_int8_matmul matmul_q4;
    qk_int8_matmul matmul_q8;
} qk_int8_kernels;

#pragma clang assume_nonnull end

#endif
