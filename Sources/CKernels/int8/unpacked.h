// Many tokens: weights and numbers of a stretch of k are unpacked once into the first-level cache, and then only loaded.
// Every number of a token meets the rows of two groups. Integers are exact and floats are added as int8_tile adds them, so
// results are the same.

#include "unpack.h"

enum {
    QK_UNPACKED_FROM = 8,    // tokens from which unpacking pays
    QK_UNPACKED_SUMS = 512,  // of a token and a pair of groups, which go together through k
};

// Steps whose pairs of products share their sums of 16 bits, all with one scale. Numbers with 128 more are at most 255,
// weights with their sign at most half of what codes are.
QK_INLINE int unpacked_room(const qk_quant type) {
    const int bits = multiplied_bits(type);
    const int room = bits == 6 ? 2 : bits == 5 ? 4 : 8;
    return packed_layout_of(type).halves && room > 4 ? 4 : room;
}

// One block by T tokens and both groups: Σ w · x, where scales are whole numbers times those. Bytes between numbers of a
// token and the next are `stride`.
QK_INLINE void unpacked_bytes(const qk_quant type, const int T, const int8_t *numbers, ptrdiff_t stride,
                              const vb *codes, const unpacked_wholes *wholes, vm *pairs, vi *totals) {
    enum { G = QK_UNPACKED_GROUPS };
    const packed_layout l = packed_layout_of(type);
    const bool is_signed = unpacked_form_of(type) == UNPACKED_SIGNED;
    const int room = unpacked_room(type);
#pragma clang loop unroll(full)
    for (int step = 0; step < 8; step++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            const vm w = (vm)codes[step * G + i % G];
            const vm x = (vm)quad_all(numbers + i / G * stride + step * 4);
            const vm before = step % room == 0 ? (vm){0} : pairs[i];
            pairs[i] = is_signed ? add_pairs(before, x, w) : add_pairs(before, w, x);
            if ((step + 1) % room == 0) {
                const vm times = packed_whole_scales(l) ? wholes[i % G].times[l.halves ? step / 4 : 0] : words_all(1);
                const vi products = word_products(pairs[i], times);
                totals[i] = step < room ? products : totals[i] + products;
            }
        }
    }
}

// The same for words.
QK_INLINE void unpacked_words(const int T, const int8_t *numbers, ptrdiff_t stride, const vb *codes, vi *totals) {
    enum { G = QK_UNPACKED_GROUPS };
#pragma clang loop unroll(full)
    for (int i = 0; i < G * T; i++) {
        totals[i] = (vi){0};
    }
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            const vm x = (vm)quad_all(numbers + i / G * stride + step % 2 * QK_BLOCK + step / 2 * 4);
            totals[i] = add_words(totals[i], (vm)codes[step * G + i % G], x);
        }
    }
}

// Σ minimum · x of a span, or -8 times that where halves do not differ.
QK_INLINE void unpacked_minima(const qk_quant type, const int T, const qk_int8_block *x, ptrdiff_t x_stride,
                               const unpacked_wholes *wholes, ptrdiff_t count, vi *under) {
    enum { G = QK_UNPACKED_GROUPS };
    const bool halves = packed_layout_of(type).halves;
#pragma clang loop unroll(full)
    for (int i = 0; i < G * T; i++) {
        under[i] = (vi){0};
    }
#pragma clang loop unroll(disable)
    for (ptrdiff_t b = 0; b < count; b += halves ? 1 : 2) {
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            const qk_int8_block *block = x + i / G * x_stride + b;
            const vm sums = (vm)quad_all((const int8_t *)(halves ? block->halves : block->minus_8_pair));
            under[i] = add_words(under[i], wholes[b * G + i % G].minima, sums);
        }
    }
}

// Registers are for the pairs.
#define QK_IN_MEMORY(sum) __asm__("" : "+m"(sum))

