"""Writes tiny random LLaMAs as quantised safetensors, and what transformers says of their dequantised values.

A model for each scheme and group size; those of compressed-tensors mix what a scheme allows, layer by layer.

    pip install compressed-tensors numpy safetensors torch transformers
    python Tests/Tools/make_checkpoint_goldens.py [NAME …]
"""

import json
import sys

import compressed_tensors
import numpy as np
import torch
import transformers
from checkpoint_layers import awq, fp8, gptq, int8, pack_quantized
from make_llama_goldens import FIXTURES, SMALLEST_MARGIN, float32_difference, golden_case, prompts
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

FOLDER = FIXTURES.parent / "llama-checkpoints"
# Elements of each weight, as row, column and value.
SAMPLES = 40
SHAPE = dict(
    vocab_size=96, hidden_size=128, intermediate_size=256, num_hidden_layers=1, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=256, rms_norm_eps=1e-5, tie_word_embeddings=True,
    bos_token_id=1, eos_token_id=2,
)


def gptq_config(size, *, symmetric=True, act_order=False, v2=False):
    return {
        "quant_method": "gptq", "bits": 4, "group_size": size, "sym": symmetric, "desc_act": act_order,
        "checkpoint_format": "gptq_v2" if v2 else "gptq", "damp_percent": 0.01, "true_sequential": True,
    }


def awq_config(size):
    return {
        "quant_method": "awq", "bits": 4, "group_size": size, "version": "gemm", "zero_point": True,
        "modules_to_not_convert": None,
    }


def compressed_config(format, schemes, activations=None):
    """The schemes of projections, by their names."""
    return {
        "quant_method": "compressed-tensors", "format": format, "ignore": ["lm_head"], "kv_cache_scheme": None,
        "quantization_status": "compressed", "config_groups": {
            f"group_{i}": {
                "targets": [f"re:.*{name}_proj$" for name in names.split()], "weights": weights,
                "input_activations": activations,
            }
            for i, (names, weights) in enumerate(schemes.items())
        },
    }


def scheme(bits, kind, strategy, *, symmetric=True, group_size=None, block=None):
    return {
        "num_bits": bits, "type": kind, "strategy": strategy, "symmetric": symmetric, "group_size": group_size,
        "block_structure": block, "dynamic": False,
    }


W8A8 = scheme(8, "int", "token") | {"dynamic": True}
FP8 = {"quant_method": "fp8", "activation_scheme": "dynamic"}


def mixed(choices):
    """Quantises each projection by its own function, the others by the one for None."""
    return lambda rng, name, weight: choices.get(name.split(".")[-2], choices[None])(rng, weight)


def same(function):
    return lambda rng, name, weight: function(rng, weight)


