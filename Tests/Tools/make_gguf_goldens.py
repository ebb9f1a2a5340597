"""Writes GGUF twins of the tiny LLaMAs under Tests/Fixtures/llama, as llama.cpp's converter lays them out.

Query and key rows are reordered for rotation of adjacent pairs, and llama3's scaling becomes a tensor of factors. The
goldens of the originals hold for the twins.

    pip install gguf safetensors torch
    python Tests/Tools/make_gguf_goldens.py
"""

import json
import math
from pathlib import Path

import gguf
import numpy as np
import torch
from safetensors.torch import load_file

FIXTURES = Path(__file__).parent.parent / "Fixtures" / "llama"
VARIANTS = ["gqa", "gqa-f16", "gqa-bf16", "tied", "llama3-rope", "head-dim"]

NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}


def gguf_name(name: str) -> str:
    stem = name.removesuffix(".weight")
    if stem.startswith("model.layers."):
        layer, part = stem.removeprefix("model.layers.").split(".", 1)
        return f"blk.{layer}.{NAMES[part]}.weight"
    return f"{NAMES[stem]}.weight"


def pairs_adjacent(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows i and i + dim/2 of a head become neighbours."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(rows, columns)


def rope_factors(config: dict, dimensions: int) -> np.ndarray:
    scaling = config["rope_parameters"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    factors = []
    for index in range(dimensions // 2):
        frequency = scaling["rope_theta"] ** (-2 * index / dimensions)
        turns = scaling["original_max_position_embeddings"] * frequency / (2 * math.pi)
        if turns < low:
            factors.append(scaling["factor"])
        elif turns > high:
            factors.append(1.0)
        else:
            kept = (turns - low) / (high - low)
            factors.append(1 / ((1 - kept) / scaling["factor"] + kept))
    return np.array(factors, dtype=np.float32)


def head_dim_of(config: dict) -> int:
    return config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]


def begin(path: Path, config: dict) -> gguf.GGUFWriter:
    """A writer that knows the configuration and no tensors yet."""
    head_dim = head_dim_of(config)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(head_dim)
    writer.add_value_length(head_dim)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(head_dim)
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_vocab_size(config["vocab_size"])
    return writer


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write(variant: str) -> None:
    folder = FIXTURES / variant
    config = json.loads((folder / "config.json").read_text())
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    writer = begin(folder / "model.gguf", config)
    for name, weight in load_file(folder / "model.safetensors").items():
        if name.endswith("q_proj.weight"):
            weight = pairs_adjacent(weight, heads)
        if name.endswith("k_proj.weight"):
            weight = pairs_adjacent(weight, kv_heads)
        if weight.dim() == 1:
            writer.add_tensor(gguf_name(name), weight.float().numpy())
        elif weight.dtype == torch.bfloat16:
            raw = weight.contiguous().view(torch.uint8).numpy()
            writer.add_tensor(gguf_name(name), raw, raw_dtype=gguf.GGMLQuantizationType.BF16)
        else:
            writer.add_tensor(gguf_name(name), weight.contiguous().numpy())
    if config["rope_parameters"].get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", rope_factors(config, head_dim_of(config)))
    finish(writer)


if __name__ == "__main__":
    for variant in VARIANTS:
        write(variant)
