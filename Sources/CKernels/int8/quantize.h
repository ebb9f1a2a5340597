// Activations to 8 bits, a span of blocks at a time. Every step is exact or rounded as IEEE 754 says, and none is fused,
// so all instruction sets agree.

typedef int8_t vq __attribute__((vector_size(QK_LANES)));

// The bits of the largest magnitude of n numbers, whole blocks. Magnitudes compare as their bits do, and NaN and infinity
// above all.
QK_INLINE int32_t largest_magnitude(const float *x, ptrdiff_t n) {
    vi largest = {0};
    for (ptrdiff_t i = 0; i < n; i += QK_LANES) {
        vi magnitude = (vi)vf_load(x + i) & 0x7fffffff;
        largest = (vi)vf_select(magnitude > largest, (vf)magnitude, (vf)largest);
    }
    int32_t top = 0;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < QK_LANES; lane++) {
        top = largest[lane] > top ? largest[lane] : top;
    }
    return top;
}

// `inverse` is 1 / scale, or 0 where nothing but zeros shall come of it.
QK_INLINE void quantize_block(const float *x, float scale, float inverse, qk_int8_block *out) {
    // Adding 1.5 · 2^23 leaves the integer nearest to a small number, ties to even, in the low bits.
    const float magic = 0x1.8p23f;
    vi totals[2] = {{0}, {0}};
#pragma clang loop unroll(full)
    for (int i = 0; i < QK_BLOCK / QK_LANES; i++) {
        vf shifted = vf_load(x + i * QK_LANES) * inverse + magic;
        vi quants = inverse > 0 ? (vi)shifted - (vi)vf_all(magic) : (vi){0};
        totals[i * QK_LANES / 16] += quants;
        vq bytes = __builtin_convertvector(quants, vq);
        __builtin_memcpy(out->quants + i * QK_LANES, &bytes, sizeof bytes);
    }
    int32_t sums[2] = {0};
#pragma clang loop unroll(full)
    for (int lane = 0; lane < QK_LANES; lane++) {
        sums[0] += totals[0][lane];
        sums[1] += totals[1][lane];
    }
    out->scale = scale;
    out->minus_8 = -8 * (sums[0] + sums[1]);
    out->halves[0] = (int16_t)sums[0];
    out->halves[1] = (int16_t)sums[1];
}

static void quantize_activations(const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, ptrdiff_t k,
                                 qk_int8_block *out, ptrdiff_t out_stride) {
    const ptrdiff_t blocks = k / QK_BLOCK;
    for (ptrdiff_t t = 0; t < tokens; t++) {
        for (ptrdiff_t begin = 0; begin < blocks; begin += QK_SPAN_BLOCKS) {
            const ptrdiff_t end = begin + QK_SPAN_BLOCKS < blocks ? begin + QK_SPAN_BLOCKS : blocks;
            const float *row = x + t * x_stride;
            int32_t top = largest_magnitude(row + begin * QK_BLOCK, (end - begin) * QK_BLOCK);
            float scale;
            __builtin_memcpy(&scale, &top, sizeof scale);
            const bool finite = top < 0x7f800000;
            scale = finite ? scale / 127 : __builtin_nanf("");
            const bool usable = finite && scale >= 0x1p-126f;
            if (finite && !usable) {
                scale = 0;
            }
            const float inverse = usable ? 1 / scale : 0;
            for (ptrdiff_t b = begin; b < end; b++) {
                qk_int8_block *block = out + t * out_stride + b;
                quantize_block(row + b * QK_BLOCK, scale, inverse, block);
                block->minus_8_pair[0] = block->minus_8_pair[1] = 0;
                block[-(b % 2)].minus_8_pair[b % 2] = (int16_t)block->minus_8;
            }
        }
    }
}
