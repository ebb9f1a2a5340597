// Attention over a paged KV cache; the layout is in CKernelsAttention.h.
//
// `type` is a constant in every function that has it: a type's loops are compiled for it alone.
//
// A range of the context is cut into chunks of QK_CHUNK keys from its beginning on, whatever the block size. Each row
// goes through the chunks up to its own limit:
//     scores   s[j] = Σ_d (scale · log2 e · q[d]) · K[d][j], d in order; latent: d by lanes, then one fixed tree
//              int8: times the key's scale; then soft cap and slope; -inf outside what the row sees
//     softmax  m' = max(m, s), p = 2^(s - m'), c = 2^(m - m'), l = l · c + Σ p in one fixed tree
//              int8: then p times the value's scale
//     values   acc = acc · c + Σ_j p[j] · V[j], j in order, only of what the row sees
// A chunk of which a row sees nothing leaves it as it is, so it may be left out.
// None of it involves another row, so rows share tiles freely.

// A partial result, see qk_partial_floats.
typedef struct {
    float *acc;
    float *m;
    float *l;
} partial_result;

QK_INLINE partial_result partial_at(float *floats, ptrdiff_t rows, ptrdiff_t value_dim) {
    float *m = floats + rows * value_dim;
    return (partial_result){floats, m, m + rows};
}

// What scores are multiplied by so that the softmax has powers of 2.
static const float score_unit = 0x1.715476p+0f;  // log2 e

// Queries as tiles [rows / QK_ATTENTION_TILE][head_dim][QK_ATTENTION_TILE], or as rows where keys are rows, filled up with
// zeros; scaled.
static void pack_queries(const qk_attention_job *job, float *out) {
    ptrdiff_t rows = job->tokens * job->group;
    const ptrdiff_t head_dim = job->kv.head_dim;
    const float factor = job->soft_cap > 0 ? job->scale / job->soft_cap : job->scale * score_unit;
    const ptrdiff_t next_row = job->kv.latent ? head_dim : 1;
    const ptrdiff_t next_dim = job->kv.latent ? 1 : QK_ATTENTION_TILE;
    for (ptrdiff_t row = 0; row < rows; row += QK_ATTENTION_TILE, out += QK_ATTENTION_TILE * head_dim) {
        for (ptrdiff_t r = 0; r < QK_ATTENTION_TILE; r++) {
            const float *q = job->q + (row + r) / job->group * job->q_stride + (row + r) % job->group * head_dim;
            for (ptrdiff_t d = 0; d < head_dim; d++) {
                out[d * next_dim + r * next_row] = row + r < rows ? q[d] * factor : 0;
            }
        }
    }
}

QK_INLINE void attend_chunk(const qk_kv_type type, const bool split, const chunk *c, const chunk *next,
                            const qk_attention_job *job, const float *queries, partial_result result) {
    const ptrdiff_t value_dim = job->kv.value_dim;
    const ptrdiff_t rows = job->tokens * job->group;
    row_tile tile;
    tile.next = next;
    tile.soft_cap = job->soft_cap * score_unit;
    tile.slope_scale = job->slope_scale * score_unit;
    tile.rounds_slopes = job->rounds_slopes;
    tile.begin = c->begin;
    _Alignas(64) float key_scales[QK_CHUNK];
    _Alignas(64) float value_scales[QK_CHUNK];
    if (type == QK_KV_INT8) {
        gather_scales(c->key_scales, key_scales);
        gather_scales(c->value_scales, value_scales);
        for (ptrdiff_t unit = 0; next && unit < QK_CHUNK_UNITS; unit++) {
            fetch_soon(next->key_scales[unit]);
            fetch_soon(next->value_scales[unit]);
        }
    }
    tile.key_scales = key_scales;
    tile.value_scales = value_scales;
    // Token t sees the chunk when first_position + t ≥ begin. Rows before, in the same tile, see none of it.
    ptrdiff_t unseen = c->begin - job->first_position;
    ptrdiff_t first = unseen > 0 ? unseen * job->group / QK_ATTENTION_TILE * QK_ATTENTION_TILE : 0;
    // Keys that the next row sees, and its query head.
    ptrdiff_t limit = first / job->group + 1 - unseen;
    ptrdiff_t head = first % job->group;
    for (ptrdiff_t row = first; row < rows; row += QK_ATTENTION_TILE) {
        int count = rows - row < QK_ATTENTION_TILE ? (int)(rows - row) : QK_ATTENTION_TILE;
        for (int r = 0; r < count; r++) {
            tile.limit[r] = limit < 0 ? 0 : limit < c->count ? limit : c->count;
            ptrdiff_t first_seen = job->window > 0 ? limit - job->window : 0;
            tile.first[r] = first_seen < 0 ? 0 : first_seen < tile.limit[r] ? first_seen : tile.limit[r];
            tile.slope[r] = job->slopes ? job->slopes[head] : 0;
            tile.own[r] = limit - 1;
            if (++head == job->group) {
                head = 0;
                limit++;
            }
        }
        tile.q = queries + row * job->kv.head_dim;
        tile.acc = result.acc + row * value_dim;
        tile.m = result.m + row;
        tile.l = result.l + row;
        attend_tile(type, split, c, &tile, count, job);
        tile.next = NULL;
    }
}

