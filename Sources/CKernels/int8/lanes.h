// Sums of products of bytes, lane = row: a vector of weights holds four consecutive k of QK_LANES rows, and meets the
// same four numbers of one token in every lane. No sum ever crosses lanes.
//
// What follows differs by what the CPU has. Weights are unsigned, q = w + 8 of 4 bits and q = w + 128 of 8; a token's
// block knows what that adds to every sum. With `bits` 4 or 8,
//     dot_prepare  turns a vector of q into what its products need, once for several tokens
//     dot_start    begins the sums of one block of a token
//     dot_add      adds the products of one vector of weights with four numbers of the token
//     dot_finish   is Σ w · x, exact, one lane per row

typedef uint8_t vb __attribute__((vector_size(4 * QK_LANES)));
typedef uint16_t vb_pairs __attribute__((vector_size(4 * QK_LANES)));

QK_INLINE vb vb_load(const void *p) {
    vb v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

QK_INLINE vi vi_all(int32_t x) {
    return x - (vi){0};
}

// Four bytes in every lane.
QK_INLINE vi quad_all(const int8_t *p) {
    int32_t quad;
    __builtin_memcpy(&quad, p, sizeof quad);
    return vi_all(quad);
}

#if QK_INT8_VNNI
#include "dot_vnni.h"
#elif QK_INT8_PAIRS
#include "dot_pairs.h"
#else
#include "dot_plain.h"
#endif
