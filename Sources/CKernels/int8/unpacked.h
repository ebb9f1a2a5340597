// Many tokens: the codes of two groups are unpacked once into the first-level cache, a stretch of k at a time, and then
// only loaded. Every number of a token meets the rows of both groups. Sums rest in y between stretches; what is added,
// and in which order, is what int8_tile adds, so results are the same.

enum {
    QK_UNPACKED_FROM = 64,    // tokens from which unpacking pays: fewer wait for weights, which int8_tile fetches ahead
    QK_UNPACKED_BLOCKS = 16,  // of k in a stretch: whole spans
    QK_UNPACKED_GROUPS = 2,
};

QK_INLINE bool unpacks_first(const qk_quant type) {
    return multiplied_bits(type) <= 4 && !packed_layout_of(type).halves;
}

// What block_scales has for types without halves.
typedef struct {
    vf scale, minimum, eighth_zero;
} unpacked_scales;

// [block][step][group]
typedef vb unpacked_codes[QK_UNPACKED_BLOCKS * 8 * QK_UNPACKED_GROUPS];

QK_INLINE void unpacked_tile(const qk_quant type, const int T, const qk_int8_block *x, ptrdiff_t x_stride,
                             const vb *codes, const unpacked_scales *scales, ptrdiff_t blocks, bool goes_on, float *y,
                             ptrdiff_t y_stride) {
    enum { G = QK_UNPACKED_GROUPS };
    const int bits = multiplied_bits(type);
    // Token i div G, group i mod G. Both out here: what is declared in a loop stays in memory.
    vf sums[G * T];
    dot_sums dots[G * T];
#pragma clang loop unroll(full)
    for (int i = 0; i < G * T; i++) {
        sums[i] = (vf){0};
        if (goes_on) {
            sums[i] = vf_load(y + i / G * y_stride + i % G * QK_LANES);
        }
    }
#pragma clang loop unroll(disable)
    for (ptrdiff_t b = 0; b < blocks; b++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            dots[i] = dot_start(bits, (vi){0});
        }
#pragma clang loop unroll(full)
        for (int step = 0; step < 8; step++) {
            const vb *w = codes + step * G;
#pragma clang loop unroll(full)
            for (int i = 0; i < G * T; i++) {
                dots[i] = dot_add(bits, step, dots[i], dot_prepare(bits, w[i % G]),
                                  (x + i / G * x_stride)->quants + 16 * (step % 2) + 4 * (step / 2));
            }
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < G * T; i++) {
            const qk_int8_block *block = x + i / G * x_stride;
            const unpacked_scales *s = scales + i % G;
            block_scales used = {s->scale, s->minimum, s->eighth_zero, {{0}}, {{0}}};
            vi whole = dot_finish(bits, dots[i], whole_initial(type, block));
            sums[i] = joined(type, block, used, whole, sums[i]);
        }
        x++;
        codes += 8 * G;
        scales += G;
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < G * T; i++) {
        vf_store(y + i / G * y_stride + i % G * QK_LANES, sums[i]);
    }
}

// Whole rows of two groups by any number of tokens.
QK_INLINE void unpacked_tiles(const qk_quant type, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                              const char *packed, ptrdiff_t group_bytes, ptrdiff_t blocks, float *y,
                              ptrdiff_t y_stride) {
    enum { G = QK_UNPACKED_GROUPS };
    const packed_layout l = packed_layout_of(type);
    const ptrdiff_t code_bytes = packed_code_bytes(l, QK_LANES);
    const ptrdiff_t scale_bytes = packed_scale_bytes(l, blocks, QK_LANES);
    unpacked_codes codes;
    unpacked_scales scales[QK_UNPACKED_BLOCKS * G];
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
                    block_scales s = scales_load(type, head, scale);
                    scales[i * G + g] = (unpacked_scales){s.scale, s.minimum, s.eighth_zero};
                    scale += l.bytes * QK_LANES;
#pragma clang loop unroll(full)
                    for (int step = 0; step < 8; step++) {
                        codes[(i * 8 + step) * G + g] = code_vector(type, code, step % 2, step / 2);
                    }
                    code += code_bytes;
                }
            }
        }
        const qk_int8_block *from = x + begin;
        float *to = y;
#define QK_TILE(n) unpacked_tile(type, n, from, x_stride, codes, scales, count, begin > 0, to, y_stride)
        QK_FOR_TILES(tokens, QK_UNPACKED_TOKENS, from, x_stride, to, y_stride, QK_TILE)
#undef QK_TILE
    }
}
