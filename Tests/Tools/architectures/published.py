"""Configurations and tensors as published checkpoints have them, where transformers 5 writes something else.

Files on the Hub are older than transformers 5: rotary settings lie beside the others, and GPT-2's names have no prefix.
"""

import torch

# Names of one rotary setting that are a family's own.
THETA = {"gpt_neox": "rotary_emb_base"}
PARTIAL = {"gpt_neox": "rotary_pct"}


def config(new: dict) -> dict:
    """`config.json` as transformers 4 wrote it."""
    old = {key: value for key, value in new.items() if key not in ("rope_parameters", "dtype", "layer_types")}
    old["torch_dtype"] = new["dtype"]
    kind = new["model_type"]
    rope = new.get("rope_parameters")
    if kind == "olmo3":
        # One base for all layers, and a scaling that those with a window do without.
        rope = rope["full_attention"]
    if kind == "cohere2":
        old["sliding_window_pattern"] = old.pop("_sliding_window_pattern", 4)
    if kind == "gemma3_text":
        old["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
        old["sliding_window_pattern"] = old.pop("_sliding_window_pattern")
    if rope and not new.get("alibi"):
        rope = dict(rope)
        old[THETA.get(kind, "rope_theta")] = rope.pop("rope_theta")
        if "partial_rotary_factor" in rope:
            old[PARTIAL.get(kind, "partial_rotary_factor")] = rope.pop("partial_rotary_factor")
        if kind == "phi3":
            rope.pop("original_max_position_embeddings", None)
        old["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    if kind == "qwen3_moe":
        old["num_experts"] = old.pop("num_local_experts")
    return old


def tensors(kind: str, new: dict) -> dict:
    """Tensors under the first publisher's names, with the buffers that were saved along."""
    if kind == "gpt2":
        old = {name.removeprefix("transformer."): value for name, value in new.items()}
        layers = {name.split(".")[1] for name in old if name.startswith("h.")}
        mask = torch.ones(1, 1, 64, 64).tril()
        return old | {f"h.{layer}.attn.bias": mask.clone() for layer in layers}
    if kind == "gpt_neox":
        layers = {name.split(".")[2] for name in new if name.startswith("gpt_neox.layers.")}
        result = dict(new)
        for layer in layers:
            start = f"gpt_neox.layers.{layer}.attention."
            result[start + "bias"] = torch.ones(1, 1, 64, 64, dtype=torch.bool).tril()
            result[start + "masked_bias"] = torch.tensor(-1e9)
        return result
    return new
