"""Rotary positions as GGUF holds them: metadata keys, tensors of factors, and what neither can say."""

import math

import gguf
import numpy as np


def parameters(config) -> dict:
    """Those of the layers without a window, where the two kinds of layers have their own."""
    found = config.rope_parameters
    return found.get("full_attention", found)


def dimensions(config) -> int:
    """How many dimensions of a head are rotated."""
    return int(head_size(config) * parameters(config).get("partial_rotary_factor", 1.0))


def head_size(config) -> int:
    return getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads


def add_scaling(writer: gguf.GGUFWriter, config):
    rope = parameters(config)
    match rope["rope_type"]:
        case "default" | "llama3":
            pass
        case "linear":
            writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
            writer.add_rope_scaling_factor(rope["factor"])
        case "yarn":
            writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
            writer.add_rope_scaling_factor(rope["factor"])
            writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
            writer.add_rope_scaling_yarn_beta_fast(rope.get("beta_fast") or 32.0)
            writer.add_rope_scaling_yarn_beta_slow(rope.get("beta_slow") or 1.0)
            if rope.get("mscale_all_dim"):
                writer.add_rope_scaling_yarn_log_mul(0.1 * rope["mscale_all_dim"])
            elif rope.get("attention_factor"):
                writer.add_rope_scaling_attn_factors(rope["attention_factor"] / attention_scale(rope["factor"]))
        case "longrope":
            writer.add_rope_scaling_attn_factors(long_attention_factor(config))
        case other:
            raise SystemExit(f"rope_type '{other}' has no place in GGUF")


def attention_scale(factor: float, multiplier: float = 1.0) -> float:
    """How YaRN scales queries and keys: its paper's equation 22."""
    return 0.1 * multiplier * math.log(factor) + 1.0 if factor > 1 else 1.0


def long_attention_factor(config) -> float:
    rope = parameters(config)
    original = rope["original_max_position_embeddings"]
    growth = rope.get("factor") or config.max_position_embeddings / original
    return rope.get("attention_factor") or (math.sqrt(1 + math.log(growth) / math.log(original)) if growth > 1 else 1.0)


def unsaid_scale(config) -> float:
    """What remains of DeepSeek's scale of rotated dimensions, which GGUF takes for 1 where `mscale_all_dim` is set."""
    rope = parameters(config)
    if rope["rope_type"] != "yarn":
        return 1.0
    factor, all_dimensions = rope["factor"], rope.get("mscale_all_dim")
    if not all_dimensions:
        return 1.0
    if not rope.get("mscale"):
        return attention_scale(factor)
    return attention_scale(factor, rope["mscale"]) / attention_scale(factor, all_dimensions)


def factor_tensors(config) -> dict[str, np.ndarray]:
    """What a frequency is divided by, where a formula has no keys."""
    if not hasattr(config, "rope_parameters"):
        return {}
    rope = parameters(config)
    match rope["rope_type"]:
        case "llama3":
            return {"rope_freqs.weight": llama3_factors(rope, dimensions(config))}
        case "longrope":
            return {f"rope_factors_{which}.weight": np.array(rope[f"{which}_factor"], dtype=np.float32)
                    for which in ("long", "short")}
    return {}


def llama3_factors(rope: dict, count: int) -> np.ndarray:
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    frequencies = rope["rope_theta"] ** (-np.arange(0, count, 2) / count)
    turns = rope["original_max_position_embeddings"] * frequencies / (2 * math.pi)
    kept = np.clip((turns - low) / (high - low), 0, 1)
    return (1 / ((1 - kept) / rope["factor"] + kept)).astype(np.float32)