QK_INLINE void unpacked_tile(const qk_quant type, const int T, const qk_int8_block *x, ptrdiff_t x_stride,
                             const int8_t *numbers, ptrdiff_t stride, const unpacked_weights *weights,
                             ptrdiff_t blocks, vf *sums) {
    enum { G = QK_UNPACKED_GROUPS };
    const packed_layout l = packed_layout_of(type);
    const bool bytes = unpacked_form_of(type) == UNPACKED_CODES;
    const bool is_signed = unpacked_form_of(type) == UNPACKED_SIGNED;
    const ptrdiff_t step = bytes ? (ptrdiff_t)sizeof *x : 4 * unpacked_steps(type);
    const vb *codes = weights->codes;
    // Token i div G, group i mod G. Arrays of T would stay in memory.
    vm pairs[G * QK_UNPACKED_TOKENS];
    vi totals[G * QK_UNPACKED_TOKENS], under[G * QK_UNPACKED_TOKENS];
    vu whole[G * QK_UNPACKED_TOKENS];  // may wrap around meanwhile
    vf part[G * QK_UNPACKED_TOKENS];
#pragma clang loop unroll(disable)
    for (ptrdiff_t begin = 0; begin < blocks; begin += QK_SPAN_BLOCKS) {
        const ptrdiff_t end = blocks - begin < QK_SPAN_BLOCKS ? blocks : begin + QK_SPAN_BLOCKS;
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            whole[i] = is_signed ? -weights->excess[begin / QK_SPAN_BLOCKS * G + i % G] : (vu){0};
            part[i] = (vf){0};
        }
#pragma clang loop unroll(disable)
        for (ptrdiff_t b = begin; b < end; b++) {
            if (unpacked_form_of(type) == UNPACKED_WORDS) {
                unpacked_words(T, numbers, stride, codes, totals);
            } else {
                unpacked_bytes(type, T, numbers, stride, codes, weights->wholes + b * G, pairs, totals);
            }
#pragma clang loop unroll(full)
            for (int i = 0; i < G * T; i++) {
                if (packed_whole_scales(l)) {
                    whole[i] += (vu)totals[i];
                    QK_IN_MEMORY(whole[i]);
                } else {
                    const unpacked_factors *f = weights->factors + b * G + i % G;
                    part[i] = joined_block(type, x + i / G * x_stride + b, f->scale, f->minimum_8, f->eighth_zero,
                                           totals[i], part[i]);
                    QK_IN_MEMORY(part[i]);
                }
            }
            numbers += step;
            codes += unpacked_steps(type) * G;
        }
        if (packed_whole_scales(l) && l.heads > 1) {
            unpacked_minima(type, T, x + begin, x_stride, weights->wholes + begin * G, end - begin, under);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            const ptrdiff_t span = begin / QK_SPAN_BLOCKS * G + i % G;
            sums[i] = joined_span(type, weights->heads[span], (vi)whole[i], under[i], part[i],
                                  x[i / G * x_stride + begin].scale, sums[i]);
        }
    }
}

#undef QK_IN_MEMORY

QK_INLINE void fetch_share(const char *codes, ptrdiff_t group_bytes, ptrdiff_t bytes) {
    for (int g = 0; g < QK_UNPACKED_GROUPS; g++) {
        for (ptrdiff_t line = 0; line < bytes; line += 64) {
            __builtin_prefetch(codes + g * group_bytes + line);
        }
    }
}

// Whole rows of pairs of groups by up to QK_UNPACKED_LIMIT tokens: pairs · tokens is at most QK_UNPACKED_SUMS.
QK_INLINE void unpacked_tiles(const qk_quant type, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                              const char *packed, ptrdiff_t group_bytes, ptrdiff_t pairs, ptrdiff_t blocks, float *y,
                              ptrdiff_t y_stride) {
    enum { G = QK_UNPACKED_GROUPS };
    const int T = multiplied_bits(type) == 6 ? QK_UNPACKED_Q6_TOKENS : QK_UNPACKED_TOKENS;
    const packed_layout l = packed_layout_of(type);
    const bool bytes = unpacked_form_of(type) == UNPACKED_CODES;
    const ptrdiff_t code_bytes = packed_code_bytes(l, QK_LANES);
    const ptrdiff_t stretch = unpacked_stretch(type);
    unpacked_weights weights;
    unpacked_numbers numbers;
    // In y, rows of tokens may be so far apart that they push each other out of the cache.
    vf sums[QK_UNPACKED_SUMS * G];
    for (ptrdiff_t i = 0; i < pairs * tokens * G; i++) {
        sums[i] = (vf){0};
    }
    for (ptrdiff_t begin = 0; begin < blocks; begin += stretch) {
        const ptrdiff_t count = blocks - begin < stretch ? blocks - begin : stretch;
        const ptrdiff_t stride = bytes ? x_stride * (ptrdiff_t)sizeof *x : 4 * unpacked_steps(type) * count;
        if (!bytes) {
            unpack_numbers(type, x + begin, x_stride, tokens, count, numbers);
        }
        for (ptrdiff_t p = 0; p < pairs; p++) {
            // What comes next: the same stretch of the next pair, or the next one of the first.
            const char *pair = packed + p * G * group_bytes;
            const bool again = p + 1 == pairs && begin + stretch < blocks;
            const ptrdiff_t ahead = again ? -p * G * group_bytes : G * group_bytes;
            for (int g = 0; g < G; g++) {
                const ptrdiff_t scales_ahead = ahead + (again ? stretch / l.span * packed_span_bytes(l, QK_LANES) : 0);
                unpack_group(type, pair + g * group_bytes, blocks, begin, count, scales_ahead, g, &weights);
            }
            // Codes are fetched while tiles go on: a share of them with each.
            const char *next = pair + ahead + packed_scale_bytes(l, blocks, QK_LANES) +
                               (begin + (again ? stretch : 0)) * code_bytes;
            const ptrdiff_t share = (stretch * code_bytes * T / tokens + 63) / 64 * 64;
            const qk_int8_block *from = x + begin;
            const int8_t *own = bytes ? from->quants : numbers;
            vf *to = sums + p * tokens * G;
#define QK_TILE(n)                                                                          \
    fetch_share(next, group_bytes, share);                                                  \
    next += share;                                                                          \
    unpacked_tile(type, n, from, x_stride, own, stride, &weights, count, to);               \
    own += n * stride
            QK_FOR_TILES(tokens, T, from, x_stride, to, G, QK_TILE)
#undef QK_TILE
        }
    }
    for (ptrdiff_t p = 0; p < pairs; p++) {
        for (ptrdiff_t i = 0; i < tokens * G; i++) {
            vf_store(y + i / G * y_stride + (p * G + i % G) * QK_LANES, sums[p * tokens * G + i]);
        }
    }
}
