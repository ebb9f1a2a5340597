"""Writes an entry of the zoo for each tiny configuration: seeded weights, and what transformers says to prompts.

    pip install gguf numpy safetensors torch transformers
    python Tests/Tools/architectures/make_zoo.py [--only NAME …] [--out ModelZoo]
"""

import argparse
import json
import os
import pathlib

import checkpoints
import continuation
import numpy as np
import seeded
import torch
from families import BY_NAME, FAMILIES
from gguf import GGMLQuantizationType
from gguf.quants import dequantize, quantize

ZOO = pathlib.Path(__file__).resolve().parents[3] / "ModelZoo"
MOST_SEEDS = 400


def bf16(rows: np.ndarray) -> np.ndarray:
    return torch.from_numpy(rows).bfloat16().float().numpy()


def block(kind):
    return lambda rows: dequantize(quantize(rows, kind), kind)


ROUNDINGS = {"bf16": bf16, "q8_0": block(GGMLQuantizationType.Q8_0), "q4_0": block(GGMLQuantizationType.Q4_0)}


def rounded(arrays: dict, function) -> dict:
    """Matrices with each row along the input rounded; norms and biases as they are."""
    result = {}
    for name, values in arrays.items():
        axis = seeded.input_dimension(name, values.shape)
        if axis is None:
            result[name] = values
            continue
        rows = np.ascontiguousarray(np.moveaxis(values, axis, -1))
        flat = np.asarray(function(rows.reshape(-1, rows.shape[-1])), np.float32)
        result[name] = np.ascontiguousarray(np.moveaxis(flat.reshape(rows.shape), -1, axis))
    return result


def find(family, config_text: str, tensors: dict):
    """The first seed whose continuations are clear."""
    config = json.loads(config_text)
    special = set(range(continuation.FIRST_ID))
    first = seeded.fnv1a64(family.name) % 1_000_000
    tried = {}
    for seed in range(first, first + MOST_SEEDS):
        arrays = seeded.weights(seed, tensors)
        model = checkpoints.loaded(config_text, arrays, family.model_class)
        cases = []
        for prompt in continuation.prompts(config["vocab_size"], seed):
            cases.append(continuation.greedy(model, prompt, token_by_token=family.token_by_token))
            if continuation.unusable(cases[-1], special):
                break
        reasons = continuation.reasons_against(model, cases, special)
        if not reasons:
            return seed, arrays, model, cases
        tried[reasons[0]] = tried.get(reasons[0], 0) + 1
    raise ValueError(f"{family.name}: no good seed among {MOST_SEEDS}: {tried}")


def make(family, out: pathlib.Path) -> None:
    config_text, shapes = checkpoints.empty_checkpoint(family)
    tensors = seeded.layout(shapes, family)
    seed, arrays, model, cases = find(family, config_text, tensors)
    options = dict(token_by_token=family.token_by_token)
    noise = max(np.abs(continuation.given_logprobs(model, c, **options) - c["logprobs"]).max() for c in cases)
    rounding = {}
    for name, function in ROUNDINGS.items():
        other = checkpoints.loaded(config_text, rounded(arrays, function), family.model_class)
        rounding[name] = float(f"{continuation.mean_difference(other, cases, **options):.3g}")

    folder = out / family.name
    os.makedirs(folder, exist_ok=True)
    (folder / "config.json").write_text(config_text if config_text.endswith("\n") else config_text + "\n")
    rows = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in tensors.items()]
    checkpoints.write_lines(folder / "seeded_weights.json", f'{{"seed": {seed}, "tensors": {{', rows, "}}")
    checkpoints.write_cases(folder / "expected.json", cases)
    entry = {
        "name": family.name, "architecture": json.loads(config_text)["architectures"][0],
        "description": family.description, "licence": "Apache-2.0", "weights": ["seeded_weights.json"],
        "expected": "expected.json", "prompt": "1 2 3", "rounding": rounding,
    }
    (folder / "entry.json").write_text(json.dumps(entry, indent=2, ensure_ascii=False) + "\n")

    margins = np.concatenate([case["margins"] for case in cases])
    routing = continuation.routing_margin(model, cases)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1024
    print(f"{family.name:26} seed {seed} margins {margins.min():.3g} to {np.median(margins):.3g}, "
          f"logprob {np.mean([c['logprobs'] for c in cases]):.2f}, noise {noise:.1e}, routing {routing:.2g}, "
          f"{rounding}, {size:.1f} KB", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", choices=sorted(BY_NAME))
    parser.add_argument("--out", type=pathlib.Path, default=ZOO)
    arguments = parser.parse_args()
    for family in FAMILIES:
        if not arguments.only or family.name in arguments.only:
            make(family, arguments.out)
