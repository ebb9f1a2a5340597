// Q6_K: 256 elements in 16 groups of 16, each with a signed byte of scale under the block's.
// w = (d · scale) · (q - 32)
//
// Each half of the block has 64 bytes of `low`, which hold elements 0 to 63 in their low and 64 to 127 in their high
// halves, and 32 bytes of `high`: byte i has two bits of each of the elements i, i + 32, i + 64 and i + 96.

typedef struct {
    uint8_t low[128];
    uint8_t high[64];
    int8_t scales[16];
    f16_bytes d;
} block_q6_k;

QK_INLINE void unpack_q6_k(const block_q6_k *block, float *restrict out) {
    float d = f16_value(block->d);
    for (int group = 0; group < 16; group++) {
        float scale = d * (float)block->scales[group];
        int half = group / 8;
        const uint8_t *low = block->low + half * 64 + group % 4 * 16;
        const uint8_t *high = block->high + half * 32 + group % 2 * 16;
        int low_shift = group % 8 / 4 * 4;
        int high_shift = group % 8 / 2 * 2;
        for (int i = 0; i < 16; i++) {
            int bits = (low[i] >> low_shift & 15) | (high[i] >> high_shift & 3) << 4;
            out[group * 16 + i] = scale * (float)(bits - 32);
        }
    }
}
