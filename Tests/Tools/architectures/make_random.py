"""Writes random checkpoints of every family, other ones than the zoo's, and what transformers says to prompts.

Weights are transformers' own random ones with a larger deviation; norms and biases, which it sets to one and zero, are
drawn too. Files are as published ones: safetensors under their names, `config.json` as transformers 4 wrote it.

    pip install numpy safetensors torch transformers
    python Tests/Tools/architectures/make_random.py OUT [--only NAME …]
"""

import argparse
import json
import os
import tempfile

import checkpoints
import continuation
import published
import seeded
import torch
from families import BY_NAME, FAMILIES
from safetensors.torch import load_file

MOST_SEEDS = 100
# Settings of the zoo to other ones; a pair of names stands for both.
SWAPS = {
    "hidden_size": {64: 96, 96: 128, 192: 256}, "n_embd": {64: 96},
    "num_attention_heads": {4: 6, 6: 8, 12: 16}, "n_head": {4: 6}, "num_key_value_heads": {2: 3, 1: 2},
    "num_kv_heads": {2: 4}, "head_dim": {24: 32}, "num_hidden_layers": {3: 4, 2: 3}, "n_layer": {3: 4},
    "intermediate_size": {160: 224, 96: 64}, "ffn_dim": {160: 224}, "ffn_hidden_size": {160: 224},
    "n_inner": {160: 224}, "moe_intermediate_size": {96: 64, 128: 64}, "word_embed_proj_dim": {32: 64},
    "sliding_window": {32: 24}, "num_experts": {6: 5}, "num_local_experts": {4: 5, 6: 5},
}
# Where heads must divide the width: families of 96 whose heads are 4.
DIVIDED = {"hidden_size": 128, "num_attention_heads": 8}
DEEPSEEK = DIVIDED | {
    "num_key_value_heads": 8, "kv_lora_rank": 64, "qk_nope_head_dim": 16, "qk_rope_head_dim": 8, "v_head_dim": 12,
    "n_routed_experts": 12, "num_experts_per_tok": 4, "first_k_dense_replace": 2,
}
CHANGES = {
    "gemma3-tiny": {"layer_types": None, "sliding_window_pattern": 3},
    "smollm3-tiny": {"no_rope_layers": [0, 1, 1, 0]}, "qwen3-moe-tiny": {"mlp_only_layers": [0, 2]},
    "phi-tiny": DIVIDED, "gpt-neox-tiny": DIVIDED, "gpt-neox-sequential-tiny": DIVIDED,
    "deepseek-v2-tiny": DEEPSEEK | {"n_shared_experts": 1},
    "deepseek-v2-group-tiny": DEEPSEEK | {"q_lora_rank": 96, "n_group": 3},
    "deepseek-v3-tiny": DEEPSEEK | {"q_lora_rank": 96, "n_group": 3},
    "gemma2-tiny": {"query_pre_attn_scalar": 28, "attn_logit_softcapping": 4.0, "final_logit_softcapping": 10.0},
    "granite-tiny": {
        "embedding_multiplier": 2.5, "residual_multiplier": 0.7, "attention_multiplier": 0.3, "logits_scaling": 1.25,
    },
    "cohere-tiny": {"logit_scale": 0.6}, "cohere-qknorm-tiny": {"logit_scale": 0.6},
    "gpt-oss-tiny": {"swiglu_limit": 2.0},
    "llama-dynamic-tiny": {"max_position_embeddings": 128},
}


def other_config(family):
    settings = family.settings
    changes = {key: SWAPS[key].get(value, value) for key, value in settings.items() if key in SWAPS}
    changes["vocab_size"] = settings["vocab_size"] + 24
    return family.config(**(changes | CHANGES.get(family.name, {})))


def redraw(model, config, family) -> None:
    """Matrices with the deviation that their input asks for, everything else around what it is."""
    with torch.no_grad():
        for name, value in list(model.named_parameters()) + list(model.named_buffers()):
            if name.endswith("e_score_correction_bias"):
                value.normal_(0, 0.05)
            elif value.ndim < 2 or name.endswith("bias") or seeded.is_norm(name) or "sinks" in name:
                if not (name.endswith(("inv_freq", "embed_scale"))):
                    value.add_(torch.randn_like(value) * (1.0 if "sinks" in name else 0.2))
            elif any(part in name for part in ("embed", "wte", "wpe")):
                value.normal_(0, 0.4 * family.embedding)
            else:
                axis = seeded.input_dimension(name, value.shape)
                # Fused experts lie as [experts, outputs, inputs] but for gpt-oss, which `seeded` knows.
                if value.ndim == 3 and config.model_type != "gpt_oss":
                    axis = 2
                gain = 2.5 if name.endswith(("gate.weight", "router.weight")) else 1.3
                value.normal_(0, gain / value.shape[axis] ** 0.5)


def checkpoint(family, config, seed: int) -> tuple[str, dict]:
    """`config.json`'s text and the tensors of one draw."""
    torch.manual_seed(seed)
    model = family.model_class(config)
    redraw(model, config, family)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        written = json.load(open(os.path.join(folder, "config.json")))
        arrays = load_file(os.path.join(folder, "model.safetensors"))
    return json.dumps(published.config(written), indent=2) + "\n", published.tensors(config.model_type, arrays)


def same_settings(ours, theirs) -> None:
    """What transformers 5 reads from the old form must be what the new form said."""
    ours, theirs = (json.loads(c.to_json_string(use_diff=False)) for c in (ours, theirs))
    differing = [
        key for key in ours
        if ours[key] != theirs.get(key) and key not in ("architectures", "dtype", "torch_dtype", "transformers_version")
        and not key.startswith("_")
    ]
    if differing:
        raise ValueError(f"read back differently: {[(key, ours[key], theirs.get(key)) for key in differing]}")


def make(family, out: str) -> str:
    name = family.name.removesuffix("-tiny")
    folder = os.path.join(out, name)
    special = set(range(continuation.FIRST_ID))
    config = other_config(family)
    first = seeded.fnv1a64(name) % 1_000_000
    tried = {}
    for seed in range(first, first + MOST_SEEDS):
        text, arrays = checkpoint(family, config, seed)
        checkpoints.write(folder, text, arrays)
        model = checkpoints.read(folder, family.model_class)
        cases = []
        for prompt in continuation.prompts(config.vocab_size, seed):
            cases.append(continuation.greedy(model, prompt, token_by_token=family.token_by_token))
            if continuation.unusable(cases[-1], special):
                break
        reasons = continuation.reasons_against(model, cases, special, varied=False)
        if not reasons:
            break
        tried[reasons[0]] = tried.get(reasons[0], 0) + 1
    else:
        raise ValueError(f"{name}: no good seed among {MOST_SEEDS}: {tried}")
    same_settings(config, model.config)
    checkpoints.write_cases(os.path.join(folder, "expected.json"), cases)
    margins = [margin for case in cases for margin in case["margins"]]
    print(f"{name:26} seed {seed} ({seed - first + 1} tried), least margin {min(margins):.3g}", flush=True)
    return name


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--only", nargs="+", choices=sorted(BY_NAME))
    arguments = parser.parse_args()
    chosen = [family for family in FAMILIES if not arguments.only or family.name in arguments.only]
    names = [make(family, arguments.out) for family in chosen]
    with open(os.path.join(arguments.out, "index.json"), "w") as file:
        json.dump(names, file, indent=2)
        file.write("\n")
