"""Weights as a function of a seed and their names, which Python and Swift compute to the same bits.

A tensor's key is the FNV-1a hash of its name in the checkpoint, exclusive-or the seed. Element `i`, counted along the
checkpoint's rows, is `offset + scale * x`: `x` lies in [-1, 1) and comes from SplitMix64's output `i` of that key. Both
operations round to float32.
"""

import re
import struct

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def fnv1a64(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


def uniform(name: str, seed: int, count: int) -> np.ndarray:
    """Multiples of 2^-23 in [-1, 1), exact in float32."""
    key = np.uint64(fnv1a64(name) ^ seed)
    z = key + np.arange(1, count + 1, dtype=np.uint64) * GOLDEN
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return ((z >> np.uint64(40)).astype(np.int64) - (1 << 23)).astype(np.float32) / np.float32(1 << 23)


def tensor(name: str, seed: int, shape, scale: float, offset: float) -> np.ndarray:
    count = int(np.prod(shape))
    return (np.float32(offset) + np.float32(scale) * uniform(name, seed, count)).reshape(shape)


def is_norm(name: str) -> bool:
    return bool(re.search(r"norm|ln_|\.norms\.", name))


def input_dimension(name: str, shape) -> int | None:
    """The dimension that a product sums over, or none for what is not multiplied."""
    if len(shape) < 2 or name.endswith("bias") or is_norm(name):
        return None
    # GPT-2 and gpt-oss write matrices the other way round.
    transposed = re.search(r"\.c_(attn|proj|fc)\.weight$", name) and name.startswith(("h.", "transformer.h."))
    return len(shape) - 2 if transposed or (len(shape) == 3) else len(shape) - 1


def short(value: float) -> float:
    """Few digits, so that what is written is what is used."""
    return float(f"{value:.4g}")


def scale_and_offset(name: str, shape, family) -> tuple[float, float]:
    """How a tensor is drawn, by its role."""
    if name.endswith("sinks"):
        return 2.0, 0.0
    if name.endswith("e_score_correction_bias"):
        return 0.1, 0.0
    if name.endswith("bias"):
        return 0.3, 0.0
    if is_norm(name):
        return 0.3, 0.0 if family.prefix.startswith("Gemma") else 1.0
    if re.search(r"embed_tokens|embed_in|word_embeddings|wte|wpe|embed_positions", name):
        return family.embedding, 0.0
    gain = family.gain
    if re.search(r"\.(gate|router)\.weight$", name):
        gain = 3.0
    return short(gain * (3 / shape[input_dimension(name, shape)]) ** 0.5), 0.0


def layout(shapes: dict, family) -> dict:
    """Names to shape, scale and offset: what `seeded_weights.json` says."""
    result = {}
    for name, shape in sorted(shapes.items()):
        scale, offset = scale_and_offset(name, shape, family)
        result[name] = {"shape": list(shape), "scale": scale, "offset": offset}
    return result


def weights(seed: int, tensors: dict) -> dict:
    return {
        name: tensor(name, seed, entry["shape"], entry["scale"], entry["offset"])
        for name, entry in tensors.items()
    }


if __name__ == "__main__":
    # Bits that the other side's test can hold on to.
    for name, seed, count in [("model.norm.weight", 0, 3), ("lm_head.weight", 12345678901234567890, 3)]:
        drawn = tensor(name, seed, (count,), 0.3, 1.0)
        words = [f"{struct.unpack('<I', struct.pack('<f', x))[0]:08x}" for x in drawn]
        print(name, seed, f"key {fnv1a64(name) ^ seed:016x}", *words)
