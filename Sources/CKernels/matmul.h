// Matrix products with row-major weights [rows, k], read in place.
//
// The order of every sum is fixed. k is cut into blocks of QK_K_BLOCK; within a block, lane k mod QK_LANES adds its
// products in order (the last vector of a row filled up with zeros); the lanes are added by vf_sum4's tree, and the
// blocks in order. `tile_step` is the only code that multiplies, so tiles of every shape agree bit for bit.

enum {
    QK_K_BLOCK = 512,
    QK_DIRECT_LIMIT = 16,  // the most tokens for which widened weights are not worth keeping
    QK_PANEL_LIMIT = 128,  // the most tokens that share widened weights: their blocks of k fill 256 KiB of cache
};

typedef enum { weights_f32, weights_bf16, weights_f16 } weight_type;

QK_INLINE ptrdiff_t weight_size(weight_type type) {
    return type == weights_f32 ? 4 : 2;
}

QK_INLINE vf weight_load(weight_type type, const void *p) {
    switch (type) {
    case weights_f32: return vf_load(p);
    case weights_bf16: return widen_bf16_lanes(vh_load(p));
    case weights_f16: return widen_f16_lanes(vh_load(p));
    }
}

QK_INLINE vf weight_load_part(weight_type type, const void *p, ptrdiff_t n) {
    switch (type) {
    case weights_f32: return vf_load_part(p, n);
    case weights_bf16: return widen_bf16_lanes(vh_load_part(p, n));
    case weights_f16: return widen_f16_lanes(vh_load_part(p, n));
    }
}

// sums[r][t] += x[t] · w[r] for one vector of k, or the first `part` < QK_LANES numbers of one; x and w point at it.
QK_INLINE void tile_step(const int T, const int R, weight_type type, const float *x, ptrdiff_t x_stride,
                         const char *w, ptrdiff_t w_bytes, ptrdiff_t part, vf *sums) {
    vf xs[T];
#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
        xs[t] = part ? vf_load_part(x + t * x_stride, part) : vf_load(x + t * x_stride);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
        const char *p = w + r * w_bytes;
        vf ws = part ? weight_load_part(type, p, part) : weight_load(type, p);
#pragma clang loop unroll(full)
        for (int t = 0; t < T; t++) {
            sums[r * T + t] = vf_fma(xs[t], ws, sums[r * T + t]);
        }
    }
}

// One tile of y over one block of k: T tokens by R rows (a multiple of 4), of which the first `rows` are stored. With
// `fetch`, the R rows `ahead` bytes further on are brought into the cache meanwhile.
QK_INLINE void tile(const int T, const int R, weight_type type, const bool fetch, ptrdiff_t ahead,
                    const float *x, ptrdiff_t x_stride,
                    const char *w, ptrdiff_t w_bytes, ptrdiff_t rows, ptrdiff_t length,
                    bool first, float *y, ptrdiff_t y_stride) {
    vf sums[R * T];
#pragma clang loop unroll(full)
    for (int i = 0; i < R * T; i++) {
        sums[i] = (vf){0};
    }
    for (int t = 0; t < T; t++) {
        __builtin_prefetch(y + t * y_stride, 1);  // tokens lie on pages of their own
    }
    ptrdiff_t left = length;
#pragma clang loop unroll(disable)
    for (; left >= QK_LANES; left -= QK_LANES) {
        if (fetch) {
#pragma clang loop unroll(full)
            for (int r = 0; r < R; r++) {
                __builtin_prefetch(w + ahead + r * w_bytes);
            }
        }
        tile_step(T, R, type, x, x_stride, w, w_bytes, 0, sums);
        x += QK_LANES;
        w += QK_LANES * weight_size(type);
    }
    if (left > 0) {
        tile_step(T, R, type, x, x_stride, w, w_bytes, left, sums);
    }

#pragma clang loop unroll(full)
    for (int t = 0; t < T; t++) {
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r += 4) {
            const vf *four = sums + r * T + t;
            vf4 block = vf_sum4(four[0], four[T], four[2 * T], four[3 * T]);
            float *out = y + t * y_stride + r;
            if (r + 4 <= rows) {
                vf4 before = {0};
                if (!first) {
                    __builtin_memcpy(&before, out, sizeof before);
                }
                block += before;
                __builtin_memcpy(out, &block, sizeof block);
            } else {
                for (int i = 0; i < rows - r; i++) {
                    out[i] = block[i] + (first ? 0.0f : out[i]);
                }
            }
        }
    }
}

