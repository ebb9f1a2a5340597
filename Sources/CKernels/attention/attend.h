// Attention over a paged KV cache; the layout is in CKernelsAttention.h.
//
// `type` is a constant in every function that has it: a type's loops are compiled for it alone.
//
// A range of the context is cut into chunks of QK_CHUNK keys from range_begin on, whatever the block size. Each row
// goes through the chunks up to its own limit:
//     scores   s[j] = scale · Σ_d q[d] · K[d][j], d in order; -inf from the row's limit on
//              int8: times the key's scale
//     softmax  m' = max(m, s), p = e^(s - m'), c = e^(m - m'), l = l · c + Σ p in one fixed tree
//              int8: then p times the value's scale
//     values   acc = acc · c + Σ_j p[j] · V[j], j in order, only below the row's limit
// None of it involves another row, so rows share tiles freely.

#define QK_UNIT 8
enum { QK_CHUNK = 64, QK_CHUNK_VECTORS = QK_CHUNK / QK_LANES };

// Eight keys never straddle a block, so a chunk is found through a pointer for every eight.
typedef struct {
    const char *keys[QK_CHUNK / QK_UNIT];    // K[0][slot]
    const char *values[QK_CHUNK / QK_UNIT];  // V[slot][0]
    // Scales of int8, of each unit's first slot.
    const char *key_scales[QK_CHUNK / QK_UNIT];
    const char *value_scales[QK_CHUNK / QK_UNIT];
    ptrdiff_t begin;                          // position of the first key
    ptrdiff_t count;                          // keys in reach of the tile's last row
} chunk;

// Up to four rows at one chunk.
typedef struct {
    // To be brought into the cache meanwhile, or NULL. Blocks lie anywhere: the hardware cannot guess the next one.
    const chunk *next;
    const float *q[4];
    float *acc[4];
    ptrdiff_t limit[4];  // keys of the chunk that the row sees, at least 1
    float decay[4];      // c above
    const float *key_scales;    // QK_CHUNK of them; int8 only
    const float *value_scales;
    _Alignas(64) float p[4][QK_CHUNK];
} row_tile;

static void chunk_open(chunk *c, const qk_attention_job *job, ptrdiff_t begin, ptrdiff_t end) {
    const qk_kv_layout *kv = &job->kv;
    const ptrdiff_t block_bytes = qk_kv_block_bytes(kv);
    c->begin = begin;
    c->count = end - begin < QK_CHUNK ? end - begin : QK_CHUNK;
    for (ptrdiff_t unit = 0; unit < QK_CHUNK / QK_UNIT; unit++) {
        // Units out of reach stand for the first one: loaded with a whole tile, masked afterwards.
        ptrdiff_t position = begin + (unit * QK_UNIT < c->count ? unit * QK_UNIT : 0);
        const char *block = (const char *)job->layer + job->block_table[position / kv->block_size] * block_bytes;
        ptrdiff_t slot = position % kv->block_size;
        c->keys[unit] = block + qk_key_offset(kv, job->kv_head, 0, slot);
        c->values[unit] = block + qk_value_offset(kv, job->kv_head, slot);
        c->key_scales[unit] = block + qk_key_scale_offset(kv, job->kv_head, slot);
        c->value_scales[unit] = block + qk_value_scale_offset(kv, job->kv_head, slot);
    }
}

// Where the keys of vector `index` of a chunk lie in dimension 0.
QK_INLINE const char *key_vector(const qk_kv_type type, const chunk *c, ptrdiff_t index) {
    ptrdiff_t key = index * QK_LANES;
    return c->keys[key / QK_UNIT] + key % QK_UNIT * qk_kv_element_bytes(type);
}

// `split` where two units make one vector and need not be neighbours.
QK_INLINE vf key_load(const qk_kv_type type, bool split, const char *low, const char *high) {
#if QK_LANES > QK_UNIT
    if (split) {
        return kv_load_halves(type, low, high);
    }
#endif
    (void)split;
    (void)high;
    return kv_load(type, low);
}

