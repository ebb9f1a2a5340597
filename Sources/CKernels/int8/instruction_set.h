// The 8-bit kernels of one instruction set, after lanes.h, half_lanes.h, token_tiles.h and quants/blocks.h. The including
// file has set
//     QK_INT8_NAME      the table's name, as a string
//     QK_INT8_TABLE     the table's identifier
//     QK_INT8_VNNI, QK_INT8_SDOT, QK_INT8_PAIRS  1 for how bytes are multiplied: dot_vnni.h, dot_sdot.h, dot_pairs.h,
//                                  else dot_plain.h
//     QK_Q4_TOKENS, QK_Q6_TOKENS, QK_Q8_TOKENS  tokens, up to 8, in a tile of one vector of rows, for codes of up to 4,
//                                  6 and 8 bits: their sums should fit the registers, beside the weights
//     QK_MINIMA_TOKENS  tokens at most where minima are added up beside those
//     QK_UNPACKED_TOKENS  where unpacking beforehand pays (unpack.h): tokens in a tile of two vectors of rows;
//     QK_UNPACKED_Q6_TOKENS  the same for codes of 6 bits
#pragma clang fp contract(off)

#include "layout.h"
#include "lanes.h"
#include "codes.h"
#include "scales.h"
#include "quantize.h"
#include "open.h"
#include "pack.h"
#include "matmul.h"

const qk_int8_kernels QK_INT8_TABLE = {
    .name = QK_INT8_NAME,
    .group_rows = QK_LANES,
    .quantize_activations = quantize_activations,
    .pack = pack,
    .matmul = matmul,
};
