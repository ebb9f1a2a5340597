// Sixteen floats at a time, on every instruction set: so the order of every sum is the same on all, and a type's blocks
// are the same bytes wherever they are made.

typedef float v16 __attribute__((vector_size(64)));
typedef int32_t v16i __attribute__((vector_size(64)));

QK_INLINE v16 v16_load(const float *p) {
    v16 v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

QK_INLINE v16 v16_all(float x) {
    return x - (v16){0};
}

QK_INLINE v16 v16_select(v16i mask, v16 a, v16 b) {
    return (v16)((mask & (v16i)a) | (~mask & (v16i)b));
}

// b where a is NaN.
QK_INLINE v16 v16_max(v16 a, v16 b) {
    return v16_select(a > b, a, b);
}

QK_INLINE v16 v16_min(v16 a, v16 b) {
    return v16_select(a < b, a, b);
}

// To the nearest whole number, halves to even; |x| < 2^22.
QK_INLINE v16 v16_round(v16 x) {
    return (x + 0x1.8p23f) - 0x1.8p23f;
}

QK_INLINE float v16_sum(v16 v) {
    v += __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
    v += __builtin_shufflevector(v, v, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3);
    return v[0] + v[1];
}

QK_INLINE float v16_largest(v16 v) {
    v = v16_max(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
    v = v16_max(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7));
    v = v16_max(v, __builtin_shufflevector(v, v, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3));
    return v[0] > v[1] ? v[0] : v[1];
}

QK_INLINE float v16_smallest(v16 v) {
    return -v16_largest(-v);
}
