// Every quantised type: its constant, the suffix of its code, and its block's elements and bytes.

// Those that files hold.
#define QK_FILE_TYPES(TYPE)           \
    TYPE(QK_Q8_0, q8_0, 32, 34)       \
    TYPE(QK_Q4_0, q4_0, 32, 18)       \
    TYPE(QK_Q4_1, q4_1, 32, 20)       \
    TYPE(QK_Q5_0, q5_0, 32, 22)       \
    TYPE(QK_Q5_1, q5_1, 32, 24)       \
    TYPE(QK_Q2_K, q2_k, 256, 84)      \
    TYPE(QK_Q3_K, q3_k, 256, 110)     \
    TYPE(QK_Q4_K, q4_k, 256, 144)     \
    TYPE(QK_Q5_K, q5_k, 256, 176)     \
    TYPE(QK_Q6_K, q6_k, 256, 210)     \
    TYPE(QK_IQ4_NL, iq4_nl, 32, 18)   \
    TYPE(QK_IQ4_XS, iq4_xs, 256, 136) \
    TYPE(QK_MXFP4, mxfp4, 32, 17)

// Those that are made at loading, of integers and of others.
#define QK_INTEGER_GROUP_TYPES(TYPE)                  \
    TYPE(QK_INT4_GROUP, int4_group, 32, 19)           \
    TYPE(QK_INT4_GROUP_F32, int4_group_f32, 32, 21)   \
    TYPE(QK_INT8_GROUP, int8_group, 32, 36)           \
    TYPE(QK_INT8_GROUP_ZERO, int8_group_zero, 32, 37)
#define QK_FLOAT_GROUP_TYPES(TYPE) TYPE(QK_FP8_GROUP, fp8_group, 32, 36)

#define QK_QUANT_TYPES(TYPE) QK_FILE_TYPES(TYPE) QK_INTEGER_GROUP_TYPES(TYPE) QK_FLOAT_GROUP_TYPES(TYPE)

// Those that have a packed form for products of integers.
#define QK_PACKED_TYPES(TYPE) QK_FILE_TYPES(TYPE) QK_INTEGER_GROUP_TYPES(TYPE)
