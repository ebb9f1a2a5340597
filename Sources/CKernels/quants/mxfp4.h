// MXFP4, of the OCP Microscaling Formats specification: 32 floats of 4 bits (E2M1) under a power of two (E8M0).
// Halves of bytes as in Q4_0.

typedef struct {
    uint8_t exponent;
    uint8_t q[16];
} block_mxfp4;

// Doubled, so that all are whole; the scale is halved instead.
static const float mxfp4_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// 2^(exponent - 128). The two smallest are subnormal. GGML reads 255, which the specification keeps for NaN, as a power
// like any other.
QK_INLINE float mxfp4_scale(uint8_t exponent) {
    uint32_t bits = exponent < 2 ? 0x200000u << exponent : (uint32_t)(exponent - 1) << 23;
    float scale;
    __builtin_memcpy(&scale, &bits, sizeof scale);
    return scale;
}

QK_INLINE void unpack_mxfp4(const block_mxfp4 *block, float *restrict out) {
    unpack_chosen(mxfp4_values, mxfp4_scale(block->exponent), block->q, out);
}
