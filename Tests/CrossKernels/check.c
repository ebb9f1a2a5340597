// Runs the kernels of one table and prints what must be the same on every machine: digests of results that are exact or
// rounded in one defined order. Sums in an order of the table's own are compared with double precision here.
//   check KERNELS INT8_KERNELS
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static uint64_t state = 20260101;
static int failures = 0;

static uint32_t next(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static float number(void) {
    return (float)(int32_t)(next() % 20001 - 10000) * 1e-4f;
}

static float *numbers(ptrdiff_t count) {
    float *x = malloc((size_t)count * sizeof(float));
    for (ptrdiff_t i = 0; i < count; i++) {
        x[i] = number();
    }
    return x;
}

static void digest(const char *what, const char *type, const void *bytes, size_t count) {
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    }
    printf("%s %s %016llx\n", what, type, (unsigned long long)hash);
}

static void near(const char *what, double found, double expected, double size) {
    if (!(fabs(found - expected) <= 2e-6 * size + 1e-7)) {
        fprintf(stderr, "%s is %.9g, expected %.9g\n", what, found, expected);
        failures++;
    }
}

// A type's blocks, and where they keep f16 scales, f32 ones, or the exponent of a power of two.
typedef struct {
    const char *name;
    qk_quant type;
    int halves[2];
    int word;
    int exponent;
} block_type;

static const block_type types[] = {
    {"q8_0", QK_Q8_0, {0, -1}, -1, -1},
    {"q4_0", QK_Q4_0, {0, -1}, -1, -1},
    {"q4_1", QK_Q4_1, {0, 2}, -1, -1},
    {"q5_0", QK_Q5_0, {0, -1}, -1, -1},
    {"q5_1", QK_Q5_1, {0, 2}, -1, -1},
    {"q2_k", QK_Q2_K, {80, 82}, -1, -1},
    {"q3_k", QK_Q3_K, {108, -1}, -1, -1},
    {"q4_k", QK_Q4_K, {0, 2}, -1, -1},
    {"q5_k", QK_Q5_K, {0, 2}, -1, -1},
    {"q6_k", QK_Q6_K, {208, -1}, -1, -1},
    {"iq4_nl", QK_IQ4_NL, {0, -1}, -1, -1},
    {"iq4_xs", QK_IQ4_XS, {0, -1}, -1, -1},
    {"mxfp4", QK_MXFP4, {-1, -1}, -1, 0},
    {"int4_group", QK_INT4_GROUP, {0, -1}, -1, -1},
    {"int4_group_f32", QK_INT4_GROUP_F32, {-1, -1}, 0, -1},
    {"int8_group", QK_INT8_GROUP, {-1, -1}, 0, -1},
    {"int8_group_zero", QK_INT8_GROUP_ZERO, {-1, -1}, 0, -1},
    {"fp8_group", QK_FP8_GROUP, {-1, -1}, 0, -1},
};

static void fill_blocks(block_type t, unsigned char *blocks, ptrdiff_t count) {
    ptrdiff_t bytes = qk_block_of(t.type).bytes;
    for (ptrdiff_t i = 0; i < count * bytes; i++) {
        blocks[i] = (unsigned char)next();
        if (t.type == QK_FP8_GROUP) {
            blocks[i] &= 0xf7;  // no NaN
        }
    }
    for (ptrdiff_t b = 0; b < count; b++) {
        unsigned char *block = blocks + b * bytes;
        for (int i = 0; i < 2; i++) {
            if (t.halves[i] >= 0) {
                uint16_t half = (uint16_t)(0x2000 + next() % 0x1000 + (next() & 1) * 0x8000);
                memcpy(block + t.halves[i], &half, sizeof half);
            }
        }
        if (t.word >= 0) {
            float scale = number() * 0.01f;
            memcpy(block + t.word, &scale, sizeof scale);
        }
        if (t.exponent >= 0) {
            block[t.exponent] = (unsigned char)(118 + next() % 6);
        }
    }
}

