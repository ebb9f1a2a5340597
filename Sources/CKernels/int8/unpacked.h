// Many tokens: the codes of two groups are unpacked once into the first-level cache, a stretch of k at a time, and then
// only loaded. Every number of a token meets the rows of both groups. What is added, and in which order, is what int8_tile
// adds, so results are the same. Only for pairs of products, dot_pairs.h.

enum {
    QK_UNPACKED_FROM = 16,    // tokens from which unpacking pays
    QK_UNPACKED_BLOCKS = 16,  // of k in a stretch: whole spans
    QK_UNPACKED_GROUPS = 2,
    QK_UNPACKED_LIMIT = 96,  // tokens at a time: their sums rest in the first-level cache between stretches
    QK_UNPACKED_STEPS = 8,  // vectors of codes in a block
};

// What block_scales has, with whole numbers as pairs of 16 bits.
typedef struct {
    vf scale, minimum_8, eighth_zero;
    vm times[2];                  // what sums of pairs are multiplied by: one half's or plane's number, twice
    vm half_scales, half_minima;  // both halves'
} unpacked_scales;

// Codes of 8 bits lie in two planes of 4.
QK_INLINE int unpacked_planes(const qk_quant type) {
    return multiplied_bits(type) == 8 ? 2 : 1;
}

// [block][plane][step][group]
typedef vb unpacked_codes[QK_UNPACKED_BLOCKS * 2 * QK_UNPACKED_STEPS * QK_UNPACKED_GROUPS];

// Steps whose pairs of products share their sums of 16 bits, all with one scale.
QK_INLINE int unpacked_room(const qk_quant type) {
    const packed_layout l = packed_layout_of(type);
    const int bits = multiplied_bits(type);
    const int room = bits == 6 ? 2 : bits == 5 ? 4 : 8;
    return l.halves && room > 4 ? 4 : room;
}

QK_INLINE vm pair_all(const int16_t numbers[2]) {
    int32_t pair;
    __builtin_memcpy(&pair, numbers, sizeof pair);
    return (vm)vi_all(pair);
}

// Where the sums of pairs start that begin with `step`: what the bias of the codes adds to a whole block, taken off. It is
// all in the first of them, or in the plane of high halves, and leaves room there: with 5 bits, lanes stay between -32,512
// and 32,004.
QK_INLINE vm unpacked_start(const qk_quant type, const qk_int8_block *block, const int step) {
    const packed_layout l = packed_layout_of(type);
    const int first = unpacked_planes(type) == 1 ? 0 : QK_UNPACKED_STEPS;
    if (l.bias == 0 || l.halves || step != first) {
        return (vm){0};
    }
    const int bias = l.bias >> (unpacked_planes(type) == 1 ? 0 : 4);
    return (vm)((row_pairs)pair_all(block->minus_8_lanes) << __builtin_ctz((unsigned)bias / 8));
}

// The same for types whose halves differ, which have room for it only in 32 bits.
QK_INLINE vi unpacked_bias(const qk_quant type, const qk_int8_block *block, const unpacked_scales *scales) {
    const int shift = __builtin_ctz((unsigned)packed_layout_of(type).bias);
    return word_products(scales->half_scales, pair_all(block->halves)) << shift;
}

// One block by T tokens and both groups: Σ code · x, where scales are whole numbers with those.
QK_INLINE void unpacked_block(const qk_quant type, const int T, const qk_int8_block *x, ptrdiff_t x_stride,
                              const vb *codes, const unpacked_scales *scales, vm *pairs, vi *wholes) {
    enum { G = QK_UNPACKED_GROUPS };
    const packed_layout l = packed_layout_of(type);
    const int room = unpacked_room(type);
    const int steps = unpacked_planes(type) * QK_UNPACKED_STEPS;
#pragma clang loop unroll(full)
    for (int step = 0; step < steps; step++) {
        const vb *w = codes + step * G;
        const int part = l.halves ? step / 4 : step / QK_UNPACKED_STEPS;
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            const qk_int8_block *block = x + i / G * x_stride;
            vm quad = (vm)quad_all(block->quants + step % QK_UNPACKED_STEPS * 4);
            pairs[i] = add_pairs(step % room == 0 ? unpacked_start(type, block, step) : pairs[i], (vm)w[i % G], quad);
            if ((step + 1) % room == 0) {
                vm times = packed_whole_scales(l) ? scales[i % G].times[part] : words_all(part == 0 ? 1 : 16);
                vi products = word_products(pairs[i], times);
                wholes[i] = step < room ? products : wholes[i] + products;
            }
        }
    }
}

