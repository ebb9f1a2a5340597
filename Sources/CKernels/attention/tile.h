// Up to QK_ATTENTION_TILE rows at one chunk: their scores, weights and values.

enum { QK_WIDEST = 4 };  // vectors of keys, or of a value, in one piece

typedef struct {
    // To be brought into the cache meanwhile, or NULL. Blocks lie anywhere: the hardware cannot guess the next one.
    const chunk *next;
    const float *q;             // [head_dim][QK_ATTENTION_TILE]; latent: [QK_ATTENTION_TILE][head_dim]
    float *acc;                 // [rows, value_dim]
    float *m;                   // maxima so far
    float *l;                   // sums so far
    const float *key_scales;    // QK_CHUNK of them; int8 only
    const float *value_scales;
    float soft_cap;             // in the unit of scores; 0: none
    // The row sees the keys [first, limit) of the chunk; neither falls with the row.
    ptrdiff_t first[QK_ATTENTION_TILE];
    ptrdiff_t limit[QK_ATTENTION_TILE];
    float slope[QK_ATTENTION_TILE];      // 0: none
    ptrdiff_t own[QK_ATTENTION_TILE];    // the row's own key, counted from the chunk's first
    ptrdiff_t begin;                     // position of the chunk's first key
    float slope_scale;                   // to the unit of scores
    bool rounds_slopes;
    float decay[QK_ATTENTION_TILE];      // 2^(m - m')
    _Alignas(64) float p[QK_ATTENTION_TILE][QK_CHUNK];
} row_tile;

// Calls `name` for `count` rows in pieces that are compiled for their size.
#if QK_TILE_ROWS == 8
#define QK_EIGHT_ROWS(name, row, ...) \
    if (count - row >= 8) {           \
        name(8, row, __VA_ARGS__);    \
        row += 8;                     \
    } else
#else
#define QK_EIGHT_ROWS(name, row, ...)
#endif
#define QK_EACH_ROWS(name, row, ...)        \
    for (int row = 0; row < count;) {       \
        QK_EIGHT_ROWS(name, row, __VA_ARGS__) \
        if (count - row >= 4) {             \
            name(4, row, __VA_ARGS__);      \
            row += 4;                       \
        } else if (count - row >= 2) {      \
            name(2, row, __VA_ARGS__);      \
            row += 2;                       \
        } else {                            \
            name(1, row, __VA_ARGS__);      \
            row += 1;                       \
        }                                   \
    }

// One row's products with a vector of keys from `key` on; int8 numbers get their scale.
QK_INLINE void store_scores(const qk_kv_type type, row_tile *tile, int row, ptrdiff_t key, vf products) {
    vf_store(tile->p[row] + key, type == QK_KV_INT8 ? products * vf_load(tile->key_scales + key) : products);
}

// q · k for R rows from `row` on and C vectors of keys from vector `first` on, d in order.
QK_INLINE void score_piece(const int R, const int row, const qk_kv_type type, const int C, const bool split,
                           const chunk *c, ptrdiff_t first, row_tile *tile, const qk_kv_layout *kv) {
    const char *low[QK_WIDEST];
    const char *high[QK_WIDEST];
    const char *soon[QK_WIDEST];
    const bool fetch = tile->next && row == 0;
    const ptrdiff_t row_bytes = kv->block_size * qk_kv_element_bytes(type);
    // Short rows share cache lines: dimensions between two that begin one.
    const ptrdiff_t between = row_bytes >= 64 ? 0 : row_bytes >= 32 ? 1 : row_bytes >= 16 ? 3 : 7;
    const float *q = tile->q + row;
    vf scores[QK_TILE_ROWS][QK_WIDEST];
#pragma clang loop unroll(full)
    for (int i = 0; i < C; i++) {
        low[i] = key_vector(type, c, first + i);
        high[i] = split ? c->keys[((first + i) * QK_LANES + QK_UNIT) / QK_UNIT] : low[i];
        soon[i] = fetch ? key_vector(type, tile->next, first + i) : low[i];
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            scores[r][i] = (vf){0};
        }
    }
    for (ptrdiff_t d = 0; d < kv->head_dim; d++) {
        vf keys[QK_WIDEST];
        const bool fetch_here = fetch && !(d & between);
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            keys[i] = key_load(type, split, low[i] + d * row_bytes, high[i] + d * row_bytes);
            if (fetch_here) {
                fetch_soon(soon[i] + d * row_bytes);
            }
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            vf x = vf_all(q[d * QK_ATTENTION_TILE + r]);
#pragma clang loop unroll(full)
            for (int i = 0; i < C; i++) {
                scores[r][i] = vf_fma(x, keys[i], scores[r][i]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            store_scores(type, tile, row + r, (first + i) * QK_LANES, scores[r][i]);
        }
    }
}

