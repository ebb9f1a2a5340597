// Sums of products of bytes, lane = row: a vector of weights holds four consecutive k of QK_LANES rows, and meets the
// same four numbers of one token in every lane. No sum ever crosses lanes.
//
// What follows differs by what the CPU has. Weights are unsigned codes of `bits` bits (2 … 6 or 8); `initial` is what
// their bias adds to every sum, taken off.
//     vb_chosen    looks up every byte of a vector, 0 … 15, among 16
//     dot_prepare  turns a vector of codes into what its products need, once for several tokens
//     dot_start    begins the sums of one token
//     dot_add      adds the products of one vector of weights with four numbers of the token; `step` counts from 0
//     dot_finish   is initial + Σ w · x, exact, one lane per row; after 4 or 8 steps
//     add_times    is sums + totals · numbers; `words` says that both have no more than 16 bits

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

#if QK_LANES == 16
#define QK_M(name) _mm512_##name
typedef __m512i vm;
#elif QK_LANES == 8
#define QK_M(name) _mm256_##name
typedef __m256i vm;
#endif

QK_INLINE vb vb_chosen(const uint8_t values[16], vb choice) {
#if QK_LANES == 16
    return (vb)_mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)values)), (vm)choice);
#elif QK_LANES == 8
    return (vb)_mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)values)), (vm)choice);
#elif defined(__aarch64__)
    return (vb)vqtbl1q_u8(vld1q_u8(values), (uint8x16_t)choice);
#else
    for (int i = 0; i < 4 * QK_LANES; i++) {
        choice[i] = values[choice[i]];
    }
    return choice;
#endif
}

#if QK_INT8_VNNI
#include "dot_vnni.h"
#elif QK_INT8_SDOT
#include "dot_sdot.h"
#elif QK_INT8_PAIRS
#include "dot_pairs.h"
#else
#include "dot_plain.h"
#endif

#undef QK_M
