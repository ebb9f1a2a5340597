// The numbers in a KV cache: widened in registers where they are read, rounded once when they are written.

typedef int8_t vkv8 __attribute__((vector_size(QK_LANES)));

// QK_LANES numbers as floats; those of int8 without their scale.
QK_INLINE vf kv_load(const qk_kv_type type, const char *p) {
    switch (type) {
    case QK_KV_F32: return vf_load((const float *)p);
    case QK_KV_BF16: return widen_bf16_lanes(vh_load((const uint16_t *)p));
    case QK_KV_F16: return widen_f16_lanes(vh_load((const uint16_t *)p));
    case QK_KV_INT8: {
        vkv8 bytes;
        __builtin_memcpy(&bytes, p, sizeof bytes);
        return __builtin_convertvector(bytes, vf);
    }
    }
}

// The first n < QK_LANES numbers, then zeros.
QK_INLINE vf kv_load_part(const qk_kv_type type, const char *p, ptrdiff_t n) {
    _Alignas(64) char part[4 * QK_LANES] = {0};
    copy_part(part, p, n, qk_kv_element_bytes(type));
    return kv_load(type, part);
}

// A vector whose halves of QK_UNIT numbers lie apart; only where QK_LANES is larger than QK_UNIT.
QK_INLINE vf kv_load_halves(const qk_kv_type type, const char *low, const char *high) {
    _Alignas(64) char both[4 * QK_LANES];
    size_t half = (size_t)(QK_LANES / 2 * qk_kv_element_bytes(type));
    __builtin_memcpy(both, low, half);
    __builtin_memcpy(both + half, high, half);
    return kv_load(type, both);
}

// The scale of n numbers; NaN where one is not finite.
QK_INLINE float int8_scale(const float *x, ptrdiff_t n) {
    uint32_t largest = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        uint32_t bits;
        __builtin_memcpy(&bits, x + i, sizeof bits);
        bits &= 0x7fffffff;
        largest = bits > largest ? bits : largest;
    }
    if (largest >= 0x7f800000) {
        return __builtin_nanf("");
    }
    float magnitude;
    __builtin_memcpy(&magnitude, &largest, sizeof magnitude);
    float scale = magnitude / 127.0f;
    return scale < 0x1p-126f ? 0 : scale;
}

QK_INLINE int8_t int8_round(float x, float scale) {
    // Adding 1.5 · 2^23 leaves the nearest integer in the low bits.
    float shifted = x / scale + 0x1.8p+23f;
    int32_t bits;
    __builtin_memcpy(&bits, &shifted, sizeof bits);
    return (int8_t)(bits - 0x4b400000);
}

// n numbers, `stride` numbers apart in the cache, with their scale for int8.
QK_INLINE void kv_store(const qk_kv_type type, const float *x, ptrdiff_t n, char *out, ptrdiff_t stride, char *scale) {
    float unit = 0;
    if (type == QK_KV_INT8) {
        unit = int8_scale(x, n);
        __builtin_memcpy(scale, &unit, sizeof unit);
    }
    const bool is_number = unit > 0;
    uint16_t halves[QK_LANES];
    for (ptrdiff_t i = 0; i < n; i += QK_LANES) {
        ptrdiff_t count = n - i < QK_LANES ? n - i : QK_LANES;
        if (type == QK_KV_BF16) {
            narrow_bf16(x + i, count, halves);
        } else if (type == QK_KV_F16) {
            narrow_f16(x + i, count, halves);
        }
        for (ptrdiff_t j = 0; j < count; j++) {
            ptrdiff_t at = (i + j) * stride;
            switch (type) {
            case QK_KV_F32: ((float *)out)[at] = x[i + j]; break;
            case QK_KV_BF16:
            case QK_KV_F16: ((uint16_t *)out)[at] = halves[j]; break;
            case QK_KV_INT8: out[at] = is_number ? int8_round(x[i + j], unit) : 0; break;
            }
        }
    }
}

QK_INLINE void append_token(const qk_kv_type type, char *block, const qk_kv_layout *kv, ptrdiff_t slot,
                            const float *k, const float *v) {
    for (ptrdiff_t head = 0; head < kv->heads; head++) {
        kv_store(type, k + head * kv->head_dim, kv->head_dim, block + qk_key_offset(kv, head, 0, slot),
                 kv->latent ? 1 : kv->block_size, block + qk_key_scale_offset(kv, head, slot));
        if (!kv->latent) {
            kv_store(type, v + head * kv->value_dim, kv->value_dim, block + qk_value_offset(kv, head, slot), 1,
                     block + qk_value_scale_offset(kv, head, slot));
        }
    }
}

static void kv_append(void *block, const qk_kv_layout *kv, ptrdiff_t slot, const float *k, const float *v) {
    switch (kv->type) {
    case QK_KV_F32: append_token(QK_KV_F32, block, kv, slot, k, v); break;
    case QK_KV_BF16: append_token(QK_KV_BF16, block, kv, slot, k, v); break;
    case QK_KV_F16: append_token(QK_KV_F16, block, kv, slot, k, v); break;
    case QK_KV_INT8: append_token(QK_KV_INT8, block, kv, slot, k, v); break;
    }
}
