// Rotary position embedding: every pair (a, b) becomes (a cos - b sin, b cos + a sin).

static void rope_half(float *row, const float *restrict cos, const float *restrict sin,
                      ptrdiff_t heads, ptrdiff_t head_dim, ptrdiff_t rotary_dim) {
    ptrdiff_t half = rotary_dim / 2;
    for (ptrdiff_t head = 0; head < heads; head++) {
        float *restrict low = row + head * head_dim;
        float *restrict high = low + half;
        for (ptrdiff_t i = 0; i < half; i++) {
            float a = low[i];
            float b = high[i];
            low[i] = a * cos[i] - b * sin[i];
            high[i] = b * cos[i] + a * sin[i];
        }
    }
}

static void rope_interleaved(float *row, const float *restrict cos, const float *restrict sin,
                             ptrdiff_t heads, ptrdiff_t head_dim, ptrdiff_t rotary_dim) {
    ptrdiff_t half = rotary_dim / 2;
    for (ptrdiff_t head = 0; head < heads; head++) {
        float *restrict pairs = row + head * head_dim;
        for (ptrdiff_t i = 0; i < half; i++) {
            float a = pairs[2 * i];
            float b = pairs[2 * i + 1];
            pairs[2 * i] = a * cos[i] - b * sin[i];
            pairs[2 * i + 1] = b * cos[i] + a * sin[i];
        }
    }
}
