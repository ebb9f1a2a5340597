// Activations to 8 bits, a block of 32 at a time. Every step is exact or rounded as IEEE 754 says, and none is fused,
// so all instruction sets agree.

typedef int8_t vq __attribute__((vector_size(QK_LANES)));

QK_INLINE void quantize_block(const float *x, qk_int8_block *out) {
    enum { vectors = QK_BLOCK / QK_LANES };
    vf numbers[vectors];
    // Magnitudes compare as their bits do, and NaN and infinity above all.
    vi largest = {0};
#pragma clang loop unroll(full)
    for (int i = 0; i < vectors; i++) {
        numbers[i] = vf_load(x + i * QK_LANES);
        vi magnitude = (vi)numbers[i] & 0x7fffffff;
        largest = (vi)vf_select(magnitude > largest, (vf)magnitude, (vf)largest);
    }
    int32_t top = 0;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < QK_LANES; lane++) {
        top = largest[lane] > top ? largest[lane] : top;
    }
    float scale;
    __builtin_memcpy(&scale, &top, sizeof scale);
    bool finite = top < 0x7f800000;
    scale = finite ? scale / 127 : __builtin_nanf("");
    bool usable = finite && scale >= 0x1p-126f;
    if (finite && !usable) {
        scale = 0;
    }
    float inverse = usable ? 1 / scale : 0;

    // Adding 1.5 · 2^23 leaves the integer nearest to a small number, ties to even, in the low bits.
    const float magic = 0x1.8p23f;
    vi totals[2] = {{0}, {0}};
#pragma clang loop unroll(full)
    for (int i = 0; i < vectors; i++) {
        vf shifted = numbers[i] * inverse + magic;
        vi quants = usable ? (vi)shifted - (vi)vf_all(magic) : (vi){0};
        totals[i * QK_LANES / 16] += quants;
        vq bytes = __builtin_convertvector(quants, vq);
        __builtin_memcpy(out->quants + i * QK_LANES, &bytes, sizeof bytes);
    }
    int32_t halves[2] = {0, 0};
#pragma clang loop unroll(full)
    for (int lane = 0; lane < QK_LANES; lane++) {
        halves[0] += totals[0][lane];
        halves[1] += totals[1][lane];
    }
    int32_t sum = halves[0] + halves[1];
    out->scale = scale;
    out->sum = scale * (float)sum;
    out->minus_8 = -8 * sum;
    out->halves[0] = (int16_t)halves[0];
    out->halves[1] = (int16_t)halves[1];
}

static void quantize_activations(const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, ptrdiff_t k,
                                 qk_int8_block *out, ptrdiff_t out_stride) {
    for (ptrdiff_t t = 0; t < tokens; t++) {
        for (ptrdiff_t b = 0; b < k / QK_BLOCK; b++) {
            quantize_block(x + t * x_stride + b * QK_BLOCK, out + t * out_stride + b);
        }
    }
}
