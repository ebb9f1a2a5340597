// Matrix products with quantised weights [rows, k]: a few rows of one block of k are dequantised into the first-level
// cache and multiplied as float32 weights are. `tile_step` sums here too, so the order of every sum is that of matmul.h.

// Rows [row, row + rows) over one block of k that starts at `at`, for some tokens.
QK_INLINE void multiply_quantized_rows(qk_quant type, qk_block block, const float *x, ptrdiff_t x_stride,
                                       ptrdiff_t tokens, const char *w, ptrdiff_t w_bytes, ptrdiff_t k, ptrdiff_t at,
                                       ptrdiff_t row, ptrdiff_t rows, float *wide, ptrdiff_t wide_stride,
                                       float *y, ptrdiff_t y_stride) {
    ptrdiff_t length = k - at < QK_K_BLOCK ? k - at : QK_K_BLOCK;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const char *from = w + (row + r) * w_bytes + at / block.elements * block.bytes;
        dequantize(type, from, length / block.elements, wide + r * wide_stride);
    }
    tiles(QK_PANEL_TOKENS, QK_PANEL_ROWS, weights_f32, false, 0, x + at, x_stride, tokens, (const char *)wide,
          wide_stride * 4, rows, length, at == 0, y + row, y_stride);
}

static void matmul_quantized(qk_quant type, const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, const void *w,
                             ptrdiff_t w_bytes, ptrdiff_t k, ptrdiff_t row_begin, ptrdiff_t row_end,
                             float *y, ptrdiff_t y_stride) {
    if (k <= 0) {
        matmul_f32(x, x_stride, tokens, w, 0, 0, row_begin, row_end, y, y_stride);
        return;
    }
    qk_block block = qk_block_of(type);
    // Blocks of k hold whole blocks of every type. Rows lie apart as in multiply_panel.
    _Static_assert(QK_K_BLOCK % 256 == 0, "a block of k would end within a block of weights");
    enum { R = QK_PANEL_ROWS, stride = QK_K_BLOCK + 16 };
    _Alignas(64) float wide[R * stride] = {0};
    ptrdiff_t panels = (tokens + QK_PANEL_LIMIT - 1) / QK_PANEL_LIMIT;
    ptrdiff_t panel = panels > 0 ? (tokens + panels - 1) / panels : 1;
    for (ptrdiff_t t = 0; t < tokens; t += panel) {
        ptrdiff_t count = tokens - t < panel ? tokens - t : panel;
        // Many tokens keep their share of x in the cache while all rows pass; few let the rows stream from memory.
        bool streams = count <= QK_DIRECT_LIMIT;
        ptrdiff_t stretch = streams ? R : row_end - row_begin;
        for (ptrdiff_t first = row_begin; first < row_end; first += stretch) {
            ptrdiff_t last = row_end - first < stretch ? row_end : first + stretch;
            for (ptrdiff_t at = 0; at < k; at += QK_K_BLOCK) {
                for (ptrdiff_t row = first; row < last; row += R) {
                    ptrdiff_t rows = last - row < R ? last - row : R;
                    multiply_quantized_rows(type, block, x + t * x_stride, x_stride, count, w, w_bytes, k, at, row,
                                            rows, wide, stride, y + t * y_stride, y_stride);
                }
            }
        }
    }
}
