// Products of packed weights with quantised activations.
//
// A tile is one group of rows by a few tokens over all of k: the sums of a block are integers, exact, and join the
// float sums block after block. Nothing else adds, so tiles of every shape agree bit for bit.

enum {
    QK_INT8_PANEL_BYTES = 256 << 10,  // activations that stay in the second-level cache while weights pass by
    QK_INT8_AHEAD = 2048,             // bytes that memory needs to keep up with the tile
};

// One block of T tokens: sums[t] += scale_x · scale_w · Σ. The x of token t begins at x + t · x_stride.
QK_INLINE void int8_block_step(const int T, const int bits, const qk_int8_block *x, ptrdiff_t x_stride,
                               const char *scales, const char *quants, vf *sums) {
    dot_sums dots[T];
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        dots[t] = dot_start(bits, x + t * x_stride);
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < bits; j++) {
        vb w = vb_load(quants + j * 4 * QK_LANES);
        if (bits == 8) {
            dot_weights all = dot_prepare(bits, w);
#pragma clang loop unroll(full)
            for (int t = 0; t < T; t++) {
                dots[t] = dot_add(bits, dots[t], all, (x + t * x_stride)->quants + 4 * j);
            }
        } else {
            // Shifted as 16-bit numbers: there is no shift of bytes.
            dot_weights low = dot_prepare(bits, w & 15);
            dot_weights high = dot_prepare(bits, (vb)((vb_pairs)w >> 4) & 15);
#pragma clang loop unroll(full)
            for (int t = 0; t < T; t++) {
                dots[t] = dot_add(bits, dots[t], low, (x + t * x_stride)->quants + 4 * j);
            }
#pragma clang loop unroll(full)
            for (int t = 0; t < T; t++) {
                dots[t] = dot_add(bits, dots[t], high, (x + t * x_stride)->quants + 4 * j + 16);
            }
        }
    }
    vf scale = widen_f16_lanes(vh_load((const uint16_t *)scales));
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        // In this order no product is lost to underflow before the last.
        vf part = __builtin_convertvector(dot_finish(bits, dots[t], x + t * x_stride), vf) * scale;
        sums[t] = vf_fma(part, vf_all((x + t * x_stride)->scale), sums[t]);
    }
}

// T tokens by one group, of which the first `rows` rows are stored. With `ahead`, what lies so many bytes behind the
// weights is fetched meanwhile.
QK_INLINE void int8_tile(const int T, const int bits, const qk_int8_block *x, ptrdiff_t x_stride, const char *group,
                         ptrdiff_t blocks, ptrdiff_t ahead, ptrdiff_t rows, float *y, ptrdiff_t y_stride) {
    const ptrdiff_t step = packed_quant_bytes(bits);
    const char *scales = group;
    const char *quants = group + packed_scale_bytes(blocks);
    const char *fetch = group + ahead;
    vf sums[T];
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        sums[t] = (vf){0};
    }
#pragma clang loop unroll(disable)
    for (ptrdiff_t b = 0; b < blocks; b++) {
        if (ahead) {
            // Scales and quants of one block together, as if they lay side by side.
#pragma clang loop unroll(full)
            for (ptrdiff_t line = 0; line < step + QK_LANES * 2; line += 64) {
                __builtin_prefetch(fetch + line);
            }
            fetch += step + QK_LANES * 2;
        }
        int8_block_step(T, bits, x, x_stride, scales, quants, sums);
        x++;
        scales += QK_LANES * 2;
        quants += step;
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        if (rows >= QK_LANES) {
            vf_store(y + t * y_stride, sums[t]);
        } else {
            vf_store_part(y + t * y_stride, sums[t], rows);
        }
    }
}

// One group by any number of tokens.
QK_INLINE void int8_tiles(const int bits, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                          const char *group, ptrdiff_t blocks, ptrdiff_t rows, float *y, ptrdiff_t y_stride) {
    const int T = bits == 4 ? QK_Q4_TOKENS : QK_Q8_TOKENS;
    ptrdiff_t ahead = packed_scale_bytes(blocks) + QK_INT8_AHEAD;
#define QK_TILE_OF(n)                                                                              \
    case n:                                                                                        \
        if (n <= T) {                                                                              \
            int8_tile(n, bits, x, x_stride, group, blocks, ahead, rows, y, y_stride);              \
        }                                                                                          \
        break;
    while (tokens > 0) {
        ptrdiff_t count = (tokens + T - 1) / T;
        ptrdiff_t here = (tokens + count - 1) / count;
        switch (here) {
            QK_TILE_OF(1)
            QK_TILE_OF(2)
            QK_TILE_OF(3)
            QK_TILE_OF(4)
            QK_TILE_OF(5)
            QK_TILE_OF(6)
            QK_TILE_OF(7)
            QK_TILE_OF(8)
        default: __builtin_unreachable();
        }
        tokens -= here;
        x += here * x_stride;
        y += here * y_stride;
    }
#undef QK_TILE_OF
}

QK_INLINE void int8_multiply(const int bits, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                             const char *packed, ptrdiff_t rows, ptrdiff_t k, ptrdiff_t group_begin,
                             ptrdiff_t group_end, float *y, ptrdiff_t y_stride) {
    ptrdiff_t blocks = k / QK_BLOCK;
    ptrdiff_t group_bytes = qk_packed_group_bytes(k, QK_LANES, bits);
    ptrdiff_t fit = QK_INT8_PANEL_BYTES / ((ptrdiff_t)sizeof(qk_int8_block) * (blocks > 0 ? blocks : 1));
    ptrdiff_t limit = fit < 16 ? 16 : fit;
    ptrdiff_t panels = (tokens + limit - 1) / limit;
    for (ptrdiff_t left = panels; left > 0; left--) {
        ptrdiff_t panel = (tokens + left - 1) / left;
        for (ptrdiff_t group = group_begin; group < group_end; group++) {
            ptrdiff_t row = group * QK_LANES;
            int8_tiles(bits, x, x_stride, panel, packed + group * group_bytes, blocks, rows - row, y + row, y_stride);
        }
        tokens -= panel;
        x += panel * x_stride;
        y += panel * y_stride;
    }
}

static void matmul_q4(const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens, const void *packed,
                      ptrdiff_t rows, ptrdiff_t k, ptrdiff_t group_begin, ptrdiff_t group_end,
                      float *y, ptrdiff_t y_stride) {
    int8_multiply(4, x, x_stride, tokens, packed, rows, k, group_begin, group_end, y, y_stride);
}

static void matmul_q8(const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens, const void *packed,
                      ptrdiff_t rows, ptrdiff_t k, ptrdiff_t group_begin, ptrdiff_t group_end,
                      float *y, ptrdiff_t y_stride) {
    int8_multiply(8, x, x_stride, tokens, packed, rows, k, group_begin, group_end, y, y_stride);
}
