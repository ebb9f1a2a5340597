// Where QK_CHUNK consecutive keys and values of a sequence lie in the cache.

#define QK_UNIT 8
enum { QK_CHUNK = 64, QK_CHUNK_VECTORS = QK_CHUNK / QK_LANES, QK_CHUNK_UNITS = QK_CHUNK / QK_UNIT };

// Eight keys never straddle a block, so a chunk is found through a pointer for every eight.
typedef struct {
    const char *keys[QK_CHUNK_UNITS];    // K[0][slot]
    const char *values[QK_CHUNK_UNITS];  // V[slot][0]
    // Scales of int8, of each unit's first slot.
    const char *key_scales[QK_CHUNK_UNITS];
    const char *value_scales[QK_CHUNK_UNITS];
    ptrdiff_t begin;                     // position of the first key
    ptrdiff_t count;                     // keys in reach of the last row
} chunk;

// The first key that any row of the job sees.
QK_INLINE ptrdiff_t first_seen(const qk_attention_job *job) {
    ptrdiff_t first = job->window > 0 ? job->first_position - job->window + 1 : 0;
    return first > 0 ? first : 0;
}

enum { QK_VECTOR = QK_LANES > QK_UNIT ? QK_LANES : QK_UNIT };

// Whether the units that make one vector need not be neighbours.
QK_INLINE bool is_split(const qk_attention_job *job) {
    return job->kv.block_size % QK_VECTOR != 0 || job->range_begin % QK_VECTOR != 0;
}

static void chunk_open(chunk *c, const qk_attention_job *job, ptrdiff_t begin, ptrdiff_t end) {
    const qk_kv_layout *kv = &job->kv;
    const ptrdiff_t block_bytes = qk_kv_block_bytes(kv);
    c->begin = begin;
    c->count = end - begin < QK_CHUNK ? end - begin : QK_CHUNK;
    // Where units make up a vector they lie side by side, and are in reach together.
    const ptrdiff_t unseen = (first_seen(job) - begin) / (is_split(job) ? QK_UNIT : QK_VECTOR) *
                             (is_split(job) ? QK_UNIT : QK_VECTOR);
    for (ptrdiff_t unit = 0; unit < QK_CHUNK_UNITS; unit++) {
        // The last one in reach stands for units out of reach, whose blocks may be gone: loaded with a whole tile, masked
        // afterwards.
        bool is_in_reach = unit * QK_UNIT < c->count && (unit + 1) * QK_UNIT > unseen;
        ptrdiff_t position = begin + (is_in_reach ? unit : (c->count - 1) / QK_UNIT) * QK_UNIT;
        const char *block = (const char *)job->layer + job->block_table[position / kv->block_size] * block_bytes;
        ptrdiff_t slot = position % kv->block_size;
        c->keys[unit] = block + qk_key_offset(kv, job->kv_head, 0, slot);
        c->values[unit] = block + qk_value_offset(kv, job->kv_head, slot);
        c->key_scales[unit] = block + qk_key_scale_offset(kv, job->kv_head, slot);
        c->value_scales[unit] = block + qk_value_scale_offset(kv, job->kv_head, slot);
    }
}

// Where the key `index` begins, of keys that are rows.
QK_INLINE const char *key_row(const qk_kv_type type, const chunk *c, ptrdiff_t index, ptrdiff_t head_dim) {
    return c->keys[index / QK_UNIT] + index % QK_UNIT * head_dim * qk_kv_element_bytes(type);
}

// Where the keys of vector `index` lie in dimension 0.
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

// Brings a line into the second-level cache. A chunk fills most of the first one, and more lines can be on their way to
// the second.
QK_INLINE void fetch_soon(const char *p) {
    __builtin_prefetch(p, 0, 2);
}

// The scales of a chunk's slots, in a row.
QK_INLINE void gather_scales(const char *const *units, float *out) {
    for (ptrdiff_t unit = 0; unit < QK_CHUNK_UNITS; unit++) {
        __builtin_memcpy(out + unit * QK_UNIT, units[unit], QK_UNIT * sizeof(float));
    }
}
