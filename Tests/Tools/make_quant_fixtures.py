"""Writes blocks of every quantised type, and the float32 values that Python's gguf gives them.

Tests/Fixtures/quants/TYPE.bin holds some blocks end to end, then their values: little-endian float32, end to end.
The blocks are random weights, random bytes under random scales, and random bytes under scales that are zero, tiny,
huge, negative or infinite.

    pip install gguf numpy
    python Tests/Tools/make_quant_fixtures.py
"""

from pathlib import Path

import numpy as np
from quant_blocks import SCALES, TYPES, Type, random_bytes, random_weight, set_scale, sizes, values_of

FIXTURES = Path(__file__).parent.parent / "Fixtures" / "quants"
# Halves: zeros, the smallest and largest subnormal, the smallest normal, the largest numbers, infinity.
EXTREMES = [0.0, -0.0, -(2.0**-24), 2.0**-14 - 2.0**-24, 2.0**-14, 65504.0, -65504.0, np.inf]
# Exponents of MXFP4: subnormal scales, around one, the largest, and what others read as NaN.
EXPONENTS = [0, 1, 2, 3, 22, 23, 24, 126, 127, 128, 129, 253, 254, 255]
ELEMENTS = 1024


def fixture(rng: np.random.Generator, kind: Type) -> np.ndarray:
    elements = sizes(kind)[0]
    count = ELEMENTS // elements
    weights = random_weight(rng, kind, (1, ELEMENTS), 0.05).reshape(count, -1)
    scaled = random_bytes(rng, kind, count)
    extreme = random_bytes(rng, kind, len(EXPONENTS) if kind == Type.MXFP4 else len(EXTREMES))
    if kind == Type.MXFP4:
        extreme[:, 0] = EXPONENTS
    for index, offset in enumerate(SCALES[kind]):
        set_scale(scaled, offset, rng.standard_normal(count) * 2.0 ** rng.integers(-12, 6, count))
        set_scale(extreme, offset, np.roll(EXTREMES, 3 * index))
    return np.concatenate([weights, scaled, extreme])


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    for number, kind in enumerate(TYPES):
        blocks = fixture(np.random.default_rng(number), kind)
        with np.errstate(all="ignore"):
            values = values_of(blocks, kind)
        path = FIXTURES / f"{kind.name.lower()}.bin"
        path.write_bytes(blocks.tobytes() + values.astype("<f4").tobytes())
        print(f"{kind.name}: {len(blocks)} blocks, {path.stat().st_size} bytes")
