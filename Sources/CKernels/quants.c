// How large the blocks of each type are.
#include "CKernelsQuants.h"
#include "quants/types.h"

qk_block qk_block_of(qk_quant type) {
    switch (type) {
#define QK_CASE(constant, name, elements, bytes) \
    case constant: return (qk_block){elements, bytes};
        QK_QUANT_TYPES(QK_CASE)
#undef QK_CASE
    }
    __builtin_unreachable();
}
