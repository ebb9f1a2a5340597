"""Writes blocks of the types that quantised checkpoints are repacked into, and the float32 values that they stand for.

Tests/Fixtures/quants/TYPE.bin holds some blocks end to end, then their values, as make_quant_fixtures.py does it. The
values are the formats' definitions, scale · (q - zero), in numpy; those of E4M3 are torch's.

    pip install numpy torch
    python Tests/Tools/make_group_fixtures.py
"""

from pathlib import Path

import numpy as np
import torch

FIXTURES = Path(__file__).parent.parent / "Fixtures" / "quants"
COUNT = 40
ODD_HALVES = [0.0, -0.0, 2.0**-24, -(2.0**-14), 65504.0, np.inf]
ODD_FLOATS = [0.0, -0.0, 2.0**-149, -(2.0**-126), 1e30, np.inf]


def scales(rng: np.random.Generator, dtype, odd: list[float]) -> np.ndarray:
    ordinary = rng.standard_normal(COUNT - len(odd)) * 2.0 ** rng.integers(-12, 4, COUNT - len(odd))
    return np.concatenate([ordinary, odd]).astype(dtype).reshape(-1, 1)


def halves_of_bytes(q: np.ndarray) -> np.ndarray:
    """Byte i has element i in its low and element i + 16 in its high half."""
    return (q[:, :16] | q[:, 16:] << 4).astype(np.uint8)


def int4(rng, dtype, odd):
    scale, zero = scales(rng, dtype, odd), rng.integers(0, 17, (COUNT, 1)).astype(np.uint8)
    q = rng.integers(0, 16, (COUNT, 32)).astype(np.uint8)
    values = scale.astype(np.float32) * (q.astype(np.float32) - zero.astype(np.float32))
    return [scale, zero, halves_of_bytes(q)], values


def int8(rng, has_zero):
    scale, zero = scales(rng, np.float32, ODD_FLOATS), rng.integers(-128, 128, (COUNT, 1)).astype(np.int8)
    q = rng.integers(-128, 128, (COUNT, 32)).astype(np.int8)
    offset = zero.astype(np.float32) if has_zero else np.float32(0)
    return [scale] + [zero] * has_zero + [q], scale * (q.astype(np.float32) - offset)


def fp8(rng):
    scale = scales(rng, np.float32, ODD_FLOATS)
    q = rng.integers(0, 256, (COUNT, 32)).astype(np.uint8)
    q[:8] = np.arange(256).reshape(8, 32)
    values = torch.from_numpy(q).view(torch.float8_e4m3fn).float().numpy()
    return [scale, q], scale * values


if __name__ == "__main__":
    makers = {
        "int4_group": lambda rng: int4(rng, np.float16, ODD_HALVES),
        "int4_group_f32": lambda rng: int4(rng, np.float32, ODD_FLOATS),
        "int8_group": lambda rng: int8(rng, False),
        "int8_group_zero": lambda rng: int8(rng, True),
        "fp8_group": fp8,
    }
    for number, (name, make) in enumerate(makers.items()):
        with np.errstate(all="ignore"):
            parts, values = make(np.random.default_rng(number))
        blocks = np.concatenate([part.view(np.uint8).reshape(COUNT, -1) for part in parts], axis=1)
        path = FIXTURES / f"{name}.bin"
        path.write_bytes(blocks.tobytes() + values.astype("<f4").tobytes())
        print(f"{name}: {len(blocks)} blocks of {blocks.shape[1]} bytes, {path.stat().st_size} bytes")
