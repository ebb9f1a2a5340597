// The scales of packed weights, one lane per row.

// What the blocks of a span share: factors of their scales and of their minima.
typedef struct {
    vf scale, minimum;
} span_head;

// Block by block: w = scale · (code - bias - 8 · eighth_zero) - 8 · minimum_8, or where scales are whole numbers
//                 w = head.scale · half_scale · (code - bias) + head.minimum · half_minimum · (-8, or 1 with halves).
typedef struct {
    vf scale, minimum_8, eighth_zero;
    vi half_scale[2], half_minimum[2];  // both halves' the same where they do not differ
} block_scales;

typedef uint8_t row_bytes __attribute__((vector_size(QK_LANES)));
typedef int8_t row_signed_bytes __attribute__((vector_size(QK_LANES)));
typedef int16_t row_words __attribute__((vector_size(2 * QK_LANES)));
typedef int8_t row_byte_pairs __attribute__((vector_size(2 * QK_LANES)));
typedef int16_t row_pairs __attribute__((vector_size(4 * QK_LANES)));

// `units` is where the rows' scales begin.
QK_INLINE span_head head_load(const qk_quant type, const char *units, const char *head) {
    const packed_layout l = packed_layout_of(type);
    span_head h = {{0}, {0}};
    if (l.wide || l.unit_bits > 0) {
        head = l.wide ? head : units;
        h.scale = vf_load((const float *)head);
    } else if (l.heads > 0) {
        h.scale = widen_f16_lanes(vh_load((const uint16_t *)head));
    }
    if (l.heads > 1) {
        // It meets Σ x of halves, or -8 · Σ x of blocks. Eighths are exact.
        h.minimum = widen_f16_lanes(vh_load((const uint16_t *)head + QK_LANES)) * (l.halves ? -1.0f : 0.125f);
    }
    return h;
}

QK_INLINE vi integers_of_bytes(const char *bytes) {
    row_bytes b;
    __builtin_memcpy(&b, bytes, sizeof b);
    return __builtin_convertvector(b, vi);
}

QK_INLINE vi integers_of_signed_bytes(const char *bytes) {
    row_signed_bytes b;
    __builtin_memcpy(&b, bytes, sizeof b);
    return __builtin_convertvector(b, vi);
}

QK_INLINE vi integers_of_words(const char *words) {
    row_words w;
    __builtin_memcpy(&w, words, sizeof w);
    return __builtin_convertvector(w, vi);
}

QK_INLINE vf floats_of(vi numbers) {
    return __builtin_convertvector(numbers, vf);
}

// Two numbers of each row, taken apart.
QK_INLINE void split_pairs(row_pairs pairs, vi parts[2]) {
    parts[0] = (vi)pairs << 16 >> 16;
    parts[1] = (vi)pairs >> 16;
}

// 2^(exponent - 128), as mxfp4_scale.
QK_INLINE vf power_scale(const char *bytes) {
    row_bytes b;
    __builtin_memcpy(&b, bytes, sizeof b);
    vi exponent = __builtin_convertvector(b, vi);
    vi subnormal = (exponent + 1) << 21;
    vi normal = (exponent - 1) << 23;
    return vf_select(exponent < 2, (vf)subnormal, (vf)normal);
}

QK_INLINE block_scales scales_load(const qk_quant type, span_head head, const char *bytes) {
    block_scales s = {.scale = head.scale, .minimum_8 = -head.minimum};
    switch (type) {
    case QK_Q4_0:
    case QK_Q5_0:
        s.half_scale[0] = s.half_scale[1] = integers_of_words(bytes);
        break;
    case QK_Q4_K:
    case QK_Q5_K:
        s.half_scale[0] = s.half_scale[1] = integers_of_bytes(bytes);
        s.half_minimum[0] = s.half_minimum[1] = integers_of_bytes(bytes + QK_LANES);
        break;
    case QK_IQ4_XS:
        s.half_scale[0] = s.half_scale[1] = integers_of_signed_bytes(bytes);
        break;
    case QK_INT4_GROUP:
    case QK_INT4_GROUP_F32:
        s.eighth_zero = floats_of(integers_of_bytes(bytes)) * 0.125f;
        break;
    case QK_INT8_GROUP_ZERO:
        s.eighth_zero = floats_of(integers_of_signed_bytes(bytes)) * 0.125f;
        break;
    case QK_MXFP4:
        s.scale = power_scale(bytes);
        break;
    case QK_Q3_K:
    case QK_Q6_K:
    case QK_Q2_K: {
        row_byte_pairs b;
        __builtin_memcpy(&b, bytes, sizeof b);
        row_pairs pairs = __builtin_convertvector(b, row_pairs);
        if (type == QK_Q2_K) {
            split_pairs(pairs & 15, s.half_scale);
            split_pairs(pairs >> 4 & 15, s.half_minimum);
        } else {
            split_pairs(pairs, s.half_scale);
        }
        break;
    }
    default:
        break;
    }
    return s;
}
