// Vectors of QK_LANES floats: loads, fused multiply-add, reductions in one fixed order.
// Included once per instruction set; QK_LANES and QK_FUSED come from the including file.

typedef float vf __attribute__((vector_size(4 * QK_LANES)));
typedef int32_t vi __attribute__((vector_size(4 * QK_LANES)));
typedef uint32_t vu __attribute__((vector_size(4 * QK_LANES)));
typedef uint16_t vh __attribute__((vector_size(2 * QK_LANES)));
typedef float vf4 __attribute__((vector_size(16)));

#define QK_INLINE static inline __attribute__((always_inline))
#define QK_LANE_INDICES_4 0, 1, 2, 3
#define QK_LANE_INDICES_8 QK_LANE_INDICES_4, 4, 5, 6, 7
#define QK_LANE_INDICES_16 QK_LANE_INDICES_8, 8, 9, 10, 11, 12, 13, 14, 15

QK_INLINE vf vf_load(const float *p) {
    vf v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

QK_INLINE void vf_store(float *p, vf v) {
    __builtin_memcpy(p, &v, sizeof v);
}

QK_INLINE vf vf_all(float x) {
    return x - (vf){0};  // x - 0, not x + 0, which would turn -0 into 0
}

// Copies n < QK_LANES items of `size` bytes in pieces of fixed size: no call, and not a byte too many.
QK_INLINE void copy_part(void *to, const void *from, ptrdiff_t n, ptrdiff_t size) {
    char *out = to;
    const char *in = from;
#if QK_LANES > 8
    if (n & 8) {
        __builtin_memcpy(out, in, (size_t)(8 * size));
        out += 8 * size;
        in += 8 * size;
    }
#endif
#if QK_LANES > 4
    if (n & 4) {
        __builtin_memcpy(out, in, (size_t)(4 * size));
        out += 4 * size;
        in += 4 * size;
    }
#endif
    if (n & 2) {
        __builtin_memcpy(out, in, (size_t)(2 * size));
        out += 2 * size;
        in += 2 * size;
    }
    if (n & 1) {
        __builtin_memcpy(out, in, (size_t)size);
    }
}

// The first n < QK_LANES floats, then zeros.
QK_INLINE vf vf_load_part(const float *p, ptrdiff_t n) {
    vf v = {0};
    copy_part(&v, p, n, sizeof(float));
    return v;
}

QK_INLINE void vf_store_part(float *p, vf v, ptrdiff_t n) {
    copy_part(p, &v, n, sizeof(float));
}

// a · b + c, rounded once where the hardware can. The two kinds never mix within an instruction set.
QK_INLINE vf vf_fma(vf a, vf b, vf c) {
#if QK_FUSED
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

// Lane by lane: mask (all bits or none) ? a : b.
QK_INLINE vf vf_select(vi mask, vf a, vf b) {
    return (vf)((mask & (vi)a) | (~mask & (vi)b));
}

// b where a is NaN.
QK_INLINE vf vf_max(vf a, vf b) {
    return vf_select(a > b, a, b);
}

QK_INLINE vi vi_lanes(void) {
#if QK_LANES == 16
    return (vi){QK_LANE_INDICES_16};
#elif QK_LANES == 8
    return (vi){QK_LANE_INDICES_8};
#else
    return (vi){QK_LANE_INDICES_4};
#endif
}

// The sums of four vectors. Each is reduced alike: lane i joins lane i + half, half by half.
QK_INLINE vf4 vf_sum4(vf a, vf b, vf c, vf d) {
#if QK_LANES == 16
    vf ab = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
            __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    vf cd = __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
            __builtin_shufflevector(c, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    vf quads = __builtin_shufflevector(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
               __builtin_shufflevector(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    vf pairs = quads + __builtin_shufflevector(quads, quads, 2, 3, 2, 3, 6, 7, 6, 7, 10, 11, 10, 11, 14, 15, 14, 15);
    vf sums = pairs + __builtin_shufflevector(pairs, pairs, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15);
    return __builtin_shufflevector(sums, sums, 0, 4, 8, 12);
#elif QK_LANES == 8
    vf ab = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +
            __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    vf cd = __builtin_shufflevector(c, d, 0, 1, 2, 3, 8, 9, 10, 11) +
            __builtin_shufflevector(c, d, 4, 5, 6, 7, 12, 13, 14, 15);
    vf pairs = __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
               __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
    vf sums = pairs + __builtin_shufflevector(pairs, pairs, 1, 1, 3, 3, 5, 5, 7, 7);
    return __builtin_shufflevector(sums, sums, 0, 4, 2, 6);
#else
    vf ab = __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
    vf cd = __builtin_shufflevector(c, d, 0, 1, 4, 5) + __builtin_shufflevector(c, d, 2, 3, 6, 7);
    return __builtin_shufflevector(ab, cd, 0, 2, 4, 6) + __builtin_shufflevector(ab, cd, 1, 3, 5, 7);
#endif
}

QK_INLINE float vf_sum(vf v) {
    return vf_sum4(v, v, v, v)[0];
}

QK_INLINE float vf_largest(vf v) {
#if QK_LANES == 16
    v = vf_max(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
    v = vf_max(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7));
    v = vf_max(v, __builtin_shufflevector(v, v, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3));
#elif QK_LANES == 8
    v = vf_max(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 4, 5, 6, 7));
    v = vf_max(v, __builtin_shufflevector(v, v, 2, 3, 2, 3, 2, 3, 2, 3));
#else
    v = vf_max(v, __builtin_shufflevector(v, v, 2, 3, 2, 3));
#endif
    return v[0] > v[1] ? v[0] : v[1];
}