// Registers are for the pairs.
#define QK_IN_MEMORY(sum) __asm__("" : "+m"(sum))

QK_INLINE void unpacked_tile(const qk_quant type, const int T, const qk_int8_block *x, ptrdiff_t x_stride,
                             const vb *codes, const unpacked_scales *scales, const span_head *heads, ptrdiff_t blocks,
                             vf *sums) {
    enum { G = QK_UNPACKED_GROUPS };
    const packed_layout l = packed_layout_of(type);
    // Token i div G, group i mod G. All out here: what is declared in a loop stays in memory.
    vm pairs[G * T];
    vi wholes[G * T];
    vi whole[G * T], under[G * T];
    vf part[G * T];
#pragma clang loop unroll(disable)
    for (ptrdiff_t left = blocks; left > 0; left -= QK_SPAN_BLOCKS) {
        const ptrdiff_t count = left < QK_SPAN_BLOCKS ? left : QK_SPAN_BLOCKS;
        const qk_int8_block *first = x;
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            whole[i] = under[i] = (vi){0};
            part[i] = (vf){0};
        }
#pragma clang loop unroll(disable)
        for (ptrdiff_t b = 0; b < count; b++) {
            unpacked_block(type, T, x, x_stride, codes, scales, pairs, wholes);
#pragma clang loop unroll(full)
            for (int i = 0; i < G * T; i++) {
                const qk_int8_block *block = x + i / G * x_stride;
                const unpacked_scales *s = scales + i % G;
                if (packed_whole_scales(l)) {
                    whole[i] += l.halves && l.bias ? wholes[i] - unpacked_bias(type, block, s) : wholes[i];
                    QK_IN_MEMORY(whole[i]);
                    if (l.heads > 1) {
                        under[i] += word_products(s->half_minima,
                                                  pair_all(l.halves ? block->halves : block->minus_8_lanes));
                        QK_IN_MEMORY(under[i]);
                    }
                } else {
                    part[i] = joined_block(type, block, s->scale, s->minimum_8, s->eighth_zero, wholes[i], part[i]);
                    QK_IN_MEMORY(part[i]);
                }
            }
            x++;
            codes += unpacked_planes(type) * QK_UNPACKED_STEPS * G;
            scales += G;
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            sums[i] = joined_span(type, heads[i % G], whole[i], under[i], part[i],
                                  (first + i / G * x_stride)->scale, sums[i]);
        }
        heads += G;
    }
}

#undef QK_IN_MEMORY

// The same 16 bits for both of a lane's halves.
QK_INLINE vm twice(vi x) {
    return (vm)((x & 0xffff) | x << 16);
}

QK_INLINE vm pair_up(const vi parts[2]) {
    return (vm)((parts[0] & 0xffff) | parts[1] << 16);
}

QK_INLINE void unpack_block(const qk_quant type, block_scales s, const char *code, unpacked_scales *scales, vb *codes) {
    enum { G = QK_UNPACKED_GROUPS };
    const bool planes = unpacked_planes(type) == 2;
    *scales = (unpacked_scales){
        s.scale, s.minimum_8, s.eighth_zero, {twice(s.half_scale[0]), twice(s.half_scale[1] << (planes ? 4 : 0))},
        pair_up(s.half_scale), pair_up(s.half_minimum)};
#pragma clang loop unroll(full)
    for (int step = 0; step < QK_UNPACKED_STEPS; step++) {
        vb w = code_vector(type, code, step / 4, step % 4);
        if (planes) {
            codes[step * G] = w & 15;
            codes[(QK_UNPACKED_STEPS + step) * G] = (vb)((vb_pairs)w >> 4) & 15;
        } else {
            codes[step * G] = w;
        }
    }
}

