// Attention over a paged KV cache in float32.
//
// The cache of one layer is an array of physical blocks, `block_stride` floats apart. A block holds `block_size` tokens
//
//     keys    [kv_heads][head_dim][block_size]     transposed, so that a vector holds one dimension of many keys
//     values  [kv_heads][block_size][head_dim]
//
// A sequence's token at position p lives in slot p % block_size of block block_table[p / block_size].
#ifndef CKERNELS_ATTENTION_H
#define CKERNELS_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// Blocks hold any multiple of 8 tokens.
static inline bool qk_block_size_supported(ptrdiff_t block_size) {
    return block_size > 0 && block_size % 8 == 0;
}

// Floats that one block of one layer takes.
static inline ptrdiff_t qk_block_floats(ptrdiff_t kv_heads, ptrdiff_t head_dim, ptrdiff_t block_size) {
    return 2 * kv_heads * head_dim * block_size;
}

// Where dimension `dim` of the key in `slot` lies, in floats from the block's start.
static inline ptrdiff_t qk_key_offset(ptrdiff_t head_dim, ptrdiff_t block_size,
                                      ptrdiff_t kv_head, ptrdiff_t dim, ptrdiff_t slot) {
    return (kv_head * head_dim + dim) * block_size + slot;
}

// Where the value row in `slot` begins, in floats from the block's start.
static inline ptrdiff_t qk_value_offset(ptrdiff_t kv_heads, ptrdiff_t head_dim, ptrdiff_t block_size,
                                        ptrdiff_t kv_head, ptrdiff_t slot) {
    return ((kv_heads + kv_head) * block_size + slot) * head_dim;
}

// Writes one token's k and v, each [kv_heads, head_dim], into a slot of the block that starts at `block`.
typedef void (*qk_kv_append)(float *block, ptrdiff_t kv_heads, ptrdiff_t head_dim, ptrdiff_t block_size,
                             ptrdiff_t slot, const float *k, const float *v);

// One KV head, a tile of consecutive tokens of one sequence times the query heads that share the KV head, and one range
// of the context. Token t of the tile sees the keys 0 … first_position + t that lie in [range_begin, range_end).
//
// A row is one query head of one token; row t · group + h. A row's result is a function of its own query, its keys and
// values, its position and range_begin: bit for bit the same alone or in a tile, and for every block_size. Slots that a
// row does not see are never used, whatever they hold.
typedef struct {
    const float *q;            // row (t, h) begins at q + t · q_stride + h · head_dim
    ptrdiff_t q_stride;        // floats
    ptrdiff_t tokens;
    ptrdiff_t group;           // query heads per KV head
    ptrdiff_t head_dim;
    ptrdiff_t first_position;  // position of token 0 of the tile
    float scale;               // multiplies every q · k

    const float *layer;        // physical block 0 of the layer
    ptrdiff_t block_stride;    // floats between consecutive physical blocks
    ptrdiff_t kv_heads;
    ptrdiff_t kv_head;         // the one to read
    const int32_t *block_table;
    ptrdiff_t block_size;
    ptrdiff_t range_begin;     // a multiple of 8
    ptrdiff_t range_end;       // keys from here on are not read

    // qk_partial_floats(tokens · group, head_dim) floats: the range's result for attention_merge, or scratch.
    float *partial;
    // Where set, the finished rows: row (t, h) goes to out + t · out_stride + h · head_dim.
    float *_Nullable out;
    ptrdiff_t out_stride;      // floats
} qk_attention_job;

typedef void (*qk_attend)(const qk_attention_job *job);

// Floats in the partial result of `rows` rows: accumulators [rows, head_dim], then row maxima [rows], then sums [rows].
// A row that saw no key has sum 0.
static inline ptrdiff_t qk_partial_floats(ptrdiff_t rows, ptrdiff_t head_dim) {
    return rows * (head_dim + 2);
}

// Joins the partial results of consecutive ranges, `partial_stride` floats apart, into finished rows, in the order of
// the ranges. Ranges that a row did not reach change nothing, so one range gives exactly what attend writes to `out`.
// A row that saw no key in any range becomes zeros.
typedef void (*qk_attention_merge)(const float *partials, ptrdiff_t partial_stride, ptrdiff_t ranges,
                                   ptrdiff_t tokens, ptrdiff_t group, ptrdiff_t head_dim,
                                   float *out, ptrdiff_t out_stride);

#pragma clang assume_nonnull end

#endif
