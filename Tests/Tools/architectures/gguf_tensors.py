"""Tensors as llama.cpp's converter lays them out, from those of a Hugging Face checkpoint."""

import math
import re
from collections import defaultdict

import gguf_rope
import numpy as np

# Their kernels rotate adjacent dimensions where the checkpoint's rotate halves.
ADJACENT = ("llama", "mistral", "mixtral", "granite", "smollm3")
HEADS = ("lm_head.weight", "embed_out.weight")
ADDS_ONE = ("gemma", "gemma2", "gemma3_text")
# Of the norms within DeepSeek's attention, whatever `rms_norm_eps` is.
LATENT_EPSILON = 1e-6
# Masks and rotary frequencies that older checkpoints hold.
BUFFERS = re.compile(r".*\.(attn|attention)\.(masked_)?bias|.*\.inv_freq")
STACKED = re.compile(r"(.*\.(?:experts|[qk]_layernorm\.norms))\.(\d+)\.(?:(\w+)\.)?weight")


def converted(config, checkpoint: dict[str, np.ndarray]):
    """Pairs of names and arrays, in the words of the checkpoint but cut and ordered as llama.cpp wants."""
    for name, array in stacked(checkpoint):
        if BUFFERS.fullmatch(name) or (name in HEADS and config.tie_word_embeddings):
            continue
        # GPT-2's were published without the model's name.
        if config.model_type == "gpt2" and name not in HEADS and not name.startswith("transformer."):
            name = f"transformer.{name}"
        yield from rewritten(config, name, array)


def stacked(checkpoint):
    """Experts, and norms of single heads, one above the other."""
    groups = defaultdict(dict)
    for name, array in checkpoint.items():
        found = STACKED.fullmatch(name)
        if found is None:
            yield name, array
            continue
        path, index, part = found.groups()
        name = f"{path}.{part}.weight" if part else f"{path.removesuffix('.norms')}.weight"
        groups[name][int(index)] = array
    for name, parts in groups.items():
        yield name, np.stack([parts[index] for index in range(len(parts))])


def rewritten(config, name, array):
    kind = config.model_type
    if kind in ADJACENT and re.search(r"self_attn\.[qk]_proj\.", name):
        keys = "k_proj" in name
        array = pairs_adjacent(array, config.num_key_value_heads if keys else config.num_attention_heads)
    elif kind in ADDS_ONE and name.endswith("norm.weight"):
        array = array + np.float32(1)
    elif kind == "gpt2" and re.search(r"\.c_\w+\.weight$", name):
        array = array.T
    elif kind in ("gpt_neox", "falcon") and "query_key_value" in name:
        array = parts_together(array, *fused_heads(config))
    if kind in ("gemma2", "gemma3_text"):
        array = with_score_scale(config, name, array)
    if kind.startswith("deepseek"):
        yield from latent(config, name, array)
    elif kind == "gpt_oss":
        yield from open_experts(name, array)
    else:
        yield name, array


def pairs_adjacent(array, heads: int):
    """Rows i and i + dim/2 of a head become neighbours."""
    split = array.reshape(heads, 2, array.shape[0] // heads // 2, *array.shape[1:])
    return split.swapaxes(1, 2).reshape(array.shape)


def fused_heads(config) -> tuple[int, int]:
    """Groups that share a key, and the queries of one."""
    if config.model_type == "gpt_neox":
        return config.num_attention_heads, 1
    if config.new_decoder_architecture:
        return config.num_kv_heads, config.num_attention_heads // config.num_kv_heads
    return (1, config.num_attention_heads) if config.multi_query else (config.num_attention_heads, 1)


def parts_together(array, groups: int, queries: int):
    """Groups of queries, a key and a value become all queries, all keys, all values."""
    split = array.reshape(groups, queries + 2, -1, *array.shape[1:])
    parts = split[:, :queries], split[:, queries:-1], split[:, -1:]
    return np.concatenate([part.reshape(-1, *array.shape[1:]) for part in parts])


def with_score_scale(config, name, array):
    """llama.cpp scales scores by the head's size alone: what Gemma asks beyond that goes into the queries."""
    extra = math.sqrt(config.head_dim / config.query_pre_attn_scalar)
    place = "self_attn.q_proj.weight" if config.model_type == "gemma2" else "self_attn.q_norm.weight"
    return array * np.float32(extra) if name.endswith(place) else array


def latent(config, name, array):
    """DeepSeek's keys and values from the latent, apart and the keys transposed."""
    heads, rotated = config.num_attention_heads, config.qk_rope_head_dim
    array = with_latent_scale(config, name, with_rotated_scale(config, name, array))
    if name.endswith("kv_b_proj.weight"):
        split = array.reshape(heads, config.qk_nope_head_dim + config.v_head_dim, -1)
        yield name.replace("kv_b_proj", "k_b_proj"), split[:, : config.qk_nope_head_dim].swapaxes(1, 2)
        yield name.replace("kv_b_proj", "v_b_proj"), split[:, config.qk_nope_head_dim :]
    elif name.endswith("e_score_correction_bias"):
        yield name.replace("_bias", ".bias"), array
    elif config.model_type == "deepseek_v3" and not config.rope_interleave and is_rotated(name):
        one = array.reshape(-1, array.shape[1]) if "kv_a" in name else None
        if one is not None:
            yield name, np.concatenate([one[:-rotated], pairs_adjacent(one[-rotated:], 1)])
        else:
            split = array.reshape(heads, -1, array.shape[1])
            tail = pairs_adjacent(split[:, -rotated:].reshape(-1, array.shape[1]), heads)
            split = np.concatenate([split[:, :-rotated], tail.reshape(heads, rotated, -1)], axis=1)
            yield name, split.reshape(array.shape)
    else:
        yield name, array


def with_latent_scale(config, name, array):
    """llama.cpp norms latents with the model's epsilon, transformers with its own: larger latents make up for it."""
    larger = np.float32(math.sqrt(config.rms_norm_eps / LATENT_EPSILON))
    if larger == 1 or not re.search(r"self_attn\.(q_a_proj|kv_a_proj_with_mqa)\.", name):
        return array
    latents = config.kv_lora_rank if "kv_a" in name else len(array)
    return np.concatenate([array[:latents] * larger, array[latents:]])


def is_rotated(name) -> bool:
    return bool(re.search(r"self_attn\.(q_proj|q_b_proj|kv_a_proj_with_mqa)\.", name))


def with_rotated_scale(config, name, array):
    """Scales the rows of rotated dimensions, where GGUF has no key for it."""
    extra = gguf_rope.unsaid_scale(config)
    if extra == 1 or not is_rotated(name):
        return array
    heads = 1 if "kv_a" in name else config.num_attention_heads
    split = array.reshape(heads, -1, array.shape[1]).copy()
    split[:, -config.qk_rope_head_dim :] *= np.float32(extra)
    return split.reshape(array.shape)


def open_experts(name, array):
    """gpt-oss's experts, transposed, with gates and ups from alternate columns."""
    if name.endswith("sinks"):
        yield name + ".weight", array
    elif ".mlp.experts." in name:
        path, part = name.rsplit(".", 1)
        suffix = "bias" if part.endswith("_bias") else "weight"
        if suffix == "weight":
            array = array.swapaxes(1, 2)
        if part.startswith("gate_up"):
            yield f"{path}.gate_proj.{suffix}", array[:, ::2]
            yield f"{path}.up_proj.{suffix}", array[:, 1::2]
        else:
            yield f"{path}.down_proj.{suffix}", array
    else:
        yield name, array
