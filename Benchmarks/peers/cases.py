"""What is compared with whom, and what shall come of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    ask: dict
    # Names of models: what both run, or Quire alone.
    model: str
    # "" where Quire is measured alone.
    peer: str
    peer_model: str = ""
    # Ours over theirs at least; for Quire alone, see `limit`.
    target: float = 1.0
    # More options for Quire.
    arguments: tuple = ()
    peer_dtype: str = "float32"
    # What the target is for Quire alone: "most" or "least".
    limit: str = "least"

    @property
    def label(self):
        ask = self.ask
        if ask["measure"] == "prefill":
            return f"prefill {ask['prompt']}"
        if ask["measure"] == "memory":
            return "memory over weights and KV cache"
        if ask["measure"] == "start":
            return "seconds to the first token of a new process"
        if ask["measure"] == "decode" and not self.peer:
            return "decode ×1, share of the bandwidth"
        if ask["measure"] == "decode":
            return f"decode ×{ask['batch']}"
        return f"{ask['count']} requests of {ask['prompt']}+{ask['output']}"


PREFILL = {"measure": "prefill", "prompt": 256}
REQUESTS = {"measure": "requests", "count": 32, "prompt": 64, "output": 32}


def decode(batch, steps=32):
    return {"measure": "decode", "batch": batch, "prompt": 32, "steps": steps}


def llama_cpp(model, ask, target, peer_model=""):
    return Case(f"{model} {ask['measure']}{ask.get('batch', '')}", ask, model, "llama.cpp", peer_model, target)


def alone(model, name, ask, target, limit, arguments=()):
    return Case(f"{model} {name}", ask, model, "", target=target, limit=limit, arguments=arguments)


# Stands for the folder of the models.
FOLDER = "MODELS"


ALL = [
    llama_cpp("1b-q4_0", PREFILL, 2.0),
    llama_cpp("1b-q4_0", decode(32), 3.0),
    llama_cpp("1b-q4_0", decode(8), 2.5),
    llama_cpp("1b-q4_0", decode(1), 1.0),
    llama_cpp("1b-q4_k_m", PREFILL, 1.8),
    llama_cpp("1b-q4_k_m", decode(32), 2.5),
    llama_cpp("1b-q8_0", PREFILL, 1.5),
    llama_cpp("1b-q8_0", decode(32), 2.0),
    llama_cpp("1b-q8_0", decode(1), 1.0),
    llama_cpp("1b-bf16", PREFILL, 1.1, peer_model="1b-f16"),
    llama_cpp("1b-f16", PREFILL, 1.1),
    llama_cpp("1b-bf16", decode(1), 1.0),
    alone("1b-q4_0", "bandwidth", decode(1), 0.9, "least"),
    alone("1b-q8_0", "bandwidth", decode(1), 0.9, "least"),
    alone("1b-bf16", "bandwidth", decode(1), 0.9, "least"),
    Case("160m-float32 requests vllm", REQUESTS, "160m-hf", "vllm", target=2.5),
    Case("160m-float32 requests transformers", REQUESTS, "160m-hf", "transformers", target=24),
    Case(
        "160m-q4_0 requests transformers", REQUESTS, "160m-hf", "transformers", target=24,
        arguments=("--quantization", "q4_0"),
    ),
    alone("160m-bf16", "start", {"measure": "start"}, 0.5, "most"),
    alone("1b-q4_0", "start", {"measure": "start"}, 1.5, "most"),
    alone("1b-q4_0", "start again", {"measure": "start"}, 0.4, "most", ("--packed-cache", f"{FOLDER}/packed")),
    alone("7b-q4_0", "memory", {"measure": "memory", "prompt": 960, "output": 32, "cache": "1GiB"}, 1.05, "most"),
]

# The same in a minute or two: to see that everything runs, not to say how fast.
QUICK = [
    Case(f"160m {ask['measure']} {peer}", ask, model, peer, peer_model)
    for peer, model, peer_model in [
        ("llama.cpp", "160m-q4_0", ""), ("transformers", "160m-q4_0", "160m-hf"), ("vllm", "160m-hf", ""),
    ]
    for ask in [
        {"measure": "prefill", "prompt": 64},
        decode(4, steps=8),
        {"measure": "requests", "count": 4, "prompt": 16, "output": 8},
    ]
    # It takes a minute to start: once is enough.
    if peer != "vllm" or ask["measure"] == "requests"
] + [
    alone("160m-q4_0", "bandwidth", decode(1, steps=8), 0.9, "least"),
    alone("160m-q4_0", "start", {"measure": "start"}, 0.5, "most"),
    alone("160m-q4_0", "memory", {"measure": "memory", "prompt": 64, "output": 8, "cache": "8MiB"}, 1.05, "most"),
]
