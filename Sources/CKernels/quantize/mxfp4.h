// MXFP4: the scale is the power of two that puts the largest magnitude between 4 and 8, which saturates at 6; each number
// becomes the nearest of the sixteen, the smaller among equals. What Python's gguf makes of the same floats, but where its
// logarithm rounds up to a whole number.

static void pack_mxfp4(const float *x, block_mxfp4 *block) {
    int32_t exponent = (largest_magnitude_bits(x, 32) >> 23) - 2;
    block->exponent = (uint8_t)(exponent > 0 ? exponent : 0);
    float scale = mxfp4_scale(block->exponent);
    int32_t q[32];
    for (int i = 0; i < 32; i++) {
        float magnitude = __builtin_fabsf(x[i]);
        float best = magnitude;
        int32_t nearest = 0;
        for (int level = 1; level < 8; level++) {
            float error = __builtin_fabsf(scale * mxfp4_values[level] - magnitude);
            nearest = error < best ? level : nearest;
            best = error < best ? error : best;
        }
        q[i] = x[i] < 0 && nearest > 0 ? nearest + 8 : nearest;
    }
    pack_halves(q, block->q);
}
