// Floats as w = scale · level, where the levels are whole numbers or the sixteen of IQ4, in groups whose scales are
// whole numbers under the block's; the smallest sum of squared errors, found as in affine.h.

// The levels of a type. Only constants are passed, so that each type gets code of its own.
typedef enum {
    LEVELS_3_BITS,  // -4 to 3
    LEVELS_6_BITS,  // -32 to 31
    LEVELS_IQ4,
} level_set;

QK_INLINE float lowest_level(level_set set) {
    return set == LEVELS_3_BITS ? -4 : set == LEVELS_6_BITS ? -32 : iq4_values[0];
}

// The nearest level of each number.
QK_INLINE v16 nearest_levels(level_set set, v16 x) {
    if (set != LEVELS_IQ4) {
        float lowest = lowest_level(set);
        return v16_round(v16_min(v16_max(x, v16_all(lowest)), v16_all(-lowest - 1)));
    }
    v16 level = v16_all(iq4_values[0]);
    for (int i = 1; i < 16; i++) {
        v16i isAbove = x > (iq4_values[i - 1] + iq4_values[i]) * 0.5f;
        level += (v16)(isAbove & (v16i)v16_all(iq4_values[i] - iq4_values[i - 1]));
    }
    return level;
}

typedef struct {
    float qq;
    float xq;
} symmetric_sums;

QK_INLINE symmetric_sums sums_of_nearest(level_set set, const v16 *x, int n, float inverse) {
    v16 squares = {0};
    v16 products = {0};
    for (int i = 0; i < n; i++) {
        v16 q = nearest_levels(set, x[i] * inverse);
        squares += q * q;
        products += x[i] * q;
    }
    return (symmetric_sums){v16_sum(squares), v16_sum(products)};
}

// What a scale takes off the sum of squares: the error is less by it.
QK_INLINE float gain_of(symmetric_sums s, float scale) {
    return scale * (2 * s.xq - scale * s.qq);
}

// The best scale of a group by itself; its sign is such that the extreme becomes the lowest level.
QK_INLINE float fit_symmetric(level_set set, const v16 *x, int n) {
    enum { STEPS = 19, ROUNDS = 3 };
    float extreme = extreme_of((const float *)x, 16 * n);
    if (__builtin_fabsf(extreme) < QK_SMALLEST_SCALE) {
        return 0;
    }
    float best = 0;
    float most = 0;
    for (int step = 0; step < STEPS; step++) {
        // From below the lowest level, where the extreme is cut off, to above.
        float share = 0.8f + 0.4f * (float)step / (STEPS - 1);
        float level = set == LEVELS_6_BITS ? lowest_level(set) - 0.1f * (float)(step - STEPS / 2)
                                           : lowest_level(set) * share;
        symmetric_sums s = sums_of_nearest(set, x, n, level / extreme);
        float scale = s.qq > 0 ? s.xq / s.qq : 0;
        if (gain_of(s, scale) > most) {
            most = gain_of(s, scale);
            best = scale;
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        symmetric_sums s = sums_of_nearest(set, x, n, inverse_of(best));
        float scale = s.qq > 0 ? s.xq / s.qq : 0;
        if (gain_of(s, scale) <= most) {
            break;
        }
        most = gain_of(s, scale);
        best = scale;
    }
    return best;
}

typedef struct {
    float d;
    int32_t scales[16];
} symmetric_block;

QK_INLINE float choose_scales(level_set set, const v16 x[16], int groups, const float *fits, int32_t lowest,
                              symmetric_block *block) {
    int n = 16 / groups;
    float total = 0;
    for (int g = 0; g < groups; g++) {
        int32_t scale = whole_between(fits[g] * inverse_of(block->d), lowest, -lowest - 1);
        float most = -__builtin_inff();
        for (int32_t s = scale - 1; s <= scale + 1; s++) {
            if (s < lowest || s > -lowest - 1) {
                continue;
            }
            float product = block->d * (float)s;
            float gain = gain_of(sums_of_nearest(set, x + g * n, n, inverse_of(product)), product);
            if (gain > most) {
                most = gain;
                block->scales[g] = s;
            }
        }
        total += most;
    }
    return total;
}

// Scales from `lowest` to -lowest - 1; the levels of all elements in `levels`.
QK_INLINE symmetric_block quantize_symmetric(level_set set, const float *from, int groups, int32_t lowest,
                                             float levels[256]) {
    int n = 16 / groups;
    v16 x[16];
    for (int i = 0; i < 16; i++) {
        x[i] = v16_load(from + 16 * i);
    }
    float fits[16];
    for (int g = 0; g < groups; g++) {
        fits[g] = fit_symmetric(set, x + g * n, n);
    }
    symmetric_block best = {0};
    symmetric_block next = {.d = nearest_half(extreme_of(fits, groups) / (float)lowest)};
    float most = -__builtin_inff();
    for (int round = 0; round < 3; round++) {
        float gain = choose_scales(set, x, groups, fits, lowest, &next);
        if (gain <= most) {
            break;
        }
        most = gain;
        best = next;
        float aa = 0, xa = 0;
        for (int g = 0; g < groups; g++) {
            float s = (float)best.scales[g];
            symmetric_sums sums = sums_of_nearest(set, x + g * n, n, inverse_of(best.d * s));
            aa += s * s * sums.qq;
            xa += s * sums.xq;
        }
        if (!(aa > 0)) {
            break;
        }
        next.d = nearest_half(xa / aa);
    }
    for (int i = 0; i < 16; i++) {
        v16 q = nearest_levels(set, x[i] * inverse_of(best.d * (float)best.scales[i / n]));
        __builtin_memcpy(levels + 16 * i, &q, sizeof q);
    }
    return best;
}