// `tile` for any number of tokens, at most T at a time.
QK_INLINE void tiles(const int T, const int R, weight_type type, const bool fetch, ptrdiff_t ahead,
                     const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, const char *w, ptrdiff_t w_bytes, ptrdiff_t rows, ptrdiff_t length,
                     bool first, float *y, ptrdiff_t y_stride) {
#define QK_TILE(n) tile(n, R, type, fetch, ahead, x, x_stride, w, w_bytes, rows, length, first, y, y_stride)
    QK_FOR_TILES(tokens, T, x, x_stride, y, y_stride, QK_TILE)
#undef QK_TILE
}

// Few tokens: weights are widened in registers and used at once. Rows are read end to end, as memory likes it, and the
// next ones fetched meanwhile.
QK_INLINE void multiply_direct(weight_type type, const float *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                               const char *w, ptrdiff_t w_bytes, ptrdiff_t k,
                               ptrdiff_t row_begin, ptrdiff_t row_end, float *y, ptrdiff_t y_stride) {
    enum { R = 4 };  // few enough for the memory to stream
    // The compiler widens f16 a row early, and of a full set of registers that would cost one of the sums.
    const int T = QK_DIRECT_TOKENS - (type == weights_f16 && QK_DIRECT_TOKENS == 3);
    const ptrdiff_t tiles_ahead = QK_FETCH_BYTES / (R * w_bytes);
    const ptrdiff_t ahead = (tiles_ahead > 1 ? tiles_ahead : 1) * R * w_bytes;
    ptrdiff_t row = row_begin;
    while (row < row_end) {
        // Rows that fill no tile are taken singly, as a tile of the same row over and over.
        bool full = row + R <= row_end;
        ptrdiff_t rows = full ? R : 1;
        for (ptrdiff_t at = 0; at < k; at += QK_K_BLOCK) {
            ptrdiff_t length = k - at < QK_K_BLOCK ? k - at : QK_K_BLOCK;
            const char *from = w + row * w_bytes + at * weight_size(type);
            tiles(T, R, type, true, ahead, x + at, x_stride, tokens, from, full ? w_bytes : 0, rows, length,
                  at == 0, y + row, y_stride);
        }
        row += rows;
    }
}

// A stretch of a row of weights as floats, filled up with zeros to whole vectors. `ahead` bytes further on, the next
// one is fetched.
QK_INLINE void widen_stretch(weight_type type, const char *w, ptrdiff_t length, float *out, ptrdiff_t ahead) {
    ptrdiff_t size = weight_size(type);
    ptrdiff_t k = 0;
    // Four vectors at a time, so that no cache line is fetched twice.
    for (; k + 4 * QK_LANES <= length; k += 4 * QK_LANES) {
        for (ptrdiff_t line = 0; line < 4 * QK_LANES * size; line += 64) {
            __builtin_prefetch(w + ahead + k * size + line);
        }
        for (ptrdiff_t i = k; i < k + 4 * QK_LANES; i += QK_LANES) {
            vf_store(out + i, weight_load(type, w + i * size));
        }
    }
    for (; k + QK_LANES <= length; k += QK_LANES) {
        vf_store(out + k, weight_load(type, w + k * size));
    }
    if (k < length) {
        vf_store(out + k, weight_load_part(type, w + k * size, length - k));
    }
}

