"""The models that are compared: random weights in the shape of LLaMAs.

`1b-q4_0` and the like are GGUF files that Quire makes, which llama.cpp reads too; `160m-hf` is a folder that
transformers makes, which vLLM and Quire read too.
"""

import os
import subprocess

HUGGING_FACE = """
import sys, torch
from transformers import LlamaConfig, LlamaForCausalLM
torch.manual_seed(0)
config = LlamaConfig(
    vocab_size=32000, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
    num_key_value_heads=12, max_position_embeddings=2048, tie_word_embeddings=False,
)
LlamaForCausalLM(config).save_pretrained(sys.argv[1])
"""


def path(name, folder, binary, python):
    """The place of a model, which is made where it is missing.

    `binary` is Quire's, `python` an interpreter that has transformers, or None.
    """
    os.makedirs(folder, exist_ok=True)
    if name == "160m-hf":
        place = os.path.join(folder, name)
        if not os.path.exists(os.path.join(place, "config.json")):
            if python is None:
                return None
            subprocess.run([python, "-c", HUGGING_FACE, place], check=True, stdout=subprocess.DEVNULL)
        return place
    shape, kind = name.split("-", 1)
    place = os.path.join(folder, f"random-{shape}-{kind}.gguf")
    if not os.path.exists(place):
        floats = {"f32": "float32", "f16": "float16", "bf16": "bfloat16"}
        type_flag = ["--dtype", floats[kind]] if kind in floats else ["--quantization", kind]
        shortest = ["--input-len", "1", "--output-len", "1", "--batch-size", "1", "--num-iters-warmup", "0"]
        subprocess.run(
            [binary, "bench", "latency", "--random-model", shape, "--random-model-dir", folder, "--num-iters", "1"]
            + type_flag + shortest,
            check=True, stdout=subprocess.DEVNULL,
        )
    return place
