// Quantised weights times activations of 8 bits.
//
// Weights arrive as the blocks of their file (CKernelsQuants.h) and are packed once into an order of the table's own, in
// which they take about as many bytes as before. Packed weights come in groups of `group_rows` rows, the smallest piece
// that threads may share, and are the same in all tables of equal group_rows.
#ifndef CKERNELS_INT8_H
#define CKERNELS_INT8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernelsQuants.h"

#pragma clang assume_nonnull begin

enum {
    QK_BLOCK = 32,       // weights that share a scale, and the sums that go with it
    QK_SPAN_BLOCKS = 8,  // blocks whose activations share a scale; the last of a row may be fewer
};

// 32 activations: scale · quants[i]. The same on every instruction set.
typedef struct {
    float scale;              // of the span: max |x| / 127; 0 for zeros, NaN where a number is not finite
    int32_t minus_8;          // -8 · Σ quants: what a sum over q instead of q - 8 has too much
    int16_t minus_8_pair[2];  // of an even block of a row the same again, and the next one's, or 0; else zeros
    int16_t halves[2];        // Σ of the first 16 quants, and of the others
    int8_t quants[QK_BLOCK];  // -127 … 127
} qk_int8_block;

// Whether a type has a packed form; the functions and kernels below take only such types.
bool qk_has_packed_form(qk_quant type);

// Groups of rows that `rows` rows take; the last one is filled up with rows of zeros.
static inline ptrdiff_t qk_packed_groups(ptrdiff_t rows, ptrdiff_t group_rows) {
    return (rows + group_rows - 1) / group_rows;
}

// Bytes of one packed group for k weights a row: scales up to a whole cache line, then codes.
ptrdiff_t qk_packed_group_bytes(qk_quant type, ptrdiff_t k, ptrdiff_t group_rows);

// Packs the groups [group_begin, group_end) of a matrix [rows, k], k a multiple of the type's block. Row n begins at
// blocks + n · row_stride, at any alignment; row_stride is in bytes. `packed` is the matrix's whole packed memory
// (qk_packed_groups · qk_packed_group_bytes), of which only these groups are written; 64-byte alignment makes it fast.
typedef void (*qk_pack)(qk_quant type, const void *blocks, ptrdiff_t row_stride, ptrdiff_t rows, ptrdiff_t k,
                        ptrdiff_t group_begin, ptrdiff_t group_end, void *packed);

// Quantises rows of k floats, k a multiple of 32, into rows of k / 32 blocks, out_stride blocks apart:
// quants = round(x · (1 / scale)), to nearest even. A span whose scale would be subnormal becomes zeros; one with an
// infinity or a NaN gets the scale NaN, which makes all results of its row NaN.
typedef void (*qk_quantize_activations)(const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, ptrdiff_t k,
                                        qk_int8_block *out, ptrdiff_t out_stride);

// y[t][n] = Σ_k x[t][k] · w[n][k] for the rows n of the groups [group_begin, group_end). x has x_stride blocks between
// rows; `packed` is the matrix's whole packed memory; y has y_stride floats between rows, of which only these columns,
// and none from `rows` on, are written.
// The sums within a block, and where scales are whole numbers those within a span, are exact integers; the outer ones run
// from the first to the last, so that y[t][n] is a function of x[t], w[n] and k only, bit for bit.
typedef void (*qk_int8_matmul)(qk_quant type, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                               const void *packed, ptrdiff_t rows, ptrdiff_t k,
                               ptrdiff_t group_begin, ptrdiff_t group_end, float *y, ptrdiff_t y_stride);

typedef struct {
    const char *name;      // "portable", "avx2", "avx512", "avx512vnni", "neon" or "neondot"
    ptrdiff_t group_rows;
    qk_quantize_activations quantize_activations;
    qk_pack pack;
    qk_int8_matmul matmul;
} qk_int8_kernels;

#pragma clang assume_nonnull end

#endif
