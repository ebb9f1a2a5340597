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

// What block_scales has, with the scales of halves as pairs of 16 bits.
typedef struct {
    vf scale, minimum, eighth_zero;
    vm half_scale[2];               // one half's, twice
    vm half_scales, half_minima;    // both halves'
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

QK_INLINE vm pair_of_halves(const qk_int8_block *block) {
    int32_t pair;
    __builtin_memcpy(&pair, block->halves, sizeof pair);
    return (vm)vi_all(pair);
}

// What the bias of the codes adds to the sum of a whole block, taken off.
QK_INLINE vi unpacked_initial(const qk_quant type, const qk_int8_block *block, const unpacked_scales *scales) {
    const packed_layout l = packed_layout_of(type);
    if (!l.halves || l.bias == 0) {
        return whole_initial(type, block);
    }
    return -(word_products(scales->half_scales, pair_of_halves(block)) << __builtin_ctz((unsigned)l.bias));
}

// What the sums of pairs that end with `step` are multiplied by.
QK_INLINE vm unpacked_times(const qk_quant type, const unpacked_scales *scales, const int step) {
    if (packed_layout_of(type).halves) {
        return scales->half_scale[step / 4];
    }
    return words_all(step < QK_UNPACKED_STEPS ? 1 : 16);
}

QK_INLINE void unpacked_tile(const qk_quant type, const int T, const qk_int8_block *x, ptrdiff_t x_stride,
                             const vb *codes, const unpacked_scales *scales, ptrdiff_t blocks, vf *sums) {
    enum { G = QK_UNPACKED_GROUPS };
    const int room = unpacked_room(type);
    const int steps = unpacked_planes(type) * QK_UNPACKED_STEPS;
    // Token i div G, group i mod G. All out here: what is declared in a loop stays in memory.
    vi wholes[G * T];
    vm pairs[G * T];
#pragma clang loop unroll(disable)
    for (ptrdiff_t b = 0; b < blocks; b++) {
#pragma clang loop unroll(full)
        for (int step = 0; step < steps; step++) {
            const vb *w = codes + step * G;
#pragma clang loop unroll(full)
            for (int i = 0; i < G * T; i++) {
                vm quad = (vm)quad_all((x + i / G * x_stride)->quants + step % QK_UNPACKED_STEPS * 4);
                pairs[i] = add_pairs(step % room == 0 ? (vm){0} : pairs[i], (vm)w[i % G], quad);
                if ((step + 1) % room == 0) {
                    vi part = word_products(pairs[i], unpacked_times(type, scales + i % G, step));
                    wholes[i] = step < room ? part : wholes[i] + part;
                }
            }
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            const qk_int8_block *block = x + i / G * x_stride;
            const unpacked_scales *s = scales + i % G;
            vi minima = word_products(s->half_minima, pair_of_halves(block));
            vi whole = wholes[i] + unpacked_initial(type, block, s);
            sums[i] = joined(type, block, s->scale, s->minimum, s->eighth_zero, minima, whole, sums[i]);
            // In memory: registers are for the pairs.
            __asm__("" : "+m"(sums[i]));
        }
        x++;
        codes += steps * G;
        scales += G;
    }
}

// The same 16 bits for both of a lane's halves.
QK_INLINE vm twice(vi x) {
    return (vm)((x & 0xffff) | x << 16);
}

QK_INLINE vm pair_up(const vi parts[2]) {
    return (vm)((parts[0] & 0xffff) | parts[1] << 16);
}

QK_INLINE void unpack_block(const qk_quant type, block_scales s, const char *code, unpacked_scales *scales, vb *codes) {
    enum { G = QK_UNPACKED_GROUPS };
    *scales = (unpacked_scales){
        s.scale, s.minimum, s.eighth_zero, {twice(s.half_scale[0]), twice(s.half_scale[1])},
        pair_up(s.half_scale), pair_up(s.half_minimum)};
#pragma clang loop unroll(full)
    for (int step = 0; step < QK_UNPACKED_STEPS; step++) {
        vb w = code_vector(type, code, step / 4, step % 4);
        if (unpacked_planes(type) == 1) {
            codes[step * G] = w;
        } else {
            codes[step * G] = w & 15;
            codes[(QK_UNPACKED_STEPS + step) * G] = (vb)((vb_pairs)w >> 4) & 15;
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
            const char *scale = group + begin / l.span * packed_span_bytes(l, QK_LANES);
            for (ptrdiff_t b = 0; b < count; b += l.span) {
                span_head head = head_load(type, scale);
                scale += packed_head_bytes(l, QK_LANES);
                for (ptrdiff_t i = b; i < b + l.span; i++) {
                    __builtin_prefetch(scale + G * group_bytes);
                    unpack_block(type, scales_load(type, head, scale), code, scales + i * G + g,
                                 codes + i * unpacked_planes(type) * QK_UNPACKED_STEPS * G + g);
                    scale += l.bytes * QK_LANES;
                    code += code_bytes;
                }
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
    unpacked_tile(type, n, from, x_stride, codes, scales, count, to)
        QK_FOR_TILES(tokens, T, from, x_stride, to, G, QK_TILE)
#undef QK_TILE
    }
    for (ptrdiff_t i = 0; i < tokens * G; i++) {
        vf_store(y + i / G * y_stride + i % G * QK_LANES, sums[i]);
    }
}