VARIANTS = {
    "gptq-32": (gptq_config(32), same(lambda rng, w: gptq(rng, w, 32))),
    "gptq-64-asym": (
        gptq_config(64, symmetric=False), same(lambda rng, w: gptq(rng, w, 64, symmetric=False))),
    "gptq-128-act": (
        gptq_config(128, act_order=True), same(lambda rng, w: gptq(rng, w, 128, act_order=True))),
    "gptq-row": (gptq_config(-1), same(lambda rng, w: gptq(rng, w, -1))),
    "gptq-v2-act": (
        gptq_config(32, symmetric=False, act_order=True, v2=True),
        same(lambda rng, w: gptq(rng, w, 32, symmetric=False, act_order=True, v2=True, dtype=torch.bfloat16))),
    "awq-32": (awq_config(32), same(lambda rng, w: awq(rng, w, 32))),
    "awq-64": (awq_config(64), same(lambda rng, w: awq(rng, w, 64))),
    "awq-128": (awq_config(128), same(lambda rng, w: awq(rng, w, 128))),
    "int8": (
        compressed_config(
            "int-quantized", {
                "q k v up": scheme(8, "int", "channel"), "o": scheme(8, "int", "tensor"),
                "gate": scheme(8, "int", "channel", symmetric=False), "down": scheme(8, "int", "group", group_size=32),
            }, activations=W8A8),
        mixed({
            None: lambda _, w: int8(w, "channel"), "o_proj": lambda _, w: int8(w, "tensor", dtype=torch.float32),
            "gate_proj": lambda _, w: int8(w, "channel", symmetric=False, dtype=torch.float16),
            "down_proj": lambda _, w: int8(w, "group"),
        })),
    "int8-packed": (
        compressed_config(
            "pack-quantized", {
                "q k v gate up": scheme(8, "int", "channel"), "o": scheme(8, "int", "channel", symmetric=False),
                "down": scheme(8, "int", "group", symmetric=False, group_size=32),
            }),
        mixed({
            None: lambda _, w: int8(w, "channel", packed=True),
            "o_proj": lambda _, w: int8(w, "channel", symmetric=False, packed=True),
            "down_proj": lambda _, w: int8(w, "group", symmetric=False, packed=True),
        })),
    "int4": (
        compressed_config(
            "pack-quantized", {
                "q k v gate up": scheme(4, "int", "group", group_size=32), "o": scheme(4, "int", "channel"),
                "down": scheme(4, "int", "group", group_size=128),
            }),
        mixed({
            None: lambda rng, w: pack_quantized(rng, w, 32), "o_proj": lambda rng, w: pack_quantized(rng, w, -1),
            "down_proj": lambda rng, w: pack_quantized(rng, w, 128),
        })),
    "int4-asym-act": (
        compressed_config(
            "pack-quantized", {
                "q k v o gate down": scheme(4, "int", "group", symmetric=False, group_size=64) | {"actorder": "group"},
                "up": scheme(4, "int", "group", symmetric=False, group_size=64),
            }),
        mixed({
            None: lambda rng, w: pack_quantized(
                rng, w, 64, symmetric=False, act_order=True, dtype=torch.float16),
            "up_proj": lambda rng, w: pack_quantized(rng, w, 64, symmetric=False),
        })),
    "float8": (
        compressed_config(
            "float-quantized", {
                "q k v gate up": scheme(8, "float", "channel"), "o": scheme(8, "float", "tensor"),
                "down": scheme(8, "float", "block", block=[128, 128]),
            }),
        mixed({
            None: lambda _, w: fp8(w, "channel", dtype=torch.bfloat16), "o_proj": lambda _, w: fp8(w, "tensor"),
            "down_proj": lambda _, w: fp8(w, "block"),
        })),
    "fp8": (
        {**FP8, "activation_scheme": "static"},
        same(lambda _, w: with_input_scale(fp8(w, "tensor", scalar=True)))),
    "fp8-block": (
        {**FP8, "weight_block_size": [128, 128]},
        same(lambda _, w: fp8(w, "block", name="weight_scale_inv"))),
}


def with_input_scale(layer):
    """What a checkpoint with static activation scales has beside."""
    tensors, values = layer
    return {**tensors, "input_scale": torch.tensor(0.01)}, values


def fill(model, quantise, seed):
    """Gives a model random weights as the scheme rounds them; returns the checkpoint's tensors, and some values."""
    rng, tensors, samples = np.random.default_rng(seed), {}, {}
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = rng.standard_normal(parameter.shape)
            if "_proj." in name:
                layer, values = quantise(rng, name, noise * 1.6 / parameter.shape[1] ** 0.5)
                tensors |= {name.removesuffix("weight") + key: tensor for key, tensor in layer.items()}
                parameter.copy_(torch.from_numpy(values))
                places = np.random.default_rng(0).integers(0, values.shape, (SAMPLES, 2)).tolist()
                samples[name] = [[row, column, values[row, column]] for row, column in places]
            else:
                values = torch.from_numpy(1 + 0.1 * noise if "norm" in name else 0.2 * noise).to(torch.float16)
                tensors[name] = values
                parameter.copy_(values)
    return tensors, samples


def write(name, quantization, quantise):
    config = LlamaConfig(**SHAPE)
    config._attn_implementation = "eager"
    for seed in range(1000):
        exact = LlamaForCausalLM(config).eval().double()
        tensors, samples = fill(exact, quantise, seed)
        cases = [golden_case(exact, prompt) for prompt in prompts(config.vocab_size)]
        if min(min(case["margins"]) for case in cases) >= SMALLEST_MARGIN:
            break
    else:
        raise SystemExit(f"{name}: no seed with margins of at least {SMALLEST_MARGIN}")
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    described = {"architectures": ["LlamaForCausalLM"], **SHAPE, "quantization_config": quantization}
    (folder / "config.json").write_text(json.dumps(described, indent=2) + "\n")
    golden = {
        "transformers": transformers.__version__, "torch": torch.__version__,
        "compressed_tensors": compressed_tensors.__version__, "seed": seed,
        "arithmetic": "float64; norms, rotary tables and softmax in float32, as transformers does them",
        "float32_max_difference": float32_difference(exact, cases), "cases": cases,
        "values": samples,
    }
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    size = (folder / "model.safetensors").stat().st_size
    print(f"{name}: seed {seed}, {size} bytes, float32 off by {golden['float32_max_difference']:.2e}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, (quantization, quantise) in VARIANTS.items():
        if name in sys.argv[1:] or len(sys.argv) == 1:
            write(name, quantization, quantise)