// q · k for R rows and C vectors of keys from vector `first` on.
QK_INLINE void score_tile(const qk_kv_type type, const int R, const int C, bool split, const chunk *c,
                          ptrdiff_t first, row_tile *rows, const qk_kv_layout *kv) {
    const char *low[C];
    const char *high[C];
    const char *soon[C];
    const bool fetch = rows->next;
    const ptrdiff_t row_bytes = kv->block_size * qk_kv_element_bytes(type);
    // Short rows share cache lines: dimensions between two that begin one.
    const ptrdiff_t between = row_bytes >= 64 ? 0 : row_bytes >= 32 ? 1 : row_bytes >= 16 ? 3 : 7;
    vf scores[R][C];
#pragma clang loop unroll(full)
    for (int i = 0; i < C; i++) {
        low[i] = key_vector(type, c, first + i);
        high[i] = split ? c->keys[((first + i) * QK_LANES + QK_UNIT) / QK_UNIT] : low[i];
        soon[i] = fetch ? key_vector(type, rows->next, first + i) : low[i];
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            scores[r][i] = (vf){0};
        }
    }
    for (ptrdiff_t d = 0; d < kv->head_dim; d++) {
        vf keys[C];
        const bool fetch_here = fetch && !(d & between);
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            keys[i] = key_load(type, split, low[i] + d * row_bytes, high[i] + d * row_bytes);
            if (fetch_here) {
                __builtin_prefetch(soon[i] + d * row_bytes);
            }
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            vf q = vf_all(rows->q[r][d]);
#pragma clang loop unroll(full)
            for (int i = 0; i < C; i++) {
                scores[r][i] = vf_fma(q, keys[i], scores[r][i]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            vf_store(rows->p[r] + (first + i) * QK_LANES, scores[r][i]);
        }
    }
}

QK_INLINE void score_rows(const qk_kv_type type, const int R, bool split, const chunk *c, row_tile *rows,
                          const qk_kv_layout *kv) {
    enum { wide = QK_SCORE_VECTORS };
    ptrdiff_t vectors = (c->count + QK_LANES - 1) / QK_LANES;
    ptrdiff_t v = 0;
    for (; v < vectors; v += wide) {
        score_tile(type, R, wide, split, c, v, rows, kv);
    }
    for (; v < QK_CHUNK_VECTORS; v++) {
        for (int r = 0; r < R; r++) {
            vf_store(rows->p[r] + v * QK_LANES, (vf){0});
        }
    }
}

// One row's scores become weights, in place; `m` becomes the new maximum. Returns lanes whose sum is Σ p.
QK_INLINE vf soften_row(const qk_kv_type type, row_tile *rows, int r, float scale, float *m, float *base) {
    float *p = rows->p[r];
    ptrdiff_t limit = rows->limit[r];
    const float infinity = __builtin_inff();
    vf s[QK_CHUNK_VECTORS];
    vf best = vf_all(*m);
#pragma clang loop unroll(full)
    for (int i = 0; i < QK_CHUNK_VECTORS; i++) {
        s[i] = vf_load(p + i * QK_LANES) * scale;
        if (type == QK_KV_INT8) {
            s[i] *= vf_load(rows->key_scales + i * QK_LANES);
        }
        if (limit < QK_CHUNK) {
            s[i] = vf_select(vi_lanes() + i * QK_LANES < (int32_t)limit, s[i], vf_all(-infinity));
        }
        best = vf_max(s[i], best);
    }
    *m = vf_largest(best);
    // A row of -inf only: -inf - -inf would be NaN, and its weights are to be 0.
    *base = *m == -infinity ? 0 : *m;
#pragma clang loop unroll(full)
    for (int i = 0; i < QK_CHUNK_VECTORS; i++) {
        s[i] = vf_exp(s[i] - *base);
        vf_store(p + i * QK_LANES,
                 type == QK_KV_INT8 ? s[i] * vf_load(rows->value_scales + i * QK_LANES) : s[i]);
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

// R rows: scores become weights; m, l and decay move on.
QK_INLINE void soften_rows(const qk_kv_type type, const int R, row_tile *rows, float scale, float *m, float *l) {
    vf sums[4] = {{0}};
    vf fall = {0};
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
        float before = m[r];
        float base;
        sums[r] = soften_row(type, rows, r, scale, m + r, &base);
        fall[r] = before - base;
    }
    // Lane by lane, so still a row by itself.
    vf decay = vf_exp(fall);
    vf4 total = vf_sum4(sums[0], sums[1], sums[2], sums[3]);
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
        l[r] = l[r] * decay[r] + total[r];
        rows->decay[r] = decay[r];
    }
}

