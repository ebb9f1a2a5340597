"""Checkpoints on disk: written under their published names, read by transformers' own loader."""

import json
import os
import tempfile

import torch
import transformers
from safetensors import safe_open
from safetensors.torch import save_file

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
# Sums in an order of their own would make expectations depend on the machine's cores.
torch.set_num_threads(1)


def empty_checkpoint(family) -> tuple[str, dict]:
    """`config.json`'s text and the shapes by name, as `save_pretrained` writes a model of this configuration."""
    with tempfile.TemporaryDirectory() as folder:
        family.model_class(family.config()).save_pretrained(folder)
        text = open(os.path.join(folder, "config.json")).read()
        with safe_open(os.path.join(folder, "model.safetensors"), "pt") as file:
            shapes = {name: list(file.get_slice(name).get_shape()) for name in file.keys()}
    return text, shapes


def write(folder: str, config_text: str, arrays: dict) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w") as file:
        file.write(config_text)
    tensors = {name: torch.as_tensor(value).contiguous() for name, value in arrays.items()}
    save_file(tensors, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})


def read(folder: str, model_class, **options):
    """The model in float32 with plain attention, where that is right; a name that is not the loader's, or is missing, is an error."""
    # Plain attention of Falcon with ALiBi adds its biases twice, once with the mask and once by itself.
    is_alibi = json.load(open(os.path.join(folder, "config.json"))).get("alibi", False)
    model, found = model_class.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="sdpa" if is_alibi else "eager", output_loading_info=True,
        **options,
    )
    wrong = {kind: keys for kind, keys in found.items() if keys and kind != "error_msgs"}
    if wrong or found.get("error_msgs"):
        raise ValueError(f"{folder}: {wrong} {found.get('error_msgs')}")
    return model.eval()


def loaded(config_text: str, arrays: dict, model_class):
    with tempfile.TemporaryDirectory() as folder:
        write(folder, config_text, arrays)
        return read(folder, model_class)


def write_lines(path: str, opening: str, rows: list[str], closing: str) -> None:
    """A list or object in JSON with one member a line."""
    with open(path, "w") as file:
        file.write(opening + "\n" + ",\n".join(rows) + "\n" + closing + "\n")


def write_cases(path: str, cases: list[dict]) -> None:
    write_lines(path, "[", [json.dumps(case) for case in cases], "]")
