// Products of packed weights with quantised activations.
//
// A tile is one group of rows by a few tokens over all of k. The sums of a block are integers, exact; they join those of
// their span, integers too where scales are whole numbers, and spans join the float sums one after the other. Nothing else
// adds, so tiles of every shape agree bit for bit.

enum {
    QK_INT8_PANEL_BYTES = 384 << 10,  // activations that stay in the second-level cache while weights pass by
    QK_INT8_PANEL_TOKENS = 32,        // at least, however long they are: weights are read once for each panel
    QK_INT8_AHEAD = 2048,             // bytes that memory needs to keep up with the tile
    QK_TILE_TOKENS = 8,               // at most; arrays of as many as a tile has would stay in memory
};

// What the bias of the codes adds to the sum of a whole block, taken off.
QK_INLINE vi whole_initial(const qk_quant type, const qk_int8_block *block) {
    const packed_layout l = packed_layout_of(type);
    return l.bias ? vi_all(block->minus_8) << __builtin_ctz((unsigned)l.bias / 8) : (vi){0};
}

// Σ w · x of one half of a block, or of the whole of one whose halves share a scale, for T tokens.
QK_INLINE void dot_tile(const qk_quant type, const int T, const int half, const qk_int8_block *x, ptrdiff_t x_stride,
                        const char *codes, vi *totals) {
    const packed_layout l = packed_layout_of(type);
    const int bits = multiplied_bits(type);
    dot_sums dots[QK_TILE_TOKENS];
    vi initial[QK_TILE_TOKENS];
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        const qk_int8_block *block = x + t * x_stride;
        initial[t] = l.halves ? vi_all(-l.bias * block->halves[half]) : whole_initial(type, block);
        dots[t] = dot_start(bits, initial[t]);
    }
#pragma clang loop unroll(full)
    for (int step = 0; step < (l.halves ? 4 : 8); step++) {
        // Halves in turn, where both are wanted: they share what is loaded.
        const int from = l.halves ? half : step % 2;
        const int j = l.halves ? step : step / 2;
        dot_weights w = dot_prepare(bits, code_vector(type, codes, from, j));
#pragma clang loop unroll(full)
        for (int t = 0; t < T; t++) {
            dots[t] = dot_add(bits, step, dots[t], w, (x + t * x_stride)->quants + 16 * from + 4 * j);
        }
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        totals[t] = dot_finish(bits, dots[t], initial[t]);
    }
}

// One token's Σ code · x of a block, times its scale, joins the sum of the span.
QK_INLINE vf joined_block(const qk_quant type, const qk_int8_block *block, vf scale, vf minimum_8, vf eighth_zero,
                          vi whole, vf part) {
    const packed_layout l = packed_layout_of(type);
    vf total = floats_of(whole);
    if (l.zero) {
        // All whole numbers below 2^24: a weight of zero adds exactly nothing.
        total = vf_fma(eighth_zero, floats_of(vi_all(block->minus_8)), total);
    }
    part = vf_fma(total, scale, part);
    return l.heads > 1 ? vf_fma(minimum_8, floats_of(vi_all(block->minus_8)), part) : part;
}

// A span joins the sum over all of k.
QK_INLINE vf joined_span(const qk_quant type, span_head head, vi whole, vi under, vf part, float scale, vf sum) {
    const packed_layout l = packed_layout_of(type);
    if (packed_whole_scales(l)) {
        part = floats_of(whole) * head.scale;
        if (l.heads > 1) {
            part = vf_fma(floats_of(under), head.minimum, part);
        }
    }
    return vf_fma(part, vf_all(scale), sum);
}