// Keys [begin, end), at most QK_ATTENTION_RANGE of them, into a partial result.
QK_INLINE void attend_range(const qk_kv_type type, const qk_attention_job *job, ptrdiff_t begin, ptrdiff_t end,
                            const float *queries, partial_result result) {
    ptrdiff_t rows = job->tokens * job->group;
    __builtin_memset(result.acc, 0, (size_t)(rows * job->kv.value_dim) * sizeof(float));
    for (ptrdiff_t row = 0; row < rows; row++) {
        result.m[row] = -__builtin_inff();
        result.l[row] = 0;
    }
    ptrdiff_t unseen = first_seen(job) - begin;
    begin = first_seen(job) >= end ? end : begin + (unseen > 0 ? unseen / QK_CHUNK * QK_CHUNK : 0);
    chunk here;
    chunk next;
    if (begin < end) {
        chunk_open(&next, job, begin, end);
    }
    for (; begin < end; begin += QK_CHUNK) {
        here = next;
        const chunk *soon = NULL;
        if (begin + QK_CHUNK < end) {
            chunk_open(&next, job, begin + QK_CHUNK, end);
            soon = &next;
        }
#if QK_LANES > QK_UNIT
        if (is_split(job)) {
            attend_chunk(type, true, &here, soon, job, queries, result);
            continue;
        }
#endif
        attend_chunk(type, false, &here, soon, job, queries, result);
    }
}

// Joins the result of a later range to that of those before it, row by row.
static void join_partials(partial_result before, partial_result later, ptrdiff_t rows, ptrdiff_t value_dim) {
    for (ptrdiff_t row = 0; row < rows; row++) {
        // Where one has seen nothing, the other stays as it is.
        if (later.l[row] == 0) {
            continue;
        }
        float *acc = before.acc + row * value_dim;
        const float *more = later.acc + row * value_dim;
        if (before.l[row] == 0) {
            __builtin_memcpy(acc, more, (size_t)value_dim * sizeof(float));
            before.m[row] = later.m[row];
            before.l[row] = later.l[row];
            continue;
        }
        float top = before.m[row] > later.m[row] ? before.m[row] : later.m[row];
        float base = top == -__builtin_inff() ? 0 : top;
        vf fall = {before.m[row] - base, later.m[row] - base};
        vf weights = vf_exp2_falling(fall);
        for (ptrdiff_t d = 0; d < value_dim; d++) {
            acc[d] = acc[d] * weights[0] + more[d] * weights[1];
        }
        before.m[row] = top;
        before.l[row] = before.l[row] * weights[0] + later.l[row] * weights[1];
    }
}

// out = acc / l, with a sink's part in l.
static void finish_rows(partial_result result, ptrdiff_t tokens, ptrdiff_t group, ptrdiff_t value_dim,
                        const float *sinks, float *out, ptrdiff_t out_stride) {
    for (ptrdiff_t row = 0; row < tokens * group; row++) {
        const float *acc = result.acc + row * value_dim;
        float *y = out + row / group * out_stride + row % group * value_dim;
        float divisor = result.l[row] == 0 ? 1 : result.l[row];
        float factor = 1;
        if (sinks && result.l[row] != 0) {
            float sink = sinks[row % group] * score_unit;
            float top = result.m[row] > sink ? result.m[row] : sink;
            vf fall = {result.m[row] - top, sink - top};
            vf weights = vf_exp2_falling(fall);
            factor = weights[0];
            divisor = divisor * weights[0] + weights[1];
        }
        for (ptrdiff_t d = 0; d < value_dim; d++) {
            y[d] = acc[d] * factor / divisor;
        }
    }
}

QK_INLINE void attend_type(const qk_kv_type type, const qk_attention_job *job) {
    const ptrdiff_t value_dim = job->kv.value_dim;
    const ptrdiff_t rows = job->tokens * job->group;
    float *queries = job->scratch + qk_partial_floats(rows, value_dim);
    pack_queries(job, queries);
    ptrdiff_t end = job->first_position + job->tokens;
    end = job->range_end < end ? job->range_end : end;
    partial_result result = partial_at(job->partial, rows, value_dim);
    partial_result later = partial_at(job->scratch, rows, value_dim);
    ptrdiff_t unseen = first_seen(job) - job->range_begin;
    ptrdiff_t begin = job->range_begin + (unseen > 0 ? unseen / QK_ATTENTION_RANGE * QK_ATTENTION_RANGE : 0);
    bool is_first = true;
    do {
        ptrdiff_t stop = begin + QK_ATTENTION_RANGE < end ? begin + QK_ATTENTION_RANGE : end;
        attend_range(type, job, begin, stop, queries, is_first ? result : later);
        if (!is_first) {
            join_partials(result, later, rows, value_dim);
        }
        is_first = false;
        begin = stop;
    } while (begin < end);
    if (job->out) {
        finish_rows(result, job->tokens, job->group, value_dim, job->sinks, job->out, job->out_stride);
    }
}

static void attend(const qk_attention_job *job) {
    switch (job->kv.type) {
    case QK_KV_F32: attend_type(QK_KV_F32, job); break;
    case QK_KV_BF16: attend_type(QK_KV_BF16, job); break;
    case QK_KV_F16: attend_type(QK_KV_F16, job); break;
    case QK_KV_INT8: attend_type(QK_KV_INT8, job); break;
    }
}

static void attention_merge(float *partials, ptrdiff_t partial_stride, ptrdiff_t ranges, ptrdiff_t tokens,
                            ptrdiff_t group, ptrdiff_t value_dim, const float *sinks, float *out,
                            ptrdiff_t out_stride) {
    ptrdiff_t rows = tokens * group;
    partial_result result = partial_at(partials, rows, value_dim);
    for (ptrdiff_t range = 1; range < ranges; range++) {
        join_partials(result, partial_at(partials + range * partial_stride, rows, value_dim), rows,
                      value_dim);
    }
    finish_rows(result, tokens, group, value_dim, sinks, out, out_stride);
}
