// The dequantisers of all types, by type.
#include "blocks.h"

#define QK_DEQUANTIZE(constant, name, elements, bytes)                                                \
    _Static_assert(sizeof(block_##name) == bytes && _Alignof(block_##name) == 1, "a block's layout"); \
    static void dequantize_##name(const void *blocks, ptrdiff_t count, float *restrict out) {         \
        const block_##name *block = blocks;                                                           \
        for (ptrdiff_t i = 0; i < count; i++) {                                                       \
            unpack_##name(block + i, out + i * elements);                                             \
        }                                                                                             \
    }
QK_QUANT_TYPES(QK_DEQUANTIZE)
#undef QK_DEQUANTIZE

static void dequantize(qk_quant type, const void *blocks, ptrdiff_t count, float *out) {
    switch (type) {
#define QK_CASE(constant, name, elements, bytes) \
    case constant: dequantize_##name(blocks, count, out); break;
        QK_QUANT_TYPES(QK_CASE)
#undef QK_CASE
    }
}