static void check_type(const qk_kernels *k, const qk_int8_kernels *bytes, block_type t) {
    enum { rows = 37, columns = 512, tokens = 13 };
    qk_block block = qk_block_of(t.type);
    ptrdiff_t row_bytes = columns / block.elements * block.bytes;
    unsigned char *blocks = malloc((size_t)(rows * row_bytes));
    fill_blocks(t, blocks, rows * columns / block.elements);
    float *values = malloc(sizeof(float) * rows * columns);
    k->dequantize(t.type, blocks, rows * columns / block.elements, values);
    digest("dequantize", t.name, values, sizeof(float) * rows * columns);

    float *x = numbers(tokens * columns);
    float *y = malloc(sizeof(float) * tokens * rows);
    k->matmul_quantized(t.type, x, columns, tokens, blocks, row_bytes, columns, 0, rows, y, rows);
    for (int token = 0; token < tokens; token++) {
        for (int row = 0; row < rows; row++) {
            double sum = 0, size = 0;
            for (int i = 0; i < columns; i++) {
                double part = (double)x[token * columns + i] * (double)values[row * columns + i];
                sum += part;
                size += fabs(part);
            }
            near(t.name, (double)y[token * rows + row], sum, size);
        }
    }
    if (qk_has_packed_form(t.type)) {
        ptrdiff_t groups = qk_packed_groups(rows, bytes->group_rows);
        void *packed = aligned_alloc(64, (size_t)(groups * qk_packed_group_bytes(t.type, columns, bytes->group_rows) + 63) / 64 * 64);
        bytes->pack(t.type, blocks, row_bytes, rows, columns, 0, groups, packed);
        qk_int8_block *quantized = malloc(sizeof(qk_int8_block) * tokens * columns / QK_BLOCK);
        bytes->quantize_activations(x, columns, tokens, columns, quantized, columns / QK_BLOCK);
        digest("quantize_activations", t.name, quantized, sizeof(qk_int8_block) * tokens * columns / QK_BLOCK);
        for (int count = 1; count <= tokens; count += 4) {
            bytes->matmul(t.type, quantized, columns / QK_BLOCK, count, packed, rows, columns, 0, groups, y, rows);
            digest("matmul", t.name, y, sizeof(float) * (size_t)(count * rows));
        }
        free(packed);
        free(quantized);
    }
    free(blocks);
    free(values);
    free(x);
    free(y);
}

static void check_floats(const qk_kernels *k) {
    enum { rows = 29, columns = 333, tokens = 11 };
    float *x = numbers(tokens * columns);
    float *w = numbers(rows * columns);
    uint16_t *halves = malloc(sizeof(uint16_t) * rows * columns);
    float *widened = malloc(sizeof(float) * rows * columns);
    float *y = malloc(sizeof(float) * tokens * rows);
    for (int type = 0; type < 3; type++) {
        const char *name = type == 0 ? "f32" : type == 1 ? "bf16" : "f16";
        if (type == 0) {
            memcpy(widened, w, sizeof(float) * rows * columns);
            k->matmul_f32(x, columns, tokens, w, columns, columns, 0, rows, y, rows);
        } else {
            (type == 1 ? k->narrow_bf16 : k->narrow_f16)(w, rows * columns, halves);
            digest("narrow", name, halves, sizeof(uint16_t) * rows * columns);
            (type == 1 ? k->widen_bf16 : k->widen_f16)(halves, rows * columns, widened);
            digest("widen", name, widened, sizeof(float) * rows * columns);
            (type == 1 ? k->matmul_bf16 : k->matmul_f16)(x, columns, tokens, halves, columns, columns, 0, rows, y, rows);
        }
        for (int i = 0; i < tokens * rows; i++) {
            double sum = 0, size = 0;
            for (int c = 0; c < columns; c++) {
                double part = (double)x[i / rows * columns + c] * (double)widened[i % rows * columns + c];
                sum += part;
                size += fabs(part);
            }
            near(name, (double)y[i], sum, size);
        }
    }
    float *powers = malloc(sizeof(float) * tokens * columns);
    k->exp(x, tokens * columns, powers);
    for (int i = 0; i < tokens * columns; i++) {
        near("exp", (double)powers[i], exp((double)x[i]), exp((double)x[i]));
    }
    free(powers);
    free(x);
    free(w);
    free(halves);
    free(widened);
    free(y);
}

