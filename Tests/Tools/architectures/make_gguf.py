"""Writes a GGUF twin of a tiny checkpoint, as llama.cpp's converter would lay it out.

It has no vocabulary. The checkpoint is of safetensors or of seeded weights, as the zoo's. What GGUF cannot say is
folded into the weights where that is exact, and refused elsewhere: the checkpoint's expectations hold for the twin.

    pip install gguf safetensors torch transformers
    python Tests/Tools/architectures/make_gguf.py CHECKPOINT_FOLDER OUT.gguf [--type q8_0]
"""

import argparse
import json
from pathlib import Path

import gguf
import gguf_metadata
import gguf_names
import gguf_rope
import gguf_tensors
import numpy as np
import seeded
from gguf.quants import quantize
from safetensors.torch import load_file
from transformers import AutoConfig

TYPES = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "bf16": (gguf.GGMLQuantizationType.BF16, gguf.LlamaFileType.MOSTLY_BF16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
    "q4_0": (gguf.GGMLQuantizationType.Q4_0, gguf.LlamaFileType.MOSTLY_Q4_0),
}
# Routers and positions stay exact, as llama.cpp keeps them.
KEPT = ("ffn_gate_inp", "position_embd", "norm")


def checkpoint(folder: Path) -> dict[str, np.ndarray]:
    recipe = folder / "seeded_weights.json"
    if recipe.exists():
        return seeded.weights(**json.loads(recipe.read_text()))
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise SystemExit(f"{folder}: neither seeded_weights.json nor .safetensors")
    return {name: tensor.float().numpy() for file in files for name, tensor in load_file(file).items()}


def stored(name: str, array: np.ndarray, wanted: gguf.GGMLQuantizationType):
    """The tensor's values and type: matrices as wanted, where their rows fill blocks."""
    array = np.ascontiguousarray(array, dtype=np.float32)
    is_matrix = array.ndim > 1 and name.endswith(".weight") and not any(part in name for part in KEPT)
    block = gguf.GGML_QUANT_SIZES[wanted][0]
    if not is_matrix or array.shape[-1] % block or wanted == gguf.GGMLQuantizationType.F32:
        return array, gguf.GGMLQuantizationType.F32
    return quantize(array, wanted), wanted


def write(folder: Path, out: Path, kind: str):
    config = AutoConfig.from_pretrained(folder)
    if config.model_type not in gguf_names.NAMINGS:
        known = ", ".join(sorted(gguf_names.NAMINGS))
        raise SystemExit(f"{folder}: llama.cpp has no model_type '{config.model_type}'; known: {known}")
    naming = gguf_names.NAMINGS[config.model_type]
    wanted, file_type = TYPES[kind]
    writer = gguf.GGUFWriter(out, naming.architecture)
    writer.add_name(folder.name)
    writer.add_file_type(file_type)
    if kind in ("q8_0", "q4_0"):
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    gguf_metadata.add_metadata(writer, config)
    writer.add_tokenizer_model("none")
    for name, array in gguf_tensors.converted(config, checkpoint(folder)):
        name = naming.name(name)
        values, type_ = stored(name, array, wanted)
        writer.add_tensor(name, values, raw_dtype=type_)
    for name, array in gguf_rope.factor_tensors(config).items():
        writer.add_tensor(name, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description="Writes a GGUF twin of a checkpoint.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--type", choices=TYPES, default="f32", help="of matrices; vectors stay f32")
    arguments = parser.parse_args()
    write(arguments.folder, arguments.out, arguments.type)


if __name__ == "__main__":
    main()
