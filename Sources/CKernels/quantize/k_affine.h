// Q2_K, Q4_K and Q5_K: see affine.h for the search, quants/ for the layouts.

static void pack_q2_k(const float *x, block_q2_k *block) {
    uint8_t q[256];
    affine_block found = quantize_affine(x, 16, 3, 15, q);
    *block = (block_q2_k){.d = half_of(found.d), .dmin = half_of(found.dmin)};
    for (int group = 0; group < 16; group++) {
        block->scales[group] = (uint8_t)(found.scales[group] | found.minima[group] << 4);
        uint8_t *to = block->q + group / 8 * 32 + group % 2 * 16;
        for (int i = 0; i < 16; i++) {
            to[i] |= (uint8_t)(q[group * 16 + i] << group % 8 / 2 * 2);
        }
    }
}

// The reverse of scale_q4_k and minimum_q4_k.
QK_INLINE void pack_six_bits(const affine_block *found, uint8_t out[12]) {
    for (int i = 0; i < 4; i++) {
        int32_t scale = found->scales[i + 4];
        int32_t minimum = found->minima[i + 4];
        out[i] = (uint8_t)(found->scales[i] | scale >> 4 << 6);
        out[i + 4] = (uint8_t)(found->minima[i] | minimum >> 4 << 6);
        out[i + 8] = (uint8_t)((scale & 15) | (minimum & 15) << 4);
    }
}

// The low four bits of all groups, two of which share 32 bytes.
QK_INLINE void pack_low_bits(const uint8_t q[256], uint8_t out[128]) {
    for (int i = 0; i < 128; i++) {
        const uint8_t *pair = q + i / 32 * 64 + i % 32;
        out[i] = (uint8_t)((pair[0] & 15) | (pair[32] & 15) << 4);
    }
}

static void pack_q4_k(const float *x, block_q4_k *block) {
    uint8_t q[256];
    affine_block found = quantize_affine(x, 8, 15, 63, q);
    *block = (block_q4_k){.d = half_of(found.d), .dmin = half_of(found.dmin)};
    pack_six_bits(&found, block->scales);
    pack_low_bits(q, block->q);
}

static void pack_q5_k(const float *x, block_q5_k *block) {
    uint8_t q[256];
    affine_block found = quantize_affine(x, 8, 31, 63, q);
    *block = (block_q5_k){.d = half_of(found.d), .dmin = half_of(found.dmin)};
    pack_six_bits(&found, block->scales);
    pack_low_bits(q, block->q);
    for (int i = 0; i < 256; i++) {
        block->high[i % 32] |= (uint8_t)(q[i] >> 4 << i / 32);
    }
}
