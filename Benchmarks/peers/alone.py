"""What is asked of Quire without a peer: memory, the time to start, and how much of the memory's bandwidth it reads."""

import os
import statistics
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KERNELS = os.path.join(HERE, "..", "kernels")


def peak_share(quire, model, ask):
    """Most memory that the process held, over its weights as they lie in the file and its KV cache, which is filled."""
    quire.run(
        "latency", "--batch-size", 1, "--input-len", ask["prompt"], "--output-len", ask["output"],
        "--kv-cache-memory", ask["cache"], "--num-iters-warmup", 0, "--num-iters", 1,
    )
    return quire.last["peak_rss_bytes"] / (os.path.getsize(model) + quire.last["planned_kv_cache_bytes"])


def start_seconds(quire):
    """From the command to the end of a process that generates one token."""
    command = [quire.binary, "generate", "--prompt-token-ids", "1 5 9", "--max-tokens", "1", "--temperature", "0"]
    begin = time.perf_counter()
    subprocess.run(
        command + quire.arguments, env=quire.environment, check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - begin


def read_bytes(binary, model):
    """Bytes of the weights that a token reads: all but the embedding, of which it reads a row."""
    text = subprocess.run([binary, "inspect", model], capture_output=True, text=True, check=True).stdout
    rows = text[text.index("TENSOR") :].splitlines()[1:]
    return sum(int(row.split()[-1]) for row in rows if not row.startswith(("token_embd.", "model.embed_tokens.")))


class Bandwidth:
    """The machine's own limit, as the kernels' benchmark measures it."""

    def __init__(self, cpu, threads):
        self.directory = tempfile.TemporaryDirectory()
        self.program = os.path.join(self.directory.name, "kernels")
        sources = os.path.join(KERNELS, "..", "..", "Sources", "CKernels")
        files = [
            os.path.join(folder, name)
            for folder in (KERNELS, sources) for name in os.listdir(folder) if name.endswith(".c")
        ]
        compiler = os.environ.get("CC", "clang")
        include = os.path.join(sources, "include")
        subprocess.run([compiler, "-O2", "-I", include, "-o", self.program, *files, "-pthread"], check=True)
        # No family of kernels has this name: only the limits are measured.
        self.arguments = ["--only", "limits", "--threads", str(threads)]
        if cpu != "best":
            self.arguments += ["--isa", cpu]
        self.threads = threads

    def measure(self):
        """Bytes per second that the threads read."""
        command = [self.program] + self.arguments
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        line = next(line for line in lines if f" {self.threads} thread(s)" in line)
        return float(line.split(",")[-1].split()[0]) * 1e9


def bandwidth_share(quire, model, ask, limits, rounds):
    """Samples of weights read per second over what the same threads can read, in turn."""
    size = read_bytes(quire.binary, model)
    samples = []
    for _ in range(rounds):
        limit = limits.measure()
        sample = quire.measure(ask)
        limit = (limit + limits.measure()) / 2
        samples.append(size * sample["tokens"] / sample["seconds"] / limit)
    return samples


def measure(case, quire, model, options):
    """Samples and their median, by what the case asks."""
    kind = case.ask["measure"]
    if kind == "memory":
        samples = [peak_share(quire, model, case.ask)]
    elif kind == "start":
        # The first one brings the file into memory, and fills what is kept between starts.
        samples = [start_seconds(quire) for _ in range(options.rounds + 1)][1:]
    else:
        samples = bandwidth_share(quire, model, case.ask, Bandwidth(options.cpu, options.threads), options.rounds)
    result = {"samples": samples, "median": statistics.median(samples)}
    return result | ({"command": quire.command(), "quire": quire.about()} if quire.last else {})