// Many tokens: a few rows of one block of k are widened once and then used for a panel of tokens, whose share of x
// stays in the second-level cache.
QK_INLINE void multiply_panel(weight_type type, const float *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                              const char *w, ptrdiff_t w_bytes, ptrdiff_t k,
                              ptrdiff_t row_begin, ptrdiff_t row_end, float *y, ptrdiff_t y_stride) {
    // Rows one cache line apart from a multiple of 4 KiB, or they would compete for the same places in the cache.
    enum { R = QK_PANEL_ROWS, stride = QK_K_BLOCK + 16 };
    _Alignas(64) float wide[R * stride] = {0};
    for (ptrdiff_t at = 0; at < k; at += QK_K_BLOCK) {
        ptrdiff_t length = k - at < QK_K_BLOCK ? k - at : QK_K_BLOCK;
        for (ptrdiff_t row = row_begin; row < row_end; row += R) {
            ptrdiff_t rows = row_end - row < R ? row_end - row : R;
            for (ptrdiff_t r = 0; r < rows; r++) {
                const char *from = w + (row + r) * w_bytes + at * weight_size(type);
                widen_stretch(type, from, length, wide + r * stride, R * w_bytes);
            }
            tiles(QK_PANEL_TOKENS, R, weights_f32, false, 0, x + at, x_stride, tokens, (const char *)wide, stride * 4,
                  rows, length, at == 0, y + row, y_stride);
        }
    }
}

QK_INLINE void multiply_weights(weight_type type, const float *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                                const void *w, ptrdiff_t w_stride, ptrdiff_t k,
                                ptrdiff_t row_begin, ptrdiff_t row_end, float *y, ptrdiff_t y_stride) {
    ptrdiff_t w_bytes = w_stride * weight_size(type);
    if (k <= 0) {
        for (ptrdiff_t t = 0; t < tokens; t++) {
            for (ptrdiff_t n = row_begin; n < row_end; n++) {
                y[t * y_stride + n] = 0;
            }
        }
        return;
    }
    // Without hardware for it, f16 is too dear to widen more than once.
    ptrdiff_t limit = type == weights_f16 && !QK_NATIVE_F16 ? QK_DIRECT_TOKENS : QK_DIRECT_LIMIT;
    if (tokens <= limit) {
        multiply_direct(type, x, x_stride, tokens, w, w_bytes, k, row_begin, row_end, y, y_stride);
        return;
    }
    ptrdiff_t panels = (tokens + QK_PANEL_LIMIT - 1) / QK_PANEL_LIMIT;
    ptrdiff_t panel = (tokens + panels - 1) / panels;
    for (ptrdiff_t t = 0; t < tokens; t += panel) {
        ptrdiff_t count = tokens - t < panel ? tokens - t : panel;
        multiply_panel(type, x + t * x_stride, x_stride, count, w, w_bytes, k, row_begin, row_end,
                       y + t * y_stride, y_stride);
    }
}

static void matmul_f32(const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, const void *w, ptrdiff_t w_stride,
                       ptrdiff_t k, ptrdiff_t row_begin, ptrdiff_t row_end, float *y, ptrdiff_t y_stride) {
    multiply_weights(weights_f32, x, x_stride, tokens, w, w_stride, k, row_begin, row_end, y, y_stride);
}

static void matmul_bf16(const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, const void *w, ptrdiff_t w_stride,
                        ptrdiff_t k, ptrdiff_t row_begin, ptrdiff_t row_end, float *y, ptrdiff_t y_stride) {
    multiply_weights(weights_bf16, x, x_stride, tokens, w, w_stride, k, row_begin, row_end, y, y_stride);
}

static void matmul_f16(const float *x, ptrdiff_t x_stride, ptrdiff_t tokens, const void *w, ptrdiff_t w_stride,
                       ptrdiff_t k, ptrdiff_t row_begin, ptrdiff_t row_end, float *y, ptrdiff_t y_stride) {
    multiply_weights(weights_f16, x, x_stride, tokens, w, w_stride, k, row_begin, row_end, y, y_stride);
}
