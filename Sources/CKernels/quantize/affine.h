// 256 floats as w = (d · scale) · q - (dmin · minimum), in groups that have a whole scale and minimum each.
//
// What is minimised is the sum of squared errors. A group alone: its range is divided by some steps near the one that
// would fit, every rounding gives a scale and a minimum by least squares, and the best of them is improved by rounding
// and fitting in turn. The block: scales and minima become whole numbers, of which the neighbours are tried too, and d and
// dmin are fitted to what was chosen.

typedef struct {
    float scale;
    float minimum;
} affine;

// Sums over a group of 16 · n numbers x and the whole numbers q that stand for them.
typedef struct {
    float q;
    float qq;
    float xq;
} level_sums;

typedef struct {
    float count;
    float x;
    float xx;
} group_sums;

QK_INLINE group_sums sums_of(const v16 *x, int n) {
    v16 sum = x[0];
    v16 squares = x[0] * x[0];
    for (int i = 1; i < n; i++) {
        sum += x[i];
        squares += x[i] * x[i];
    }
    return (group_sums){(float)(16 * n), v16_sum(sum), v16_sum(squares)};
}

QK_INLINE v16 affine_levels(v16 x, float inverse, float minimum, float top) {
    return v16_round(v16_min(v16_max((x + minimum) * inverse, v16_all(0)), v16_all(top)));
}

QK_INLINE level_sums sums_of_levels(const v16 *x, int n, float inverse, float minimum, float top) {
    v16 sum = {0};
    v16 squares = {0};
    v16 products = {0};
    for (int i = 0; i < n; i++) {
        v16 q = affine_levels(x[i], inverse, minimum, top);
        sum += q;
        squares += q * q;
        products += x[i] * q;
    }
    return (level_sums){v16_sum(sum), v16_sum(squares), v16_sum(products)};
}

// The sum of (x - scale · q + minimum)².
QK_INLINE float affine_error(group_sums x, level_sums s, affine a) {
    return x.xx + a.scale * (a.scale * s.qq - 2 * s.xq) +
           a.minimum * (x.count * a.minimum + 2 * (x.x - a.scale * s.q));
}

// The scale and the minimum of the smallest error; neither is below 0.
QK_INLINE affine fit_of_levels(group_sums x, level_sums s) {
    float determinant = x.count * s.qq - s.q * s.q;
    affine a = {0, 0};
    if (determinant > 0) {
        a.scale = (x.count * s.xq - x.x * s.q) / determinant;
        a.minimum = (a.scale * s.q - x.x) / x.count;
    }
    if (a.minimum < 0 || a.scale <= 0) {
        a.minimum = 0;
        a.scale = s.qq > 0 && s.xq > 0 ? s.xq / s.qq : 0;
    }
    return a;
}

