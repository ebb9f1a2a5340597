// Rows of n floats: normalisation, activation and the small operations between matrix products.

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

static void add_bias(float *x, ptrdiff_t x_stride, ptrdiff_t tokens, const float *bias, ptrdiff_t n) {
    for (ptrdiff_t t = 0; t < tokens; t++) {
        add(x + t * x_stride, bias, n);
    }
}

QK_INLINE vf silu_multiply_lanes(vf gate, vf up) {
    return gate / (vf_exp(-gate) + 1.0f) * up;
}

static void silu_multiply(const float *gate, const float *up, ptrdiff_t n, float *out) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(out + i, silu_multiply_lanes(vf_load(gate + i), vf_load(up + i)));
    }
    if (i < n) {
        ptrdiff_t rest = n - i;
        vf_store_part(out + i, silu_multiply_lanes(vf_load_part(gate + i, rest), vf_load_part(up + i, rest)), rest);
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
