"""Blocks of every quantised type that the kernels know, made of random numbers.

What gguf can quantise is quantised; for the rest every byte is random but the scales, which are chosen so that the
weights have about the deviation that was asked for.
"""

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf.quants import dequantize, quantize

TYPES = [
    Type.Q8_0, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q2_K, Type.Q3_K, Type.Q4_K, Type.Q5_K, Type.Q6_K,
    Type.IQ4_NL, Type.IQ4_XS, Type.MXFP4,
]
# Where the f16 scales of a block lie.
SCALES = {
    Type.Q8_0: [0], Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2], Type.Q2_K: [80, 82],
    Type.Q3_K: [108], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208], Type.IQ4_NL: [0], Type.IQ4_XS: [0],
    Type.MXFP4: [],
}
# The second scale over the first that makes minima cancel the mean of the weights.
MINIMUM = {Type.Q2_K: 1.5, Type.Q4_K: 7.5, Type.Q5_K: 15.5}


def sizes(kind: Type) -> tuple[int, int]:
    """Elements and bytes of a block."""
    return gguf.GGML_QUANT_SIZES[kind]


def random_bytes(rng: np.random.Generator, kind: Type, count: int) -> np.ndarray:
    return rng.integers(0, 256, (count, sizes(kind)[1]), dtype=np.uint8)


def set_scale(blocks: np.ndarray, offset: int, values) -> None:
    """Writes one f16 scale of each block."""
    halves = np.asarray(values, dtype=np.float16).reshape(-1, 1)
    blocks[:, offset:offset + 2] = halves.view(np.uint8)


def values_of(blocks: np.ndarray, kind: Type) -> np.ndarray:
    """Blocks [count, bytes] as float32 [count, elements]."""
    return dequantize(blocks, kind)


def quantizes(kind: Type) -> bool:
    try:
        quantize(np.zeros((1, sizes(kind)[0]), dtype=np.float32), kind)
        return True
    except NotImplementedError:
        return False


def random_weight(rng: np.random.Generator, kind: Type, shape: tuple[int, int], deviation: float) -> np.ndarray:
    """The bytes [rows, row bytes] of a random weight."""
    elements, size = sizes(kind)
    rows, columns = shape
    if quantizes(kind):
        return quantize((deviation * rng.standard_normal(shape)).astype(np.float32), kind)
    count = rows * columns // elements
    blocks = random_bytes(rng, kind, count)
    for offset, factor in zip(SCALES[kind], [1.0, MINIMUM.get(kind, 1.0)]):
        set_scale(blocks, offset, np.full(count, factor))
    unit = values_of(blocks, kind).std()
    factors = rng.uniform(0.8, 1.2, count) * deviation / unit
    for offset, factor in zip(SCALES[kind], [1.0, MINIMUM.get(kind, 1.0)]):
        set_scale(blocks, offset, factor * factors)
    return blocks.reshape(rows, columns // elements * size)
