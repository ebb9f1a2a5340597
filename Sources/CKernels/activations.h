// What feed-forward layers bend their numbers with; `kind` is a constant in every loop.

QK_INLINE vf vf_sigmoid(vf x) {
    return vf_all(1.0f) / (vf_exp(-x) + 1.0f);
}

QK_INLINE vf activate_lanes(const qk_activation kind, vf x) {
    switch (kind) {
    case QK_SILU: return x / (vf_exp(-x) + 1.0f);
    case QK_GELU: return x * 0.5f * (vf_erf(x * 0x1.6a09e6p-1f) + 1.0f);
    case QK_GELU_TANH: {
        vf inner = vf_fma(x * x * x, vf_all(0.044715f), x) * 0x1.988454p-1f;
        return x * 0.5f * (vf_tanh(inner) + 1.0f);
    }
    case QK_RELU: return vf_select(x < 0.0f, (vf){0}, x);
    }
}

QK_INLINE void activate_kind(const qk_activation kind, float *x, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(x + i, activate_lanes(kind, vf_load(x + i)));
    }
    if (i < n) {
        vf_store_part(x + i, activate_lanes(kind, vf_load_part(x + i, n - i)), n - i);
    }
}

static void activate(qk_activation kind, float *x, ptrdiff_t n) {
    switch (kind) {
    case QK_SILU: activate_kind(QK_SILU, x, n); break;
    case QK_GELU: activate_kind(QK_GELU, x, n); break;
    case QK_GELU_TANH: activate_kind(QK_GELU_TANH, x, n); break;
    case QK_RELU: activate_kind(QK_RELU, x, n); break;
    }
}

QK_INLINE void gate_multiply_kind(const qk_activation kind, const float *gate, const float *up, ptrdiff_t n,
                                  float *out) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(out + i, activate_lanes(kind, vf_load(gate + i)) * vf_load(up + i));
    }
    if (i < n) {
        ptrdiff_t rest = n - i;
        vf_store_part(out + i, activate_lanes(kind, vf_load_part(gate + i, rest)) * vf_load_part(up + i, rest), rest);
    }
}

static void gate_multiply(qk_activation kind, const float *gate, const float *up, ptrdiff_t n, float *out) {
    switch (kind) {
    case QK_SILU: gate_multiply_kind(QK_SILU, gate, up, n, out); break;
    case QK_GELU: gate_multiply_kind(QK_GELU, gate, up, n, out); break;
    case QK_GELU_TANH: gate_multiply_kind(QK_GELU_TANH, gate, up, n, out); break;
    case QK_RELU: gate_multiply_kind(QK_RELU, gate, up, n, out); break;
    }
}

// Source: OpenAI, gpt-oss model card, 2025.
QK_INLINE vf clamped_swiglu_lanes(vf gate, vf up, float alpha, float limit) {
    vf g = vf_select(gate > limit, vf_all(limit), gate);
    vf u = vf_select(up > limit, vf_all(limit), up);
    u = vf_select(u < -limit, vf_all(-limit), u);
    return (u + 1.0f) * (g * vf_sigmoid(g * alpha));
}

static void clamped_swiglu(const float *gate, const float *up, float alpha, float limit, ptrdiff_t n, float *out) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(out + i, clamped_swiglu_lanes(vf_load(gate + i), vf_load(up + i), alpha, limit));
    }
    if (i < n) {
        ptrdiff_t rest = n - i;
        vf_store_part(out + i, clamped_swiglu_lanes(vf_load_part(gate + i, rest), vf_load_part(up + i, rest), alpha,
                                                    limit), rest);
    }
}

static void soft_cap(float *x, float cap, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(x + i, vf_tanh(vf_load(x + i) / cap) * cap);
    }
    if (i < n) {
        vf_store_part(x + i, vf_tanh(vf_load_part(x + i, n - i) / cap) * cap, n - i);
    }
}
