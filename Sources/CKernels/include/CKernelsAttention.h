// Attention over a paged KV cache whose numbers have one of several types.
//
// The cache of one layer is an array of physical blocks. A block holds `block_size` tokens, one KV head after the other:
//
//     keys    [head_dim][block_size]     transposed, so that a vector holds one dimension of many keys
//     values  [block_size][value_dim]
//     key scales [block_size], value scales [block_size], floats: int8 only
//
// or, where values are the beginnings of keys (`latent`, as in multi-head latent attention), both in one:
//
//     keys    [block_size][head_dim]
//     key scales [block_size]            int8 only
//
// A sequence's token at position p lives in slot p % block_size of block block_table[p / block_size].
#ifndef CKERNELS_ATTENTION_H
#define CKERNELS_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef enum {
    QK_KV_F32,
    QK_KV_BF16,  // rounded to nearest even, like f16
    QK_KV_F16,
    // scale · q for a slot's key, and for its value, of one head: scale = max |x| / 127, q = x / scale rounded to nearest
    // even, each operation rounded to float32. A scale below the normal floats becomes 0, as do its numbers; it becomes
    // NaN where a number is not finite.
    QK_KV_INT8,
} qk_kv_type;

// How one layer's blocks are laid out.
typedef struct {
    qk_kv_type type;
    ptrdiff_t heads;
    ptrdiff_t head_dim;   // numbers of a key
    ptrdiff_t block_size;
    ptrdiff_t value_dim;  // numbers of a value, at most head_dim
    bool latent;          // a value is the first value_dim numbers of its key
} qk_kv_layout;

// Blocks hold any multiple of 8 tokens.
static inline bool qk_block_size_supported(ptrdiff_t block_size) {
    return block_size > 0 && block_size % 8 == 0;
}

// Bytes of one number.
static inline ptrdiff_t qk_kv_element_bytes(qk_kv_type type) {
    return type == QK_KV_F32 ? 4 : type == QK_KV_INT8 ? 1 : 2;
}

// Bytes of one head's part of a block.
static inline ptrdiff_t qk_kv_head_bytes(const qk_kv_layout *kv) {
    ptrdiff_t numbers = kv->head_dim + (kv->latent ? 0 : kv->value_dim);
    ptrdiff_t scales = kv->type == QK_KV_INT8 ? (kv->latent ? 4 : 8) : 0;
    return kv->block_size * (numbers * qk_kv_element_bytes(kv->type) + scales);
}

// Bytes that one block of one layer takes.
static inline ptrdiff_t qk_kv_block_bytes(const qk_kv_layout *kv) {
    return kv->heads * qk_kv_head_bytes(kv);
}

// Where dimension `dim` of the key in `slot` lies, in bytes from the block's start.
static inline ptrdiff_t qk_key_offset(const qk_kv_layout *kv, ptrdiff_t head, ptrdiff_t dim, ptrdiff_t slot) {
    ptrdiff_t index = kv->latent ? slot * kv->head_dim + dim : dim * kv->block_size + slot;
    return head * qk_kv_head_bytes(kv) + index * qk_kv_element_bytes(kv->type);
}

// Numbers from one value to the next.
static inline ptrdiff_t qk_value_stride(const qk_kv_layout *kv) {
    return kv->latent ? kv->head_dim : kv->value_dim;
}

// Where the value row in `slot` begins, in bytes from the block's start.
static inline ptrdiff_t qk_value_offset(const qk_kv_layout *kv, ptrdiff_t head, ptrdiff_t slot) {
    ptrdiff_t keys = kv->latent ? 0 : kv->block_size * kv->head_dim;
    return head * qk_kv_head_bytes(kv) + (keys + slot * qk_value_stride(kv)) * qk_kv_element_bytes(kv->type);
}

// Where the scale of the key in `slot` lies, in bytes from the block's start; int8 only.
static inline ptrdiff_t qk_key_scale_offset(const qk_kv_layout *kv, ptrdiff_t head, ptrdiff_t slot) {
    return qk_value_offset(kv, head, kv->block_size) + slot * 4;
}