// acc = acc · decay + Σ p[j] · V[j] for j in [begin, end), R rows, C vectors of the head from dimension `dim` on.
QK_INLINE void value_tile(const qk_kv_type type, const int R, const int C, const chunk *c, row_tile *rows, int row,
                          ptrdiff_t begin, ptrdiff_t end, ptrdiff_t dim, ptrdiff_t head_dim, const float *decay) {
    const ptrdiff_t size = qk_kv_element_bytes(type);
    const ptrdiff_t row_bytes = head_dim * size;
    vf acc[R][C];
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < C; i++) {
            acc[r][i] = vf_load(rows->acc[row + r] + dim + i * QK_LANES) * decay[r];
        }
    }
    // Once for every cache line.
    const bool fetch = rows->next && dim * size % 64 == 0;
    for (ptrdiff_t j = begin; j < end;) {
        const char *value = c->values[j / QK_UNIT] + j % QK_UNIT * row_bytes + dim * size;
        const char *soon = fetch ? rows->next->values[j / QK_UNIT] + j % QK_UNIT * row_bytes + dim * size : value;
        ptrdiff_t stop = (j / QK_UNIT + 1) * QK_UNIT;
        stop = stop < end ? stop : end;
        for (; j < stop; j++, value += row_bytes, soon += row_bytes) {
            vf values[C];
#pragma clang loop unroll(full)
            for (int i = 0; i < C; i++) {
                values[i] = kv_load(type, value + i * QK_LANES * size);
                if (fetch && i * QK_LANES * size % 64 == 0) {
                    __builtin_prefetch(soon + i * QK_LANES * size);
                }
            }
#pragma clang loop unroll(full)
            for (int r = 0; r < R; r++) {
                vf p = vf_all(rows->p[row + r][j]);
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
            vf_store(rows->acc[row + r] + dim + i * QK_LANES, acc[r][i]);
        }
    }
}

// The last head_dim mod QK_LANES dimensions, a row at a time.
QK_INLINE void value_rest(const qk_kv_type type, const chunk *c, row_tile *rows, int row, ptrdiff_t begin,
                          ptrdiff_t end, ptrdiff_t dim, ptrdiff_t head_dim, float decay) {
    const ptrdiff_t size = qk_kv_element_bytes(type);
    ptrdiff_t rest = head_dim - dim;
    vf acc = vf_load_part(rows->acc[row] + dim, rest) * decay;
    for (ptrdiff_t j = begin; j < end; j++) {
        const char *value = c->values[j / QK_UNIT] + (j % QK_UNIT * head_dim + dim) * size;
        acc = vf_fma(vf_all(rows->p[row][j]), kv_load_part(type, value, rest), acc);
    }
    vf_store_part(rows->acc[row] + dim, acc, rest);
}

QK_INLINE void value_span(const qk_kv_type type, const int R, const int C, const chunk *c, row_tile *rows, int row,
                          ptrdiff_t begin, ptrdiff_t end, ptrdiff_t head_dim, const float *decay) {
    ptrdiff_t dim = 0;
    for (; dim + C * QK_LANES <= head_dim; dim += C * QK_LANES) {
        value_tile(type, R, C, c, rows, row, begin, end, dim, head_dim, decay);
    }
    for (; dim + QK_LANES <= head_dim; dim += QK_LANES) {
        value_tile(type, R, 1, c, rows, row, begin, end, dim, head_dim, decay);
    }
    if (dim < head_dim) {
        for (int r = 0; r < R; r++) {
            value_rest(type, c, rows, row + r, begin, end, dim, head_dim, decay[r]);
        }
    }
}

