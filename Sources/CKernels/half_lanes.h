// 16-bit floats in vectors: bf16 is the upper half of a float, f16 is IEEE 754 binary16.

QK_INLINE vh vh_load(const uint16_t *p) {
    vh v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

QK_INLINE void vh_store(uint16_t *p, vh v) {
    __builtin_memcpy(p, &v, sizeof v);
}

QK_INLINE vh vh_load_part(const uint16_t *p, ptrdiff_t n) {
    vh v = {0};
    copy_part(&v, p, n, sizeof(uint16_t));
    return v;
}

QK_INLINE void vh_store_part(uint16_t *p, vh v, ptrdiff_t n) {
    copy_part(p, &v, n, sizeof(uint16_t));
}

QK_INLINE vu vu_select(vi mask, vu a, vu b) {
    return ((vu)mask & a) | (~(vu)mask & b);
}

QK_INLINE vf widen_bf16_lanes(vh bits) {
    return (vf)(__builtin_convertvector(bits, vu) << 16);
}

QK_INLINE vh narrow_bf16_lanes(vf x) {
    vu bits = (vu)x;
    vu rounded = bits + 0x7fff + ((bits >> 16) & 1);
    // A NaN must not be rounded into infinity.
    vu quiet = bits | 0x400000;
    return __builtin_convertvector(vu_select(x != x, quiet, rounded) >> 16, vh);
}

#if QK_NATIVE_F16

typedef _Float16 vf16 __attribute__((vector_size(2 * QK_LANES)));

QK_INLINE vf widen_f16_lanes(vh bits) {
    return __builtin_convertvector((vf16)bits, vf);
}

QK_INLINE vh narrow_f16_lanes(vf x) {
    return (vh)__builtin_convertvector(x, vf16);
}

#else

// Compared as signed numbers, which none of these is too large for: SSE2 has no other comparison.
QK_INLINE vf widen_f16_lanes(vh bits) {
    vu wide = __builtin_convertvector(bits, vu);
    vu magnitude = (wide & 0x7fff) << 13;
    // The exponents differ by 127 - 15; multiplying by 2^112 adds that and makes subnormals normal.
    vu scaled = (vu)((vf)magnitude * 0x1p+112f);
    vu special = magnitude | 0x7f800000;  // infinity and NaN
    vu finite = vu_select((vi)magnitude >= 0x0f800000, special, scaled);
    return (vf)(finite | (wide & 0x8000) << 16);
}

QK_INLINE vh narrow_f16_lanes(vf x) {
    vu bits = (vu)x;
    vu sign = (bits >> 16) & 0x8000;
    vu magnitude = bits & 0x7fffffff;
    // Normal results: move the exponent, then round the 13 bits that fall off to nearest even. Carries run into the
    // exponent, and from 65520 on into infinity.
    vu normal = (magnitude - (112u << 23) + 0x0fff + ((magnitude >> 13) & 1)) >> 13;
    normal = vu_select((vi)normal > 0x7c00, (vu){0} + 0x7c00, normal);
    // Subnormal results: adding 0.5 makes the hardware round to a multiple of 2^-24, left in the low bits.
    vu subnormal = (vu)((vf)magnitude + 0.5f) - 0x3f000000;
    vu half = vu_select((vi)magnitude < 0x38800000, subnormal, normal);
    vu nan = 0x7e00 | ((magnitude >> 13) & 0x3ff);
    half = vu_select((vi)magnitude > 0x7f800000, nan, half);
    return __builtin_convertvector(half | sign, vh);
}

#endif
