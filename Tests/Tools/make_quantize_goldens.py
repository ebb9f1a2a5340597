"""Writes floats, what Python's gguf makes of them in each plain type, and how far llama.cpp's own quantiser is off.

Tests/Fixtures/quantize/numbers.bin holds little-endian float32, TYPE.bin their blocks by gguf, and errors.json for the
types that have to search for scales the root mean square error of llama.cpp's blocks, relative to that of the numbers:
once for the normal numbers, once for those with heavy tails.

    pip install gguf numpy llama-cpp-python
    python Tests/Tools/make_quantize_goldens.py
"""

import ctypes
import json
from pathlib import Path

import gguf
import llama_cpp
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf.quants import dequantize, quantize

FIXTURES = Path(__file__).parent.parent / "Fixtures" / "quantize"
EXACT = [Type.Q8_0, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.MXFP4]
SEARCHED = [Type.Q2_K, Type.Q3_K, Type.Q4_K, Type.Q5_K, Type.Q6_K, Type.IQ4_NL, Type.IQ4_XS]
# Parts of the numbers, in this order.
NORMAL = 4096
HEAVY = 4096


def numbers(rng: np.random.Generator) -> np.ndarray:
    normal = 0.02 * rng.standard_normal(NORMAL)
    heavy = 0.02 * rng.standard_t(4, HEAVY)
    special = np.concatenate([
        np.zeros(32), np.full(32, 0.5), np.full(32, -0.25), np.full(32, 1e-30),
        np.abs(rng.standard_normal(64)), -np.abs(rng.standard_normal(64)),
        # Ties: halves of the steps of every type.
        np.arange(-16, 16) / 2, np.arange(-127, 129) / 2,
        # The extremes with either sign first, the largest that scales can hold, and subnormal halves.
        np.tile([1, -1], 16), np.tile([-1, 1], 16), 65504 * rng.uniform(-1, 1, 64), [65504, -65504] * 16,
        1e-6 * rng.standard_normal(64), 10.0 ** rng.uniform(-8, 4, 128),
    ])
    return np.concatenate([normal, heavy, special]).astype("<f4")


def reference() -> ctypes.CDLL:
    folder = Path(llama_cpp.__file__).parent / "lib"
    library = ctypes.CDLL(str(next(folder.glob("libggml-base.*"))))
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [
        ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
    return library


def relative_error(library: ctypes.CDLL, kind: Type, x: np.ndarray) -> float:
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = np.zeros((x.size // elements, size), dtype=np.uint8)
    x = np.ascontiguousarray(x)
    library.ggml_quantize_chunk(int(kind), x.ctypes.data, blocks.ctypes.data, 0, 1, x.size, None)
    values = dequantize(blocks, kind).reshape(-1).astype(np.float64)
    return float(np.sqrt(np.mean((values - x) ** 2) / np.mean(x.astype(np.float64) ** 2)))


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    x = numbers(np.random.default_rng(4))
    (FIXTURES / "numbers.bin").write_bytes(x.tobytes())
    for kind in EXACT:
        (FIXTURES / f"{kind.name.lower()}.bin").write_bytes(quantize(x.reshape(1, -1), kind).tobytes())
    library = reference()
    errors = {
        kind.name.lower(): [
            relative_error(library, kind, x[:NORMAL]), relative_error(library, kind, x[NORMAL:NORMAL + HEAVY])]
        for kind in SEARCHED
    }
    (FIXTURES / "errors.json").write_text(json.dumps(errors, indent=1) + "\n")
    print(x.size, "numbers")