// One block of T tokens joins the sums of its span: where scales are whole numbers, Σ half_scale · code · x as `whole` and
// Σ half_minimum · x, or -8 times that where halves do not differ, as `under`; else Σ scale · code · x, with minima, as
// `part`. The x of token t begins at x + t · x_stride.
QK_INLINE void int8_block_step(const qk_quant type, const int T, const qk_int8_block *x, ptrdiff_t x_stride,
                               block_scales scales, const char *codes, vi *whole, vi *under, vf *part) {
    const packed_layout l = packed_layout_of(type);
    vi totals[QK_TILE_TOKENS];
    dot_tile(type, T, 0, x, x_stride, codes, totals);
    vi others[QK_TILE_TOKENS];
    if (l.halves) {
        dot_tile(type, T, 1, x, x_stride, codes, others);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        const qk_int8_block *block = x + t * x_stride;
        if (!packed_whole_scales(l)) {
            part[t] = joined_block(type, block, scales.scale, scales.minimum_8, scales.eighth_zero, totals[t], part[t]);
            continue;
        }
        // Codes of 4 bits less 8, and half blocks of 3 bits less 4 and of 2.
        const bool words = l.halves ? l.bits < 4 : l.bits == 4 && l.bias == 8;
        whole[t] = add_times(words, whole[t], totals[t], scales.half_scale[0]);
        if (l.halves) {
            whole[t] = add_times(words, whole[t], others[t], scales.half_scale[1]);
        }
        if (l.heads > 1 && l.halves) {
            under[t] = add_times(true, under[t], vi_all(block->halves[0]), scales.half_minimum[0]);
            under[t] = add_times(true, under[t], vi_all(block->halves[1]), scales.half_minimum[1]);
        } else if (l.heads > 1) {
            under[t] = add_times(true, under[t], vi_all(block->minus_8), scales.half_minimum[0]);
        }
    }
}

// T tokens by one group, of which the first `rows` rows are stored. What lies `ahead` bytes behind the beginning is
// fetched while the tile goes on.
QK_INLINE void int8_tile(const qk_quant type, const int T, const qk_int8_block *x, ptrdiff_t x_stride,
                         const char *group, ptrdiff_t blocks, ptrdiff_t ahead, ptrdiff_t rows, float *y,
                         ptrdiff_t y_stride) {
    const packed_layout l = packed_layout_of(type);
    const ptrdiff_t code_bytes = packed_code_bytes(l, QK_LANES);
    const ptrdiff_t block_bytes = code_bytes + packed_span_bytes(l, QK_LANES) / l.span;
    const char *scales = group + packed_unit_bytes(l, QK_LANES);
    const char *codes = group + packed_scale_bytes(l, blocks, QK_LANES);
    const char *fetch = group + ahead;
    vf sums[QK_TILE_TOKENS], part[QK_TILE_TOKENS];
    vi whole[QK_TILE_TOKENS], under[QK_TILE_TOKENS];
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        sums[t] = (vf){0};
    }
#pragma clang loop unroll(disable)
    for (ptrdiff_t left = blocks; left > 0; left -= QK_SPAN_BLOCKS) {
#pragma clang loop unroll(full)
        for (int t = 0; t < T; t++) {
            whole[t] = under[t] = (vi){0};
            part[t] = (vf){0};
        }
        span_head head;
        const ptrdiff_t count = left < QK_SPAN_BLOCKS ? left : QK_SPAN_BLOCKS;
        const qk_int8_block *first = x;
#pragma clang loop unroll(disable)
        for (ptrdiff_t b = 0; b < count; b++) {
            // Scales and codes of one block together, as if they lay side by side.
#pragma clang loop unroll(full)
            for (ptrdiff_t line = 0; line < block_bytes; line += 64) {
                __builtin_prefetch(fetch + line);
            }
            fetch += block_bytes;
            if (b % l.span == 0) {
                head = head_load(type, group, scales);
                scales += packed_head_bytes(l, QK_LANES);
            }
            int8_block_step(type, T, x, x_stride, scales_load(type, head, scales), codes, whole, under, part);
            x++;
            scales += l.bytes * QK_LANES;
            codes += code_bytes;
        }
#pragma clang loop unroll(full)
        for (int t = 0; t < T; t++) {
            sums[t] = joined_span(type, head, whole[t], under[t], part[t],
                                  (first + t * x_stride)->scale, sums[t]);
        }
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        if (rows >= QK_LANES) {
            vf_store(y + t * y_stride, sums[t]);
        } else {
            vf_store_part(y + t * y_stride, sums[t], rows);
        }
    }
}