QK_INLINE void fetch_share(const char *codes, ptrdiff_t group_bytes, ptrdiff_t bytes) {
    for (int g = 0; g < QK_UNPACKED_GROUPS; g++) {
        for (ptrdiff_t line = 0; line < bytes; line += 64) {
            __builtin_prefetch(codes + g * group_bytes + line);
        }
    }
}

// Whole rows of two groups by up to QK_UNPACKED_LIMIT tokens.
QK_INLINE void unpacked_tiles(const qk_quant type, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                              const char *packed, ptrdiff_t group_bytes, ptrdiff_t blocks, float *y,
                              ptrdiff_t y_stride) {
    enum { G = QK_UNPACKED_GROUPS };
    const int T = multiplied_bits(type) == 6 ? QK_UNPACKED_Q6_TOKENS : QK_UNPACKED_TOKENS;
    const packed_layout l = packed_layout_of(type);
    const ptrdiff_t code_bytes = packed_code_bytes(l, QK_LANES);
    const ptrdiff_t scale_bytes = packed_scale_bytes(l, blocks, QK_LANES);
    unpacked_codes codes;
    unpacked_scales scales[QK_UNPACKED_BLOCKS * G];
    span_head heads[QK_UNPACKED_BLOCKS / QK_SPAN_BLOCKS * G];
    // In y, rows of tokens may be so far apart that they push each other out of the cache.
    vf sums[QK_UNPACKED_LIMIT * G];
    for (ptrdiff_t i = 0; i < tokens * G; i++) {
        sums[i] = (vf){0};
    }
    for (ptrdiff_t begin = 0; begin < blocks; begin += QK_UNPACKED_BLOCKS) {
        ptrdiff_t count = blocks - begin < QK_UNPACKED_BLOCKS ? blocks - begin : QK_UNPACKED_BLOCKS;
        for (int g = 0; g < G; g++) {
            const char *group = packed + g * group_bytes;
            const char *code = group + scale_bytes + begin * code_bytes;
            const char *scale = group + packed_unit_bytes(l, QK_LANES) + begin / l.span * packed_span_bytes(l, QK_LANES);
            span_head head;
            for (ptrdiff_t b = 0; b < count; b++) {
                if (b % l.span == 0) {
                    head = head_load(type, group, scale);
                    scale += packed_head_bytes(l, QK_LANES);
                }
                heads[b / QK_SPAN_BLOCKS * G + g] = head;
                __builtin_prefetch(scale + G * group_bytes);
                unpack_block(type, scales_load(type, head, scale), code, scales + b * G + g,
                             codes + b * unpacked_planes(type) * QK_UNPACKED_STEPS * G + g);
                scale += l.bytes * QK_LANES;
                code += code_bytes;
            }
        }
        // Codes that come next are fetched while tiles go on: a share of them with each.
        const bool last = begin + QK_UNPACKED_BLOCKS >= blocks;
        const char *next = packed + scale_bytes + (last ? G * group_bytes : (begin + QK_UNPACKED_BLOCKS) * code_bytes);
        const ptrdiff_t share = (QK_UNPACKED_BLOCKS * code_bytes * T / tokens + 63) / 64 * 64;
        const qk_int8_block *from = x + begin;
        vf *to = sums;
#define QK_TILE(n)                                                    \
    fetch_share(next, group_bytes, share);                            \
    next += share;                                                    \
    unpacked_tile(type, n, from, x_stride, codes, scales, heads, count, to)
        QK_FOR_TILES(tokens, T, from, x_stride, to, G, QK_TILE)
#undef QK_TILE
    }
    for (ptrdiff_t i = 0; i < tokens * G; i++) {
        vf_store(y + i / G * y_stride + i % G * QK_LANES, sums[i]);
    }
}