// q · k for R rows from `row` on and C keys that are rows, from key `first` on: lanes of dimensions, then one tree.
QK_INLINE void score_row_piece(const int R, const int row, const qk_kv_type type, const int C, const chunk *c,
                               ptrdiff_t first, row_tile *tile, ptrdiff_t head_dim) {
    const ptrdiff_t size = qk_kv_element_bytes(type);
    const bool fetch = tile->next && row == 0;
    const char *keys[QK_WIDEST];
    const char *soon[QK_WIDEST];
    vf sums[4][QK_WIDEST];
#pragma clang loop unroll(full)
    for (int i = 0; i < C; i++) {
        keys[i] = key_row(type, c, first + i, head_dim);
        soon[i] = fetch ? key_row(type, tile->next, first + i, head_dim) : keys[i];
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < 4; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            sums[r][i] = (vf){0};
        }
    }
    const float *q = tile->q + row * head_dim;
    ptrdiff_t d = 0;
    for (; d + QK_LANES <= head_dim; d += QK_LANES) {
        vf k[QK_WIDEST];
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            k[i] = kv_load(type, keys[i] + d * size);
            if (fetch && d * size % 64 == 0) {
                fetch_soon(soon[i] + d * size);
            }
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            vf x = vf_load(q + r * head_dim + d);
#pragma clang loop unroll(full)
            for (int i = 0; i < C; i++) {
                sums[r][i] = vf_fma(x, k[i], sums[r][i]);
            }
        }
    }
    if (d < head_dim) {
        for (int r = 0; r < R; r++) {
            vf x = vf_load_part(q + r * head_dim + d, head_dim - d);
            for (int i = 0; i < C; i++) {
                sums[r][i] = vf_fma(x, kv_load_part(type, keys[i] + d * size, head_dim - d), sums[r][i]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < C; i++) {
        vf4 total = vf_sum4(sums[0][i], sums[1][i], sums[2][i], sums[3][i]);
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            tile->p[row + r][first + i] = type == QK_KV_INT8 ? total[r] * tile->key_scales[first + i] : total[r];
        }
    }
}

QK_INLINE void score_key_rows(const qk_kv_type type, const chunk *c, row_tile *tile, int count, ptrdiff_t head_dim) {
    ptrdiff_t key = 0;
    for (; key + 2 <= c->count; key += 2) {
        int row = 0;
        for (; count - row >= 4; row += 4) {
            score_row_piece(4, row, type, 2, c, key, tile, head_dim);
        }
        for (; row < count; row++) {
            score_row_piece(1, row, type, 2, c, key, tile, head_dim);
        }
    }
    for (int row = 0; row < count; row++) {
        if (key < c->count) {
            score_row_piece(1, row, type, 1, c, key, tile, head_dim);
        }
        for (ptrdiff_t rest = c->count; rest < QK_CHUNK; rest++) {
            tile->p[row][rest] = 0;
        }
    }
}

QK_INLINE void score_rows(const qk_kv_type type, const bool split, const chunk *c, row_tile *tile, int count,
                          const qk_kv_layout *kv) {
    if (kv->latent) {
        score_key_rows(type, c, tile, count, kv->head_dim);
        return;
    }
    ptrdiff_t vectors = (c->count + QK_LANES - 1) / QK_LANES;
    ptrdiff_t v = 0;
    if (count == 1) {
        // One row needs more vectors to keep the multiplier busy.
        for (; v < vectors; v += 4) {
            score_piece(1, 0, type, 4, split, c, v, tile, kv);
        }
    } else {
        for (; v < vectors; v += 2) {
            QK_EACH_ROWS(score_piece, row, type, 2, split, c, v, tile, kv)
        }
    }
    for (; v < QK_CHUNK_VECTORS; v++) {
        for (int r = 0; r < count; r++) {
            vf_store(tile->p[r] + v * QK_LANES, (vf){0});
        }
    }
}

// The nearest bfloat16, of two as near the even one.
QK_INLINE vf rounded_bf16(vf x) {
    vu bits = (vu)x;
    return (vf)((bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000);
}

// What a row's slope adds to the scores of the keys from `first` on, counted from the chunk's first.
QK_INLINE vf slope_bias(const row_tile *tile, int row, ptrdiff_t first) {
    const vf slope = vf_all(tile->slope[row]);
    vf keys = __builtin_convertvector(vi_lanes() + (int32_t)first, vf);
    if (!tile->rounds_slopes) {
        return (keys - (float)tile->own[row]) * slope * tile->slope_scale;
    }
    vf own = rounded_bf16(rounded_bf16(vf_all((float)(tile->begin + tile->own[row]))) * slope);
    return (rounded_bf16(rounded_bf16(keys + (float)tile->begin) * slope) - own) * tile->slope_scale;
}

// Whether a row's scores are more than products, or some of them unseen.
QK_INLINE bool is_adjusted(const row_tile *tile, int row) {
    return tile->soft_cap > 0 || tile->slope[row] != 0 || tile->limit[row] < QK_CHUNK || tile->first[row] > 0;
}

// One row's scores, in place: soft cap, slope, -inf for what the row does not see.
QK_INLINE void adjust_scores(row_tile *tile, int row) {
    const vf unseen = vf_all(-__builtin_inff());
    float *p = tile->p[row];
    for (int i = 0; i < QK_CHUNK; i += QK_LANES) {
        vf s = vf_load(p + i);
        if (tile->soft_cap > 0) {
            s = vf_tanh(s) * tile->soft_cap;
        }
        if (tile->slope[row] != 0) {
            s += slope_bias(tile, row, i);
        }
        s = vf_select(vi_lanes() + i < (int32_t)tile->limit[row], s, unseen);
        vf_store(p + i, vf_select(vi_lanes() + i < (int32_t)tile->first[row], unseen, s));
    }
}

// The largest of one row's scores and its maximum so far.
QK_INLINE float row_maximum(const row_tile *tile, int row) {
    vf best = vf_all(tile->m[row]);
#pragma clang loop unroll(full)
    for (int i = 0; i < QK_CHUNK_VECTORS; i++) {
        best = vf_max(vf_load(tile->p[row] + i * QK_LANES), best);
    }
    return vf_largest(best);
}

// One row's scores become weights, in place. Returns lanes whose sum is Σ p.
QK_INLINE vf soften_row(const qk_kv_type type, row_tile *tile, int row, float base) {
    float *p = tile->p[row];
    vf s[QK_CHUNK_VECTORS];
#pragma clang loop unroll(full)
    for (int i = 0; i < QK_CHUNK_VECTORS; i++) {
        s[i] = vf_exp2_falling(vf_load(p + i * QK_LANES) - base);
        vf_store(p + i * QK_LANES,
                 type == QK_KV_INT8 ? s[i] * vf_load(tile->value_scales + i * QK_LANES) : s[i]);
    }
#pragma clang loop unroll(full)
    for (int half = QK_CHUNK_VECTORS / 2; half > 0; half /= 2) {
#pragma clang loop unroll(full)
        for (int i = 0; i < half; i++) {
            s[i] += s[i + half];
        }
    }
    return s[0];
}

// R rows, up to four: scores become weights; m, l and decay move on. All maxima come first: one is a chain of
// instructions that wait for each other, as an exponential is, and chains of several rows fill each other's gaps.
QK_INLINE void soften_piece(const int R, const int row, const qk_kv_type type, row_tile *tile) {
    vf sums[4] = {{0}};
    vf fall = {0};
    float base[4];
    for (int r = 0; r < R; r++) {
        if (is_adjusted(tile, row + r)) {
            adjust_scores(tile, row + r);
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
        float before = tile->m[row + r];
        float m = row_maximum(tile, row + r);
        tile->m[row + r] = m;
        // A row of -inf only: -inf - -inf would be NaN, and its weights are to be 0.
        base[r] = m == -__builtin_inff() ? 0 : m;
        fall[r] = before - base[r];
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
        sums[r] = soften_row(type, tile, row + r, base[r]);
    }
    // Lane by lane, so still a row by itself.
    vf decay = vf_exp2_falling(fall);
    vf4 total = vf_sum4(sums[0], sums[1], sums[2], sums[3]);
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
        tile->l[row + r] = tile->l[row + r] * decay[r] + total[r];
        tile->decay[row + r] = decay[r];
    }
}

QK_INLINE void soften_rows(const qk_kv_type type, row_tile *tile, int count) {
    for (int row = 0; row < count;) {
        if (count - row >= 4) {
            soften_piece(4, row, type, tile);
            row += 4;
        } else {
            soften_piece(1, row, type, tile);
            row += 1;
        }
    }
}

// acc = acc · decay + Σ p[j] · V[j] for j in [begin, end), R rows, C vectors of the head from dimension `dim` on.
QK_INLINE void value_piece(const int R, const int row, const qk_kv_type type, const int C, const chunk *c,
                           row_tile *tile, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t dim, const qk_kv_layout *kv,
                           const float *decay) {
    const ptrdiff_t size = qk_kv_element_bytes(type);
    const ptrdiff_t value_dim = kv->value_dim;
    const ptrdiff_t row_bytes = qk_value_stride(kv) * size;
    vf acc[QK_TILE_ROWS][QK_WIDEST];
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            acc[r][i] = vf_load(tile->acc + (row + r) * value_dim + dim + i * QK_LANES) * decay[row + r];
        }
    }
    // Once for every cache line.
    const bool fetch = tile->next && row == 0 && dim * size % 64 == 0;
    for (ptrdiff_t j = begin; j < end;) {
        const char *value = c->values[j / QK_UNIT] + j % QK_UNIT * row_bytes + dim * size;
        const char *soon = fetch ? tile->next->values[j / QK_UNIT] + j % QK_UNIT * row_bytes + dim * size : value;
        ptrdiff_t stop = (j / QK_UNIT + 1) * QK_UNIT;
        stop = stop < end ? stop : end;
        for (; j < stop; j++, value += row_bytes, soon += row_bytes) {
            vf values[QK_WIDEST];
#pragma clang loop unroll(full)
            for (int i = 0; i < C; i++) {
                values[i] = kv_load(type, value + i * QK_LANES * size);
                if (fetch && i * QK_LANES * size % 64 == 0) {
                    fetch_soon(soon + i * QK_LANES * size);
                }
            }
#pragma clang loop unroll(full)
            for (int r = 0; r < R; r++) {
                vf p = vf_all(tile->p[row + r][j]);
#pragma clang loop unroll(full)
                for (int i = 0; i < C; i++) {
                    acc[r][i] = vf_fma(p, values[i], acc[r][i]);
                }
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            vf_store(tile->acc + (row + r) * value_dim + dim + i * QK_LANES, acc[r][i]);
        }
    }
}

// The last value_dim mod QK_LANES dimensions of one row.
QK_INLINE void value_rest(const qk_kv_type type, const chunk *c, row_tile *tile, int row, ptrdiff_t begin,
                          ptrdiff_t end, ptrdiff_t dim, const qk_kv_layout *kv, float decay) {
    const ptrdiff_t size = qk_kv_element_bytes(type);
    ptrdiff_t rest = kv->value_dim - dim;
    float *out = tile->acc + row * kv->value_dim + dim;
    vf acc = vf_load_part(out, rest) * decay;
    for (ptrdiff_t j = begin; j < end; j++) {
        const char *value = c->values[j / QK_UNIT] + (j % QK_UNIT * qk_value_stride(kv) + dim) * size;
        acc = vf_fma(vf_all(tile->p[row][j]), kv_load_part(type, value, rest), acc);
    }
    vf_store_part(out, acc, rest);
}

// All dimensions of `count` rows at once, keys [begin, end).
QK_INLINE void value_rows(const qk_kv_type type, const chunk *c, row_tile *tile, int count, ptrdiff_t begin,
                          ptrdiff_t end, const qk_kv_layout *kv, const float *decay) {
    ptrdiff_t dim = 0;
    const ptrdiff_t value_dim = kv->value_dim;
    if (count == 1) {
        for (; dim + 4 * QK_LANES <= value_dim; dim += 4 * QK_LANES) {
            value_piece(1, 0, type, 4, c, tile, begin, end, dim, kv, decay);
        }
    }
    for (; dim + 2 * QK_LANES <= value_dim; dim += 2 * QK_LANES) {
        QK_EACH_ROWS(value_piece, row, type, 2, c, tile, begin, end, dim, kv, decay)
    }
    for (; dim + QK_LANES <= value_dim; dim += QK_LANES) {
        QK_EACH_ROWS(value_piece, row, type, 1, c, tile, begin, end, dim, kv, decay)
    }
    if (dim < value_dim) {
        for (int row = 0; row < count; row++) {
            value_rest(type, c, tile, row, begin, end, dim, kv, decay[row]);
        }
    }
}

static const float no_decay[QK_ATTENTION_TILE] = {1, 1, 1, 1, 1, 1, 1, 1};

// What one row sees beyond the others.
QK_INLINE void value_row(const qk_kv_type type, const chunk *c, row_tile *tile, int row, ptrdiff_t begin,
                         ptrdiff_t end, const qk_kv_layout *kv, const float *decay) {
    ptrdiff_t dim = 0;
    for (; dim + QK_LANES <= kv->value_dim; dim += QK_LANES) {
        value_piece(1, row, type, 1, c, tile, begin, end, dim, kv, decay);
    }
    if (dim < kv->value_dim) {
        value_rest(type, c, tile, row, begin, end, dim, kv, decay[row]);
    }
}

QK_INLINE void attend_tile(const qk_kv_type type, const bool split, const chunk *c, row_tile *tile, int count,
                           const qk_attention_job *job) {
    const qk_kv_layout *kv = &job->kv;
    score_rows(type, split, c, tile, count, kv);
    soften_rows(type, tile, count);
    // What all rows see together; before and after it, the rest of each.
    ptrdiff_t begin = tile->first[count - 1];
    ptrdiff_t end = tile->limit[0];
    if (begin >= end) {
        for (int row = 0; row < count; row++) {
            value_row(type, c, tile, row, tile->first[row], tile->limit[row], kv, tile->decay);
        }
        return;
    }
    bool has_begun = tile->first[0] < begin;
    if (has_begun) {
        for (int row = 0; row < count; row++) {
            value_row(type, c, tile, row, tile->first[row], begin, kv, tile->decay);
        }
    }
    value_rows(type, c, tile, count, begin, end, kv, has_begun ? no_decay : tile->decay);
    for (int row = 1; row < count; row++) {
        if (tile->limit[row] > end) {
            value_row(type, c, tile, row, end, tile->limit[row], kv, no_decay);
        }
    }
}
