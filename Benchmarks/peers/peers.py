"""Other engines as processes."""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# By name: the program, and what its interpreter must be able to import.
PROGRAMS = {
    "llama.cpp": ("llama_cpp_engine.py", "llama_cpp"),
    "transformers": ("transformers_engine.py", "transformers"),
    "vllm": ("vllm_engine.py", "vllm"),
}

# What keeps the libraries below the engines to the instructions that Quire is kept to.
ENVIRONMENTS = {
    "avx2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
}


def why_not(name, python):
    """Why an engine cannot run, or None where it can."""
    if python is None:
        return "not installed"
    module = PROGRAMS[name][1]
    # Finding a module is quicker than importing it.
    look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)"
    try:
        done = subprocess.run([python, "-c", look], capture_output=True)
    except OSError as error:
        return f"{python} does not run ({error.strerror})"
    return None if done.returncode == 0 else "not installed"


class Peer:
    """A peer's process with a model; ends with `close`."""

    def __init__(self, name, python, model, threads, context, sequences, dtype, cpu):
        program = os.path.join(HERE, PROGRAMS[name][0])
        command = [python, program, "--model", model, "--threads", str(threads), "--context", str(context)]
        command += ["--sequences", str(sequences), "--dtype", dtype]
        # How long threads spin is left to the engine: it waits often within a step. When it has nothing to do they soon
        # sleep.
        environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
        environment |= ENVIRONMENTS.get(cpu, {})
        self.name = name
        self.log = open(os.devnull, "w") if not os.environ.get("PEERS_VERBOSE") else sys.stderr
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment
        )
        self.about = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            status = self.process.wait()
            raise RuntimeError(f"{self.name} ended with status {status}; PEERS_VERBOSE=1 shows what it said")
        return json.loads(line)

    def measure(self, ask):
        self.process.stdin.write(json.dumps(ask) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
