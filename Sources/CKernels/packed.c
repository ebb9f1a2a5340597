// How much memory packed weights take.
#include "CKernelsInt8.h"
#include "int8/layout.h"

bool qk_has_packed_form(qk_quant type) {
    return packed_layout_of(type).bits > 0;
}

ptrdiff_t qk_packed_group_bytes(qk_quant type, ptrdiff_t k, ptrdiff_t group_rows) {
    packed_layout layout = packed_layout_of(type);
    ptrdiff_t blocks = k / QK_BLOCK;
    return packed_scale_bytes(layout, blocks, group_rows) + blocks * packed_code_bytes(layout, group_rows);
}
