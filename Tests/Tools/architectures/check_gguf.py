"""Holds llama.cpp to the expectations of tiny checkpoints, through the GGUF twins that make_gguf.py wrote of them.

    pip install llama-cpp-python numpy
    python Tests/Tools/architectures/check_gguf.py FOLDER_OF_GGUFS [--zoo ModelZoo]

A file is named after the entry whose `expected.json` it must meet; a quantised one's mean difference is held against
its `rounding`. A star marks continuations with another best token. Known differences of llama.cpp are listed below.
"""

import argparse
import ctypes
import json
import sys
from pathlib import Path

import llama_cpp
import numpy as np

TOLERANCE = 1e-3
# llama.cpp reads GELU from a table in half precision.
GELU_TOLERANCE = 1e-2
# Quantised files: how much more than the weights' rounding alone the mean may differ. llama.cpp rounds inputs as well.
ROUNDING_MARGIN = 3.0
TYPES = {"0": "f32", "32": "bf16", "7": "q8_0", "2": "q4_0"}
GELU = ("falcon", "gemma", "gemma2", "gemma3", "gptneox", "gpt2", "phi2", "starcoder2")
# Their windows are keys that llama.cpp does not read: expectations hold as far as the window reaches.
WINDOWLESS = ("llama", "qwen2", "starcoder2")
SKIPPED = {
    "gpt-oss": "llama.cpp limits SwiGLU at 7, whatever the model, and rounds the bounds of YaRN's ramp",
    "deepseek-v2-group": "llama.cpp sums the two best of a group of experts, the model takes the best",
    "cohere-qknorm": "llama.cpp looks for norms of heads from 64 layers on",
}


class Model:
    def __init__(self, path: Path, changes: dict[str, int] | None = None):
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = 0
        if changes:
            self.overrides = overrides(changes)
            parameters.kv_overrides = self.overrides
        self.pointer = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        if not self.pointer:
            raise SystemExit(f"{path}: llama.cpp does not load it")
        self.architecture = self.metadata("general.architecture")
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.pointer))

    def logprobs(self, tokens: list[int]) -> np.ndarray:
        """After each token, [tokens, vocabulary]; cache and sums in single precision."""
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = 512
        parameters.n_threads = parameters.n_threads_batch = 1
        parameters.type_k = parameters.type_v = llama_cpp.GGML_TYPE_F32
        parameters.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        # Keys that it reads for few architectures.
        for name in ("yarn_beta_fast", "yarn_beta_slow"):
            if value := self.metadata(f"{self.architecture}.rope.scaling.{name}"):
                setattr(parameters, name, float(value))
        context = llama_cpp.llama_init_from_model(self.pointer, parameters)
        batch = llama_cpp.llama_batch_init(len(tokens), 0, 1)
        batch.n_tokens = len(tokens)
        for index, token in enumerate(tokens):
            batch.token[index], batch.pos[index], batch.logits[index] = token, index, 1
            batch.n_seq_id[index], batch.seq_id[index][0] = 1, 0
        if code := llama_cpp.llama_decode(context, batch):
            raise SystemExit(f"llama_decode: {code}")
        shape = (len(tokens), self.vocabulary)
        logits = np.ctypeslib.as_array(llama_cpp.llama_get_logits(context), shape).astype(np.float64)
        llama_cpp.llama_batch_free(batch)
        llama_cpp.llama_free(context)
        logits -= logits.max(-1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(-1, keepdims=True))

    def metadata(self, key: str) -> str:
        text = ctypes.create_string_buffer(256)
        llama_cpp.llama_model_meta_val_str(self.pointer, key.encode(), text, len(text))
        return text.value.decode()


def overrides(changes: dict[str, int]):
    """Integers in place of the file's metadata, closed by an empty key."""
    array = (llama_cpp.llama_model_kv_override * (len(changes) + 1))()
    for place, (key, value) in zip(array, changes.items()):
        place.key, place.tag = key.encode(), llama_cpp.LLAMA_KV_OVERRIDE_TYPE_INT
        place.value.val_i64 = value
    return array


def differences(model: Model, case: dict, count: int) -> tuple[np.ndarray, bool]:
    """Of the first log-probabilities of the given continuation, and whether its tokens are the best ones."""
    prompt, expected = case["prompt_token_ids"], case["token_ids"][:count]
    rows = model.logprobs(prompt + expected[:-1])[len(prompt) - 1 :]
    found = rows[np.arange(count), expected]
    return np.abs(found - case["logprobs"][:count]), rows.argmax(-1).tolist() == expected


def check(path: Path, zoo: Path) -> bool:
    """Prints a line for the file; whether it meets its entry's expectations as far as they hold."""
    if reason := SKIPPED.get(path.stem.removesuffix("-tiny")):
        print(f"{path.stem:26} skipped: {reason}")
        return True
    model = Model(path)
    architecture = model.architecture
    kind = TYPES[model.metadata("general.file_type")]
    window = model.metadata(f"{architecture}.attention.sliding_window")
    most = int(window) if window and architecture in WINDOWLESS else None
    original = model.metadata(f"{architecture}.rope.scaling.original_context_length")
    parts, largest, means, best = [], 0.0, [], True
    expected = zoo / path.stem / "expected.json"
    if not expected.exists():
        raise SystemExit(f"{path}: there is no {expected}")
    for case in json.loads(expected.read_text()):
        length, count = len(case["prompt_token_ids"]), len(case["token_ids"])
        if most is not None:
            count = min(count, most - length + 1)
            if count <= 0:
                continue
        one = model
        # llama.cpp takes the long factors for a long context, the model for a long input.
        if architecture == "phi3" and original and length + count <= int(original):
            one = Model(path, {f"{architecture}.rope.scaling.original_context_length": 1 << 20})
        found, same = differences(one, case, count)
        parts.append(f"{length}: {found.max():.1e}{'' if same else '*'}")
        largest, best = max(largest, found.max()), best and same
        means.append(found.mean())
    if kind == "f32":
        good = best and largest <= (GELU_TOLERANCE if architecture in GELU else TOLERANCE)
    else:
        rounding = json.loads((zoo / path.stem / "entry.json").read_text())["rounding"][kind]
        ratio = np.mean(means) / rounding
        good = ratio <= ROUNDING_MARGIN
        parts.append(f"{ratio:.2f} times the rounding of {kind}")
    note = f"; llama.cpp lacks the window of {most}" if most else ""
    print(f"{path.stem:26} {'ok  ' if good else 'FAIL'} {', '.join(parts)}{note}", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description="Compares llama.cpp with the expectations of tiny checkpoints.")
    parser.add_argument("folder", type=Path, help="GGUF files named after entries of the zoo")
    parser.add_argument("--zoo", type=Path, default=Path(__file__).resolve().parents[3] / "ModelZoo")
    arguments = parser.parse_args()
    silent = llama_cpp.llama_log_callback(lambda level, text, data: None)
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    files = sorted(arguments.folder.glob("*.gguf"))
    if not files:
        raise SystemExit(f"{arguments.folder}: no GGUF files")
    results = [check(path, arguments.zoo) for path in files]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