QK_INLINE void attend_rows(const qk_kv_type type, const int R, bool split, const chunk *c, row_tile *rows, float *m,
                           float *l, const qk_attention_job *job) {
    const ptrdiff_t head_dim = job->kv.head_dim;
    score_rows(type, R, split, c, rows, &job->kv);
    soften_rows(type, R, rows, job->scale, m, l);
    // What all rows see together; limits grow with the row.
    ptrdiff_t common = rows->limit[0];
    value_span(type, R, R == 1 ? 2 * QK_VALUE_VECTORS : QK_VALUE_VECTORS, c, rows, 0, 0, common, head_dim,
               rows->decay);
    const float one = 1;
    for (int r = 1; r < R; r++) {
        if (rows->limit[r] > common) {
            value_span(type, 1, 2 * QK_VALUE_VECTORS, c, rows, r, common, rows->limit[r], head_dim, &one);
        }
    }
}

// The scales of a chunk's slots, in a row.
QK_INLINE void gather_scales(const char *const *units, float *out) {
    for (ptrdiff_t unit = 0; unit < QK_CHUNK / QK_UNIT; unit++) {
        __builtin_memcpy(out + unit * QK_UNIT, units[unit], QK_UNIT * sizeof(float));
    }
}

QK_INLINE void attend_chunk(const qk_kv_type type, bool split, const chunk *c, const chunk *next,
                            const qk_attention_job *job, float *acc, float *m, float *l) {
    const ptrdiff_t head_dim = job->kv.head_dim;
    ptrdiff_t rows = job->tokens * job->group;
    // Token t sees the chunk when first_position + t ≥ begin.
    ptrdiff_t unseen = c->begin - job->first_position;
    ptrdiff_t row = unseen > 0 ? unseen * job->group : 0;
    row_tile tile;
    tile.next = next;
    _Alignas(64) float key_scales[QK_CHUNK];
    _Alignas(64) float value_scales[QK_CHUNK];
    if (type == QK_KV_INT8) {
        gather_scales(c->key_scales, key_scales);
        gather_scales(c->value_scales, value_scales);
        for (ptrdiff_t unit = 0; next && unit < QK_CHUNK / QK_UNIT; unit++) {
            __builtin_prefetch(next->key_scales[unit]);
            __builtin_prefetch(next->value_scales[unit]);
        }
    }
    tile.key_scales = key_scales;
    tile.value_scales = value_scales;
    while (row < rows) {
        int count = rows - row < 4 ? (int)(rows - row) : 4;
        for (int r = 0; r < count; r++) {
            ptrdiff_t token = (row + r) / job->group;
            ptrdiff_t head = (row + r) % job->group;
            ptrdiff_t limit = job->first_position + token + 1 - c->begin;
            tile.q[r] = job->q + token * job->q_stride + head * head_dim;
            tile.acc[r] = acc + (row + r) * head_dim;
            tile.limit[r] = limit < c->count ? limit : c->count;
        }
        switch (count) {
        case 4: attend_rows(type, 4, split, c, &tile, m + row, l + row, job); break;
        case 3: attend_rows(type, 3, split, c, &tile, m + row, l + row, job); break;
        case 2: attend_rows(type, 2, split, c, &tile, m + row, l + row, job); break;
        default: attend_rows(type, 1, split, c, &tile, m + row, l + row, job); break;
        }
        row += count;
        tile.next = NULL;
    }
}

// out = acc · factor / sum
QK_INLINE void divide_row(const float *acc, float sum, ptrdiff_t n, float *out) {
    float divisor = sum == 0 ? 1 : sum;
    for (ptrdiff_t d = 0; d < n; d++) {
        out[d] = acc[d] / divisor;
    }
}