// One group by any number of tokens.
QK_INLINE void int8_tiles(const qk_quant type, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                          const char *group, ptrdiff_t blocks, ptrdiff_t rows, float *y, ptrdiff_t y_stride) {
    const packed_layout l = packed_layout_of(type);
    const int bits = multiplied_bits(type);
    const int fit = bits <= 4 ? QK_Q4_TOKENS : bits <= 6 ? QK_Q6_TOKENS : QK_Q8_TOKENS;
    const int T = packed_whole_scales(l) && l.heads > 1 && fit > QK_MINIMA_TOKENS ? QK_MINIMA_TOKENS : fit;
    ptrdiff_t ahead = packed_scale_bytes(l, blocks, QK_LANES) + QK_INT8_AHEAD;
#define QK_TILE(n) int8_tile(type, n, x, x_stride, group, blocks, ahead, rows, y, y_stride)
    QK_FOR_TILES(tokens, T, x, x_stride, y, y_stride, QK_TILE)
#undef QK_TILE
}

#ifdef QK_UNPACKED_TOKENS
#include "unpacked.h"
#endif

QK_INLINE void int8_multiply(const qk_quant type, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                             const char *packed, ptrdiff_t rows, ptrdiff_t k, ptrdiff_t group_begin,
                             ptrdiff_t group_end, float *y, ptrdiff_t y_stride) {
    const packed_layout l = packed_layout_of(type);
    ptrdiff_t blocks = k / QK_BLOCK;
    ptrdiff_t group_bytes = packed_scale_bytes(l, blocks, QK_LANES) + blocks * packed_code_bytes(l, QK_LANES);
    ptrdiff_t fit = QK_INT8_PANEL_BYTES / ((ptrdiff_t)sizeof(qk_int8_block) * (blocks > 0 ? blocks : 1));
    ptrdiff_t limit = fit < QK_INT8_PANEL_TOKENS ? QK_INT8_PANEL_TOKENS : fit;
#ifdef QK_UNPACKED_TOKENS
    const bool unpacks = tokens >= QK_UNPACKED_FROM;
    limit = unpacks ? QK_UNPACKED_LIMIT : limit;
#endif
    ptrdiff_t panels = (tokens + limit - 1) / limit;
    for (ptrdiff_t left = panels; left > 0; left--) {
        ptrdiff_t panel = (tokens + left - 1) / left;
        for (ptrdiff_t group = group_begin; group < group_end; group++) {
            ptrdiff_t row = group * QK_LANES;
#ifdef QK_UNPACKED_TOKENS
            const ptrdiff_t whole = (group_end * QK_LANES <= rows ? group_end : rows / QK_LANES) - group;
            if (unpacks && whole >= QK_UNPACKED_GROUPS) {
                const ptrdiff_t most = QK_UNPACKED_SUMS / panel;
                const ptrdiff_t pairs = whole / QK_UNPACKED_GROUPS < most ? whole / QK_UNPACKED_GROUPS : most;
                unpacked_tiles(type, x, x_stride, panel, packed + group * group_bytes, group_bytes, pairs, blocks,
                               y + row, y_stride);
                group += pairs * QK_UNPACKED_GROUPS - 1;
                continue;
            }
#endif
            int8_tiles(type, x, x_stride, panel, packed + group * group_bytes, blocks, rows - row, y + row, y_stride);
        }
        tokens -= panel;
        x += panel * x_stride;
        y += panel * y_stride;
    }
}

// One function for each type, so that the compiler sees each alone.
#define QK_MULTIPLY(constant, name, elements, bytes)                                                             \
    static __attribute__((noinline)) void multiply_##name(                                                       \
        const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens, const void *packed, ptrdiff_t rows,        \
        ptrdiff_t k, ptrdiff_t group_begin, ptrdiff_t group_end, float *y, ptrdiff_t y_stride) {                 \
        int8_multiply(constant, x, x_stride, tokens, packed, rows, k, group_begin, group_end, y, y_stride);      \
    }
QK_PACKED_TYPES(QK_MULTIPLY)
#undef QK_MULTIPLY

static void matmul(qk_quant type, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens, const void *packed,
                   ptrdiff_t rows, ptrdiff_t k, ptrdiff_t group_begin, ptrdiff_t group_end, float *y,
                   ptrdiff_t y_stride) {
    switch (type) {
#define QK_CASE(constant, name, elements, bytes)                                                       \
    case constant:                                                                                     \
        multiply_##name(x, x_stride, tokens, packed, rows, k, group_begin, group_end, y, y_stride);    \
        break;
        QK_PACKED_TYPES(QK_CASE)
#undef QK_CASE
    default: break;  // has no packed form
    }
}