QK_INLINE affine fit_affine(const v16 *x, int n, group_sums sums, float top) {
    enum { STEPS = 21, ROUNDS = 3 };
    v16 low = x[0];
    v16 high = x[0];
    for (int i = 1; i < n; i++) {
        low = v16_min(low, x[i]);
        high = v16_max(high, x[i]);
    }
    float smallest = v16_smallest(low);
    smallest = smallest < 0 ? smallest : 0;
    float range = v16_largest(high) - smallest;
    affine best = {0, -smallest};
    if (range < QK_SMALLEST_SCALE) {
        return best;
    }
    float least = __builtin_inff();
    for (int step = 0; step < STEPS; step++) {
        float steps = top - 1 + 2.0f * (float)step / (STEPS - 1);
        level_sums s = sums_of_levels(x, n, steps / range, -smallest, top);
        affine a = fit_of_levels(sums, s);
        float error = affine_error(sums, s, a);
        if (error < least) {
            least = error;
            best = a;
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        level_sums s = sums_of_levels(x, n, inverse_of(best.scale), best.minimum, top);
        affine a = fit_of_levels(sums, s);
        float error = affine_error(sums, s, a);
        if (error >= least) {
            break;
        }
        least = error;
        best = a;
    }
    return best;
}

// A block as it will be stored: its numbers of every group, and the halves that scale them.
typedef struct {
    float d;
    float dmin;
    int32_t scales[16];
    int32_t minima[16];
} affine_block;

QK_INLINE float nearest_half(float x) {
    return f16_value(half_of(x));
}

QK_INLINE int32_t whole_between(float x, int32_t low, int32_t high) {
    float clamped = x > (float)low ? x < (float)high ? x : (float)high : (float)low;
    return (int32_t)((clamped + 0x1.8p23f) - 0x1.8p23f);
}

// Chooses every group's whole numbers, near `fits`, for the block's d and dmin; returns the error of the block.
QK_INLINE float choose_whole(const v16 x[16], int groups, const group_sums *sums, const affine *fits, float top,
                             int32_t most, affine_block *block) {
    int n = 16 / groups;
    float total = 0;
    float inverse = inverse_of(block->d);
    float inverse_min = inverse_of(block->dmin);
    for (int g = 0; g < groups; g++) {
        int32_t scale = whole_between(fits[g].scale * inverse, 0, most);
        int32_t minimum = whole_between(fits[g].minimum * inverse_min, 0, most);
        float least = __builtin_inff();
        for (int32_t s = scale > 0 ? scale - 1 : 0; s <= scale + 1 && s <= most; s++) {
            for (int32_t m = minimum > 0 ? minimum - 1 : 0; m <= minimum + 1 && m <= most; m++) {
                affine a = {block->d * (float)s, block->dmin * (float)m};
                level_sums levels = sums_of_levels(x + g * n, n, inverse_of(a.scale), a.minimum, top);
                float error = affine_error(sums[g], levels, a);
                if (error < least) {
                    least = error;
                    block->scales[g] = s;
                    block->minima[g] = m;
                }
            }
        }
        total += least;
    }
    return total;
}

// The d and dmin of the smallest error for the whole numbers that were chosen.
QK_INLINE void refit_block(const v16 x[16], int groups, const group_sums *sums, float top, affine_block *block) {
    int n = 16 / groups;
    float aa = 0, ab = 0, bb = 0, xa = 0, xb = 0;
    for (int g = 0; g < groups; g++) {
        float s = (float)block->scales[g];
        float m = (float)block->minima[g];
        level_sums levels = sums_of_levels(x + g * n, n, inverse_of(block->d * s), block->dmin * m, top);
        aa += s * s * levels.qq;
        ab += s * m * levels.q;
        bb += m * m * sums[g].count;
        xa += s * levels.xq;
        xb += m * sums[g].x;
    }
    float determinant = aa * bb - ab * ab;
    if (determinant > 0) {
        block->d = nearest_half((xa * bb - xb * ab) / determinant);
        block->dmin = nearest_half((xa * ab - xb * aa) / determinant);
    } else if (aa > 0) {
        block->d = nearest_half(xa / aa);
    }
}

// Groups of 256 / groups numbers, whole numbers of a group from 0 to `most`, those of an element from 0 to `top`.
QK_INLINE affine_block quantize_affine(const float *from, int groups, int top, int32_t most, uint8_t q[256]) {
    int n = 16 / groups;
    v16 x[16];
    for (int i = 0; i < 16; i++) {
        x[i] = v16_load(from + 16 * i);
    }
    affine fits[16];
    group_sums sums[16];
    affine widest = {0, 0};
    for (int g = 0; g < groups; g++) {
        sums[g] = sums_of(x + g * n, n);
        fits[g] = fit_affine(x + g * n, n, sums[g], (float)top);
        widest.scale = fits[g].scale > widest.scale ? fits[g].scale : widest.scale;
        widest.minimum = fits[g].minimum > widest.minimum ? fits[g].minimum : widest.minimum;
    }
    affine_block best = {0};
    float least = __builtin_inff();
    affine_block next = {
        .d = nearest_half(widest.scale / (float)most), .dmin = nearest_half(widest.minimum / (float)most)};
    for (int round = 0; round < 3; round++) {
        float error = choose_whole(x, groups, sums, fits, (float)top, most, &next);
        if (error >= least) {
            break;
        }
        least = error;
        best = next;
        refit_block(x, groups, sums, (float)top, &next);
        if (!(next.d >= 0 && next.dmin >= 0)) {
            break;
        }
    }
    for (int i = 0; i < 16; i++) {
        int g = i / n;
        float inverse = inverse_of(best.d * (float)best.scales[g]);
        v16 levels = affine_levels(x[i], inverse, best.dmin * (float)best.minima[g], (float)top);
        for (int lane = 0; lane < 16; lane++) {
            q[16 * i + lane] = (uint8_t)levels[lane];
        }
    }
    return best;
}