QK_INLINE void attend_range(const qk_kv_type type, const qk_attention_job *job, float *acc, float *m, float *l) {
    ptrdiff_t end = job->first_position + job->tokens;
    end = job->range_end < end ? job->range_end : end;
    chunk here;
    chunk next;
    if (job->range_begin < end) {
        chunk_open(&next, job, job->range_begin, end);
    }
    for (ptrdiff_t begin = job->range_begin; begin < end; begin += QK_CHUNK) {
        here = next;
        const chunk *soon = NULL;
        if (begin + QK_CHUNK < end) {
            chunk_open(&next, job, begin + QK_CHUNK, end);
            soon = &next;
        }
#if QK_LANES > QK_UNIT
        if (job->kv.block_size % QK_LANES != 0 || job->range_begin % QK_LANES != 0) {
            attend_chunk(type, true, &here, soon, job, acc, m, l);
            continue;
        }
#endif
        attend_chunk(type, false, &here, soon, job, acc, m, l);
    }
}

static void attend(const qk_attention_job *job) {
    const ptrdiff_t head_dim = job->kv.head_dim;
    ptrdiff_t rows = job->tokens * job->group;
    float *acc = job->partial;
    float *m = acc + rows * head_dim;
    float *l = m + rows;
    __builtin_memset(acc, 0, (size_t)(rows * head_dim) * sizeof(float));
    for (ptrdiff_t row = 0; row < rows; row++) {
        m[row] = -__builtin_inff();
        l[row] = 0;
    }
    switch (job->kv.type) {
    case QK_KV_F32: attend_range(QK_KV_F32, job, acc, m, l); break;
    case QK_KV_BF16: attend_range(QK_KV_BF16, job, acc, m, l); break;
    case QK_KV_F16: attend_range(QK_KV_F16, job, acc, m, l); break;
    case QK_KV_INT8: attend_range(QK_KV_INT8, job, acc, m, l); break;
    }

    if (!job->out) {
        return;
    }
    for (ptrdiff_t row = 0; row < rows; row++) {
        ptrdiff_t token = row / job->group;
        ptrdiff_t head = row % job->group;
        divide_row(acc + row * head_dim, l[row], head_dim, job->out + token * job->out_stride + head * head_dim);
    }
}

static void attention_merge(const float *partials, ptrdiff_t partial_stride, ptrdiff_t ranges,
                            ptrdiff_t tokens, ptrdiff_t group, ptrdiff_t head_dim, float *out, ptrdiff_t out_stride) {
    ptrdiff_t rows = tokens * group;
    for (ptrdiff_t row = 0; row < rows; row++) {
        const float *m = partials + rows * head_dim + row;
        const float *l = m + rows;
        float top = -__builtin_inff();
        for (ptrdiff_t range = 0; range < ranges; range++) {
            float here = m[range * partial_stride];
            top = here > top ? here : top;
        }
        float base = top == -__builtin_inff() ? 0 : top;
        float *y = out + row / group * out_stride + row % group * head_dim;
        float sum = 0;
        for (ptrdiff_t d = 0; d < head_dim; d++) {
            y[d] = 0;
        }
        bool first = true;
        for (ptrdiff_t range = 0; range < ranges; range++) {
            float part = l[range * partial_stride];
            if (part == 0) {
                continue;
            }
            float weight = vf_exp(vf_all(m[range * partial_stride] - base))[0];
            const float *acc = partials + range * partial_stride + row * head_dim;
            // The first one is copied, not added to 0: that would lose the sign of -0.
            for (ptrdiff_t d = 0; d < head_dim; d++) {
                y[d] = first ? acc[d] * weight : y[d] + acc[d] * weight;
            }
            sum = first ? part * weight : sum + part * weight;
            first = false;
        }
        divide_row(y, sum, head_dim, y);
    }
}