// Where the scale of the value in `slot` lies: that of the key where the value is part of it.
static inline ptrdiff_t qk_value_scale_offset(const qk_kv_layout *kv, ptrdiff_t head, ptrdiff_t slot) {
    return qk_key_scale_offset(kv, head, (kv->latent ? 0 : kv->block_size) + slot);
}

// Writes one token's k [heads, head_dim] and v [heads, value_dim] into a slot of the block that starts at `block`, 4-byte
// aligned. Where values are parts of keys, v is not looked at.
typedef void (*qk_kv_append)(void *block, const qk_kv_layout *kv, ptrdiff_t slot, const float *k, const float *v);

enum {
    QK_ATTENTION_RANGE = 1024,  // keys whose sums are one partial result
    QK_ATTENTION_TILE = 8,      // rows that go over a chunk of keys together
};

// Floats in the partial result of `rows` rows: accumulators [rows, value_dim], then row maxima [rows], then sums [rows].
// A row that saw no key has sum 0.
static inline ptrdiff_t qk_partial_floats(ptrdiff_t rows, ptrdiff_t value_dim) {
    return rows * (value_dim + 2);
}

// Floats that attend needs beside its result: the queries in tiles, and one partial result.
static inline ptrdiff_t qk_attention_scratch_floats(ptrdiff_t rows, ptrdiff_t head_dim) {
    ptrdiff_t tiles = (rows + QK_ATTENTION_TILE - 1) / QK_ATTENTION_TILE;
    return tiles * QK_ATTENTION_TILE * head_dim + qk_partial_floats(rows, head_dim);
}

// One KV head, a tile of consecutive tokens of one sequence times the query heads that share the KV head, and a part of
// the context. Token t of the tile sees the keys 0 … first_position + t that lie in [range_begin, range_end).
//
// A row is one query head of one token; row t · group + h. From range_begin on, each QK_ATTENTION_RANGE keys make a
// partial result, and these are joined as attention_merge does. A row's result is a function of its own query, its keys
// and values, its position and range_begin: bit for bit the same alone or in a tile, and for every block_size. Slots
// that a row does not see are never used, whatever they hold.
typedef struct {
    const float *q;            // row (t, h) begins at q + t · q_stride + h · head_dim
    ptrdiff_t q_stride;        // floats
    ptrdiff_t tokens;
    ptrdiff_t group;           // query heads per KV head
    ptrdiff_t first_position;  // position of token 0 of the tile
    float scale;               // multiplies every q · k
    ptrdiff_t window;          // keys that a token sees, its own included; 0: all
    float soft_cap;            // 0: none
    const float *_Nullable slopes;  // [group]
    float slope_scale;         // multiplies what slopes add
    bool rounds_slopes;        // slope · position is taken of positions rounded to bf16, and rounded to bf16 itself
    const float *_Nullable sinks;   // [group]

    const void *layer;         // physical block 0 of the layer; the others follow it
    qk_kv_layout kv;
    ptrdiff_t kv_head;         // the one to read
    const int32_t *block_table;
    ptrdiff_t range_begin;     // a multiple of 8
    ptrdiff_t range_end;       // keys from here on are not read

    float *scratch;            // qk_attention_scratch_floats(tokens · group, head_dim) floats
    float *partial;            // qk_partial_floats(tokens · group, value_dim) floats: the result, not yet divided by sums
    // Where set, the finished rows: row (t, h) goes to out + t · out_stride + h · value_dim.
    float *_Nullable out;
    ptrdiff_t out_stride;      // floats
} qk_attention_job;

typedef void (*qk_attend)(const qk_attention_job *job);

// Joins the partial results of consecutive ranges, `partial_stride` floats apart, into finished rows: one after the
// other in their order, so that it is the same whether attend joined some of them. Ranges that a row did not reach
// change nothing. A row that saw no key in any range becomes zeros. The first partial result is overwritten.
typedef void (*qk_attention_merge)(float *partials, ptrdiff_t partial_stride, ptrdiff_t ranges,
                                   ptrdiff_t tokens, ptrdiff_t group, ptrdiff_t value_dim,
                                   const float *_Nullable sinks, float *out, ptrdiff_t out_stride);

#pragma clang assume_nonnull end

#endif
