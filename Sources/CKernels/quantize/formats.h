// The quantisers of all types that files hold, by type.

// Vectors wider than the registers are passed to inlined functions only, so that no calling convention matters.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#include "vectors.h"
#include "numbers.h"
#include "plain.h"
#include "mxfp4.h"
#include "affine.h"
#include "k_affine.h"
#include "symmetric.h"
#include "k_symmetric.h"
#include "iq4.h"

#define QK_QUANTIZE(constant, name, elements, bytes)                                \
    static void quantize_##name(const float *x, ptrdiff_t count, void *blocks) {    \
        block_##name *block = blocks;                                               \
        for (ptrdiff_t i = 0; i < count; i++) {                                     \
            pack_##name(x + i * elements, block + i);                               \
        }                                                                           \
    }
QK_FILE_TYPES(QK_QUANTIZE)
#undef QK_QUANTIZE

static bool quantize(qk_quant type, const float *x, ptrdiff_t count, void *blocks) {
    // NaN and infinity have the largest bits of all.
    if (largest_magnitude_bits(x, count * qk_block_of(type).elements) > magnitude_bits(QK_LARGEST_WEIGHT)) {
        return false;
    }
    switch (type) {
#define QK_CASE(constant, name, elements, bytes) \
    case constant: quantize_##name(x, count, blocks); break;
        QK_FILE_TYPES(QK_CASE)
#undef QK_CASE
    default: return false;
    }
    return true;
}

#pragma clang diagnostic pop
