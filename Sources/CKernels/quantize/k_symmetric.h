// Q3_K and Q6_K: see symmetric.h for the search, quants/ for the layouts.

static void pack_q3_k(const float *x, block_q3_k *block) {
    float levels[256];
    symmetric_block found = quantize_symmetric(LEVELS_3_BITS, x, 16, -32, levels);
    *block = (block_q3_k){.d = half_of(found.d)};
    for (int group = 0; group < 16; group++) {
        int32_t scale = found.scales[group] + 32;
        block->scales[group % 8] |= (uint8_t)((scale & 15) << group / 8 * 4);
        block->scales[8 + group % 4] |= (uint8_t)(scale >> 4 << group / 4 * 2);
        uint8_t *low = block->q + group / 8 * 32 + group % 2 * 16;
        uint8_t *high = block->high + group % 2 * 16;
        for (int i = 0; i < 16; i++) {
            int32_t bits = (int32_t)levels[group * 16 + i] + 4;
            low[i] |= (uint8_t)((bits & 3) << group % 8 / 2 * 2);
            high[i] |= (uint8_t)(bits >> 2 << group / 2);
        }
    }
}

static void pack_q6_k(const float *x, block_q6_k *block) {
    float levels[256];
    symmetric_block found = quantize_symmetric(LEVELS_6_BITS, x, 16, -128, levels);
    *block = (block_q6_k){.d = half_of(found.d)};
    for (int group = 0; group < 16; group++) {
        block->scales[group] = (int8_t)found.scales[group];
        uint8_t *low = block->low + group / 8 * 64 + group % 4 * 16;
        uint8_t *high = block->high + group / 8 * 32 + group % 2 * 16;
        for (int i = 0; i < 16; i++) {
            int32_t bits = (int32_t)levels[group * 16 + i] + 32;
            low[i] |= (uint8_t)((bits & 15) << group % 8 / 4 * 4);
            high[i] |= (uint8_t)(bits >> 4 << group % 8 / 2 * 2);
        }
    }
}
