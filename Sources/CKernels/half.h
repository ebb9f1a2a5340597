// Rows of 16-bit floats, widened and narrowed.

static void widen_bf16(const uint16_t *x, ptrdiff_t n, float *out) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(out + i, widen_bf16_lanes(vh_load(x + i)));
    }
    if (i < n) {
        vf_store_part(out + i, widen_bf16_lanes(vh_load_part(x + i, n - i)), n - i);
    }
}

static void widen_f16(const uint16_t *x, ptrdiff_t n, float *out) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vf_store(out + i, widen_f16_lanes(vh_load(x + i)));
    }
    if (i < n) {
        vf_store_part(out + i, widen_f16_lanes(vh_load_part(x + i, n - i)), n - i);
    }
}

static void narrow_bf16(const float *x, ptrdiff_t n, uint16_t *out) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vh_store(out + i, narrow_bf16_lanes(vf_load(x + i)));
    }
    if (i < n) {
        vh_store_part(out + i, narrow_bf16_lanes(vf_load_part(x + i, n - i)), n - i);
    }
}

static void narrow_f16(const float *x, ptrdiff_t n, uint16_t *out) {
    ptrdiff_t i = 0;
    for (; i + QK_LANES <= n; i += QK_LANES) {
        vh_store(out + i, narrow_f16_lanes(vf_load(x + i)));
    }
    if (i < n) {
        vh_store_part(out + i, narrow_f16_lanes(vf_load_part(x + i, n - i)), n - i);
    }
}
