// What every quantiser needs: the extremes of some floats, and scales as halves.

// The largest magnitude that a scale of 16 bits can stand for in every type.
#define QK_LARGEST_WEIGHT 65504.0f
// Scales below this have no inverse among normal floats, and are 0 as halves.
#define QK_SMALLEST_SCALE 0x1p-120f

QK_INLINE f16_bytes half_of(float x) {
    uint16_t word = narrow_f16_lanes((vf){x})[0];
    f16_bytes half;
    __builtin_memcpy(&half, &word, sizeof half);
    return half;
}

// 1 / d, or 0 where there is none.
QK_INLINE float inverse_of(float d) {
    return __builtin_fabsf(d) < QK_SMALLEST_SCALE ? 0 : 1 / d;
}

// Magnitudes are compared as integers, which keep their order, so that compilers may vectorise the loops.
QK_INLINE int32_t magnitude_bits(float x) {
    int32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits & 0x7fffffff;
}

QK_INLINE int32_t largest_magnitude_bits(const float *x, ptrdiff_t n) {
    int32_t largest = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        int32_t bits = magnitude_bits(x[i]);
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

// The number of the largest magnitude, the first among equals.
QK_INLINE float extreme_of(const float *x, int n) {
    int32_t largest = largest_magnitude_bits(x, n);
    int first = n;
    for (int i = 0; i < n; i++) {
        int place = magnitude_bits(x[i]) == largest ? i : n;
        first = place < first ? place : first;
    }
    return x[first];
}