// One sequence, four query heads on two KV heads, a prompt of 45 tokens after 20, in every cache type.
static void check_attention(const qk_kernels *k, qk_kv_type type) {
    enum { context = 65, first = 20, dim = 24, heads = 2, group = 2, size = 16, blocks = 5 };
    qk_kv_layout kv = {.type = type, .heads = heads, .head_dim = dim, .block_size = size, .value_dim = dim};
    static const int32_t table[blocks] = {3, 0, 4, 1, 2};
    char *layer = calloc(blocks, (size_t)qk_kv_block_bytes(&kv));
    float *keys = numbers(context * heads * dim), *values = numbers(context * heads * dim);
    float *q = numbers((context - first) * heads * group * dim);
    float *out = malloc(sizeof(float) * (context - first) * heads * group * dim);
    for (int p = 0; p < context; p++) {
        k->kv_append(layer + table[p / size] * qk_kv_block_bytes(&kv), &kv, p % size, keys + p * heads * dim,
                     values + p * heads * dim);
    }
    ptrdiff_t rows = (context - first) * group;
    float *scratch = malloc(sizeof(float) * (size_t)qk_attention_scratch_floats(rows, dim));
    float *partial = malloc(sizeof(float) * (size_t)qk_partial_floats(rows, dim));
    for (int head = 0; head < heads; head++) {
        k->attend(&(qk_attention_job){
            .q = q + head * group * dim, .q_stride = heads * group * dim, .tokens = context - first, .group = group,
            .first_position = first, .scale = 0.2f, .layer = layer, .kv = kv, .kv_head = head, .block_table = table,
            .range_begin = 0, .range_end = context, .scratch = scratch, .partial = partial,
            .out = out + head * group * dim, .out_stride = heads * group * dim});
    }
    // What rounding keys and values may do, beside float32 sums.
    double rounding = type == QK_KV_F32 ? 0 : type == QK_KV_F16 ? 2e-3 : type == QK_KV_BF16 ? 1.5e-2 : 2e-2;
    for (int t = 0; t < context - first; t++) {
        for (int h = 0; h < heads * group; h++) {
            double weights[context], total = 0;
            for (int p = 0; p <= first + t; p++) {
                double dot = 0;
                for (int d = 0; d < dim; d++) {
                    dot += (double)q[(t * heads * group + h) * dim + d] *
                           (double)keys[(p * heads + h / group) * dim + d];
                }
                weights[p] = exp(dot * 0.2);
                total += weights[p];
            }
            for (int d = 0; d < dim; d++) {
                double sum = 0;
                for (int p = 0; p <= first + t; p++) {
                    sum += weights[p] / total * (double)values[(p * heads + h / group) * dim + d];
                }
                near("attention", (double)out[(t * heads * group + h) * dim + d], sum, 1 + rounding / 2e-6);
            }
        }
    }
    free(layer);
    free(keys);
    free(values);
    free(q);
    free(out);
    free(scratch);
    free(partial);
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: check KERNELS INT8_KERNELS\n");
        return 64;
    }
    const qk_kernels *k = NULL;
    for (int isa = QK_ISA_PORTABLE; isa <= QK_ISA_NEON; isa++) {
        const qk_kernels *table = qk_kernels_for((qk_isa)isa);
        if (table && strcmp(table->name, arguments[1]) == 0) {
            k = table;
        }
    }
    const qk_int8_kernels *bytes = qk_int8_kernels_named(arguments[2]);
    if (!k || !bytes) {
        fprintf(stderr, "this processor has no %s or no %s\n", arguments[1], arguments[2]);
        return 69;
    }
    check_floats(k);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        check_type(k, bytes, types[i]);
    }
    for (int type = QK_KV_F32; type <= QK_KV_INT8; type++) {
        check_attention(k, (qk_kv_type)type);
    }
    if (failures) {
        fprintf(stderr, "%d results are off\n", failures);
    }
    return failures != 0;
}
