// A vector of codes: four consecutive k of every row. Half h of a block has the vectors j = 0 … 3 with
// k = 16h + 4j … 16h + 4j + 3. Planes follow each other in a block, and vector j of half h is
//     8 bits  vector 4h + j of eight
//     4 bits  vector j of four, the low halves of its bytes for h = 0, the high ones for h = 1
//     2 bits  vector j mod 2 of two, from bit 4h + 2 (j div 2) of its bytes on
//     1 bit   the only vector, bit 4h + j of its bytes
// Codes of 6 bits are a plane of 4 and above it one of 2 bits; those of 5 and 3 have their highest bit in a plane of 1.

// Bits of every byte moved up by n, or down by -n; those that leave their byte are for the caller to mask.
QK_INLINE vb vb_moved(vb v, const int n) {
    // Shifted as 16-bit numbers: there is no shift of bytes.
    return n >= 0 ? (vb)((vb_pairs)v << n) : (vb)((vb_pairs)v >> -n);
}

// The biased values that codes of 4 bits choose from.
QK_INLINE const uint8_t *chosen_values(const qk_quant type) {
    static const uint8_t iq4[16] = {1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241};
    static const uint8_t mxfp4[16] = {128, 129, 130, 131, 132, 134, 136, 140, 128, 127, 126, 125, 124, 122, 120, 116};
    return type == QK_MXFP4 ? mxfp4 : iq4;
}

QK_INLINE vb code_vector(const qk_quant type, const char *codes, const int half, const int j) {
    const packed_layout l = packed_layout_of(type);
    const ptrdiff_t vector = (ptrdiff_t)sizeof(vb);
    if (l.bits == 8) {
        return vb_load(codes + (4 * half + j) * vector);
    }
    vb value = {0};
    if (l.bits & 4) {
        vb plane = vb_load(codes + j * vector);
        value = vb_moved(plane, -4 * half) & 15;
        codes += 4 * vector;
    }
    if (l.bits & 2) {
        const int place = l.bits & 4;
        vb plane = vb_load(codes + j % 2 * vector);
        value |= vb_moved(plane, place - (4 * half + 2 * (j / 2))) & (uint8_t)(3 << place);
        codes += 2 * vector;
    }
    if (l.bits & 1) {
        const int place = l.bits & 6;
        vb plane = vb_load(codes);
        value |= vb_moved(plane, place - (4 * half + j)) & (uint8_t)(1 << place);
    }
    return l.chosen ? vb_chosen(chosen_values(type), value) : value;
}

// Bits of what code_vector returns.
QK_INLINE int multiplied_bits(const qk_quant type) {
    const packed_layout l = packed_layout_of(type);
    return l.chosen ? 8 : l.bits;
}

// The codes of one row's block, as `bits` words, one for every vector above.
QK_INLINE void planes_of(const int bits, const uint8_t codes[QK_BLOCK], uint32_t words[8]) {
    uint8_t bytes[QK_BLOCK];
    uint8_t *plane = bytes;
    if (bits & 4) {
        for (int i = 0; i < 16; i++) {
            plane[i] = (uint8_t)((codes[i] & 15) | codes[i + 16] << 4);
        }
        plane += 16;
    }
    if (bits & 2) {
        const int place = bits & 4;
        for (int i = 0; i < 8; i++) {
            plane[i] = (uint8_t)((codes[i] >> place & 3) | (codes[i + 8] >> place & 3) << 2 |
                                 (codes[i + 16] >> place & 3) << 4 | (codes[i + 24] >> place & 3) << 6);
        }
        plane += 8;
    }
    if (bits & 1) {
        const int place = bits & 6;
        for (int i = 0; i < 4; i++) {
            int byte = 0;
            for (int m = 0; m < 8; m++) {
                byte |= (codes[4 * m + i] >> place & 1) << m;
            }
            plane[i] = (uint8_t)byte;
        }
    }
    __builtin_memcpy(words, bytes, (size_t)(4 * bits));
}
