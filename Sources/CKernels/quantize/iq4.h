// IQ4_NL and IQ4_XS: see symmetric.h for the search, quants/iq4.h for the layouts.

// The numbers of 32 levels, packed.
QK_INLINE void pack_level_numbers(const float levels[32], uint8_t out[16]) {
    int32_t q[32] = {0};
    for (int value = 1; value < 16; value++) {
        for (int i = 0; i < 32; i++) {
            q[i] += levels[i] >= iq4_values[value];
        }
    }
    pack_halves(q, out);
}

static void pack_iq4_nl(const float *from, block_iq4_nl *block) {
    v16 x[2] = {v16_load(from), v16_load(from + 16)};
    float d = nearest_half(fit_symmetric(LEVELS_IQ4, x, 2));
    float levels[32];
    for (int i = 0; i < 2; i++) {
        v16 q = nearest_levels(LEVELS_IQ4, x[i] * inverse_of(d));
        __builtin_memcpy(levels + 16 * i, &q, sizeof q);
    }
    block->d = half_of(d);
    pack_level_numbers(levels, block->q);
}

static void pack_iq4_xs(const float *x, block_iq4_xs *block) {
    float levels[256];
    symmetric_block found = quantize_symmetric(LEVELS_IQ4, x, 8, -32, levels);
    *block = (block_iq4_xs){.d = half_of(found.d)};
    for (int group = 0; group < 8; group++) {
        int32_t scale = found.scales[group] + 32;
        block->scales_low[group / 2] |= (uint8_t)((scale & 15) << group % 2 * 4);
        block->scales_high[group / 4] |= (uint8_t)(scale >> 4 << group % 4 * 2);
        pack_level_numbers(levels + 32 * group, block->q + 16 * group);
    }
}
