// Rows of n floats: normalisation and the small operations between matrix products.

static void rms_norm(const float *x, const float *weight, float eps, ptrdiff_t n, float *y) {
    // Four vectors, because one would wait for its own additions.
    vf sums[4] = {{0}};
    ptrdiff_t i = 0;
    for (; i + 4 * QK_LANES <= n; i += 4 * QK_LANES) {
        for (int s = 0; s < 4; s++) {
            vf v = vf_load(x + i + s * QK_LANES);
            sums[s] = vf_fma(v, v, sums[s]);
        }
    }
    for (int s = 0; i < n; s++, i += QK_LANES) {
        vf v = n - i < QK_LANES ? vf_load_part(x + i, n - i) : vf_load(x + i);
        sums[s] = vf_fma(v, v, sums[s]);
    }
    float sum = vf_sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
    // Through a vector: sqrtf would bring in the mathematics library for its errno.
    vf root = __builtin_elementwise_sqrt(vf_all(sum / (float)n + eps));
    vf factor = vf_all(1.0f) / root;

    for (i = 0; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(y + i, vf_load(x + i) * factor * vf_load(weight + i));
    }
    if (i < n) {
        ptrdiff_t rest = n - i;
        vf_store_part(y + i, vf_load_part(x + i, rest) * factor * vf_load_part(weight + i, rest), rest);
    }
}

// Σ f(x) in four vectors, because one would wait for its own additions.
#define QK_SUM_OF(x, n, value, result)                                                       \
    do {                                                                                     \
        vf sums[4] = {{0}};                                                                  \
        ptrdiff_t at = 0;                                                                    \
        for (; at + 4 * QK_LANES <= (n); at += 4 * QK_LANES) {                               \
            for (int s = 0; s < 4; s++) {                                                    \
                vf v = vf_load((x) + at + s * QK_LANES);                                     \
                sums[s] += value;                                                            \
            }                                                                                \
        }                                                                                    \
        for (int s = 0; at < (n); s++, at += QK_LANES) {                                     \
            ptrdiff_t rest = (n) - at;                                                       \
            vf v = rest < QK_LANES ? vf_load_part((x) + at, rest) : vf_load((x) + at);       \
            vf part = value;                                                                 \
            sums[s] += rest < QK_LANES ? vf_select(vi_lanes() < (int32_t)rest, part, (vf){0}) : part; \
        }                                                                                    \
        result = vf_sum((sums[0] + sums[1]) + (sums[2] + sums[3]));                          \
    } while (0)

static void layer_norm(const float *x, const float *weight, const float *bias, float eps, ptrdiff_t n, float *y) {
    float sum;
    QK_SUM_OF(x, n, v, sum);
    const float mean = sum / (float)n;
    QK_SUM_OF(x, n, (v - mean) * (v - mean), sum);
    vf root = __builtin_elementwise_sqrt(vf_all(sum / (float)n + eps));
    const float factor = (vf_all(1.0f) / root)[0];
    for (ptrdiff_t i = 0; i < n; i++) {
        float value = (x[i] - mean) * factor;
        if (weight) {
            value *= weight[i];
        }
        y[i] = bias ? value + bias[i] : value;
    }
}

static void add(float *x, const float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        x[i] += y[i];
    }
}

static void multiply(float *x, const float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        x[i] *= y[i];
    }
}

static void scale(float *x, float factor, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        x[i] *= factor;
    }
}

static void add_scaled(float *x, const float *y, float factor, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        x[i] += factor * y[i];
    }
}

static void add_bias(float *x, ptrdiff_t x_stride, ptrdiff_t tokens, const float *bias, ptrdiff_t n) {
    for (ptrdiff_t t = 0; t < tokens; t++) {
        add(x + t * x_stride, bias, n);
    }
}

static void exponential(const float *x, ptrdiff_t n, float *out) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(out + i, vf_exp(vf_load(x + i)));
    }
    if (i < n) {
        vf_store_part(out + i, vf_exp(vf_load_part(x + i, n - i)), n - i);
    }
}
