// Kernels for one CPU thread, in float32, chosen once at start-up.
//
// Every function works on the caller's memory, allocates nothing and keeps no state. Pointers need only the alignment
// of their element type, every size may be any number (tails are handled, nothing past the end is read), and a result
// depends on its own row alone: not on its neighbours, on the tile it fell into or on how rows were split over threads.
// Results of two instruction sets may differ in the last bits; those of one never do.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernelsAttention.h"
#include "CKernelsInt8.h"
#include "CKernelsQuants.h"

#pragma clang assume_nonnull begin

typedef enum {
    QK_ISA_PORTABLE = 0,  // 128-bit vectors, any CPU
    QK_ISA_AVX2 = 1,      // AVX2, FMA and F16C
    QK_ISA_AVX512 = 2,    // AVX-512 F, BW, DQ and VL
    QK_ISA_NEON = 3,      // arm64
} qk_isa;

// One matrix product with transposed weights: y[t][n] = Σ_k x[t][k] · w[n][k] for n in [row_begin, row_end).
// x [tokens, k] with x_stride floats between rows; w [rows, k] with w_stride elements between rows, read in place;
// y [tokens, rows] with y_stride floats between rows, of which only the columns [row_begin, row_end) are written.
// Threads share a product by calling it on disjoint row ranges.
// y[t][n] is a function of x[t], w[n] and k only, bit for bit.
typedef void (*qk_matmul)(const float *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                          const void *w, ptrdiff_t w_stride, ptrdiff_t k,
                          ptrdiff_t row_begin, ptrdiff_t row_end,
                          float *y, ptrdiff_t y_stride);

// What a feed-forward layer bends its numbers with.
typedef enum {
    QK_SILU,       // x · sigmoid(x)
    QK_GELU,       // x · (1 + erf(x / √2)) / 2
    QK_GELU_TANH,  // the same with tanh(√(2/π) · (x + 0.044715 x³)) in the place of erf
    QK_RELU,       // max(x, 0)
} qk_activation;

typedef struct {
    const char *name;  // "portable", "avx2", "avx512" or "neon"
    int lanes;         // floats per vector

    // Matrix products; the suffix names the type of the weights.
    qk_matmul matmul_f32;
    qk_matmul matmul_bf16;
    qk_matmul matmul_f16;
    // Quantised weights; see CKernelsQuants.h.
    qk_matmul_quantized matmul_quantized;
    qk_dequantize dequantize;
    qk_quantize quantize;

    // Rows of n floats. An output may be the same memory as an input, but may not overlap it partly.
    // y = x · 1/√(mean(x²) + eps) · weight
    void (*rms_norm)(const float *x, const float *weight, float eps, ptrdiff_t n, float *y);
    // y = (x - mean(x)) / √(mean((x - mean(x))²) + eps) · weight + bias
    void (*layer_norm)(const float *x, const float *_Nullable weight, const float *_Nullable bias, float eps, ptrdiff_t n,
                       float *y);
    // x += y
    void (*add)(float *x, const float *y, ptrdiff_t n);
    // x *= y
    void (*multiply)(float *x, const float *y, ptrdiff_t n);
    // x *= factor
    void (*scale)(float *x, float factor, ptrdiff_t n);
    // x[t] += bias for every row t; x [tokens, n] with x_stride floats between rows
    void (*add_bias)(float *x, ptrdiff_t x_stride, ptrdiff_t tokens, const float *bias, ptrdiff_t n);
    // x += factor · y
    void (*add_scaled)(float *x, const float *y, float factor, ptrdiff_t n);
    // x = activation(x)
    void (*activate)(qk_activation activation, float *x, ptrdiff_t n);
    // out = activation(gate) · up
    void (*gate_multiply)(qk_activation activation, const float *gate, const float *up, ptrdiff_t n, float *out);
    // out = g · sigmoid(alpha · g) · (u + 1), with g = min(gate, limit) and u = up within ±limit
    void (*clamped_swiglu)(const float *gate, const float *up, float alpha, float limit, ptrdiff_t n, float *out);
    // x = cap · tanh(x / cap)
    void (*soft_cap)(float *x, float cap, ptrdiff_t n);
    // out = e^x, within 2 units in the last place; e^-inf = 0
    void (*exp)(const float *x, ptrdiff_t n, float *out);

    // Rotates the first rotary_dim floats of every head of row [heads, head_dim] in place; cos and sin have
    // rotary_dim / 2 entries. `half` pairs i with i + rotary_dim / 2 (Hugging Face), `interleaved` 2i with 2i + 1.
    void (*rope_half)(float *row, const float *cos, const float *sin,
                      ptrdiff_t heads, ptrdiff_t head_dim, ptrdiff_t rotary_dim);
    void (*rope_interleaved)(float *row, const float *cos, const float *sin,
                             ptrdiff_t heads, ptrdiff_t head_dim, ptrdiff_t rotary_dim);

    // 16-bit floats, held as their bits. Widening is exact, narrowing rounds to nearest even.
    void (*widen_bf16)(const uint16_t *x, ptrdiff_t n, float *out);
    void (*widen_f16)(const uint16_t *x, ptrdiff_t n, float *out);
    void (*narrow_bf16)(const float *x, ptrdiff_t n, uint16_t *out);
    void (*narrow_f16)(const float *x, ptrdiff_t n, uint16_t *out);

    // The index of the largest number, the lowest one among equals; NaN never wins; -1 where every entry is NaN.
    ptrdiff_t (*argmax)(const float *x, ptrdiff_t n);
    // log Σ e^x; -inf for an empty row or one of -inf only, +inf where an entry is +inf, else NaN where one is NaN.
    double (*log_sum_exp)(const float *x, ptrdiff_t n);
    // Whether an entry is NaN or +inf. -inf is allowed: it is how a token is forbidden.
    bool (*has_non_finite)(const float *x, ptrdiff_t n);

    // Paged attention; see CKernelsAttention.h.
    qk_kv_append kv_append;
    qk_attend attend;
    qk_attention_merge attention_merge;
} qk_kernels;

// Whether this CPU and its operating system run an instruction set.
bool qk_isa_available(qk_isa isa);

// The kernels of an instruction set, or NULL where it is not available. The table lives as long as the process.
const qk_kernels *_Nullable qk_kernels_for(qk_isa isa);

// The kernels for quantised weights of an instruction set, or NULL where it is not available: the fastest table
// of the set that this CPU has, with VNNI or dot products. All tables but "portable" give the same results.
const qk_int8_kernels *_Nullable qk_int8_kernels_for(qk_isa isa);

// A table by its name, or NULL where there is none or the CPU cannot run it.
const qk_int8_kernels *_Nullable qk_int8_kernels_named(const char *name);

#pragma clang assume_nonnull end

#endif
