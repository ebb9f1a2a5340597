"""Runs Quire and other engines in turn on the same weights, and prints the medians of their ratios.

    compare.py [--llama-python P] [--transformers-python P] [--vllm-python P] [--rounds N] [--only TEXT] [--quick]

A peer whose interpreter lacks it is named as not run. README.md has the rest.
"""

import argparse
import json
import os
import shlex
import statistics
import sys

import alone
import cases
import chart
import machine
import models
from peers import HERE, Peer, why_not
from quire_engine import Quire

ROOT = os.path.dirname(os.path.dirname(HERE))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for peer in ["llama", "transformers", "vllm"]:
        variable = f"QUIRE_{peer.upper()}_PYTHON"
        parser.add_argument(
            f"--{peer}-python", default=os.environ.get(variable), help=f"an interpreter that has it; or ${variable}"
        )
    parser.add_argument("--quire", default=os.path.join(ROOT, ".build", "release", "quire"), help="Quire's command")
    parser.add_argument("--models", default=os.path.join(ROOT, ".build", "bench-models"), help="folder for models")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5, help="turns of both sides")
    parser.add_argument("--cpu", default="avx2", help="instruction set for both: avx2, or best for what each takes")
    parser.add_argument("--only", default="", help="cases whose name has this text")
    parser.add_argument("--quick", action="store_true", help="a small model and few tokens: does everything run?")
    parser.add_argument("--output", default=os.path.join(ROOT, ".build", "bench-peers.json"), help="JSON result")
    parser.add_argument("--svg", help="draw the ratios into this file")
    return parser.parse_args()


def rate(sample):
    return sample["tokens"] / sample["seconds"]


def compare(case, quire, peer, rounds):
    """Both sides in turn; who goes first changes."""
    ours, theirs = [], []
    # Nobody pays for the first touch of anything.
    peer.measure(case.ask)
    for turn in range(rounds):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            if side == 0:
                ours.append(rate(quire.measure(case.ask)))
            else:
                theirs.append(rate(peer.measure(case.ask)))
    ratios = [mine / other for mine, other in zip(ours, theirs)]
    return {
        "quire_tokens_per_second": ours,
        "peer_tokens_per_second": theirs,
        "ratios": ratios,
        "median_ratio": statistics.median(ratios),
        "quire": quire.about(),
        "peer_about": peer.about,
        "command": quire.command(),
    }


def lengths(ask):
    """Tokens of a sequence, with some to spare, and sequences."""
    context = ask["prompt"] + ask.get("steps", 0) + ask.get("output", 0) + 32
    return context, ask.get("batch", ask.get("count", 1))


def run(case, options, pythons):
    result = {
        "case": case.name, "label": case.label, "model": " ".join((case.model, *case.arguments)), "peer": case.peer,
        "peer_model": case.peer_model or case.model, "ask": case.ask, "target": case.target,
    }
    environment = {} if options.cpu == "best" else {"QUIRE_CPU": options.cpu}
    if not case.peer:
        place = models.path(case.model, options.models, options.quire, None)
        arguments = [argument.replace(cases.FOLDER, options.models) for argument in case.arguments]
        quire = Quire(options.quire, options.threads, ["--model", place, *arguments], environment)
        return result | {"limit": case.limit} | alone.measure(case, quire, place, options)
    reason = why_not(case.peer, pythons[case.peer])
    if reason:
        return result | {"not_run": reason}
    maker = None if why_not("transformers", pythons["transformers"]) else pythons["transformers"]
    places = [models.path(name, options.models, options.quire, maker) for name in (case.model, result["peer_model"])]
    if None in places:
        return result | {"not_run": "its model needs transformers, which is not installed"}
    quire = Quire(options.quire, options.threads, ["--model", places[0], *case.arguments], environment)
    context, sequences = lengths(case.ask)
    try:
        peer = Peer(
            case.peer, pythons[case.peer], places[1], options.threads, context, sequences, case.peer_dtype, options.cpu
        )
    except RuntimeError as error:
        return result | {"not_run": str(error)}
    try:
        return result | compare(case, quire, peer, options.rounds)
    except RuntimeError as error:
        return result | {"not_run": str(error)}
    finally:
        peer.close()


def row(result):
    names = [result["model"], result["label"], result["peer"]]
    if "not_run" in result:
        return names + ["", "", f"not run: {result['not_run']}", ""]
    if "samples" in result:
        sign = "≤" if result["limit"] == "most" else "≥"
        names[2] = "–"
        return names + ["", "", f"{result['median']:.3f}", f"{sign} {result['target']:g}"]
    ratios = result["ratios"]
    return names + [
        f"{statistics.median(result['quire_tokens_per_second']):.1f}",
        f"{statistics.median(result['peer_tokens_per_second']):.1f}",
        f"{result['median_ratio']:.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
        f"≥ {result['target']:g}",
    ]


def main():
    options = parse()
    pythons = {
        "llama.cpp": options.llama_python or sys.executable,
        "transformers": options.transformers_python or sys.executable,
        "vllm": options.vllm_python or sys.executable,
    }
    if not os.path.exists(options.quire):
        sys.exit(f"compare.py: no {options.quire}; build it with `make build`, or name it with --quire")
    if options.rounds < 1:
        sys.exit(f"compare.py: --rounds is {options.rounds}; expected at least 1")
    known = cases.QUICK if options.quick else cases.ALL
    chosen = [case for case in known if options.only in case.name]
    if not chosen:
        sys.exit(f"compare.py: no case has '{options.only}'; there are: {', '.join(case.name for case in known)}")
    report = {
        "machine": machine.describe(), "command": "compare.py " + shlex.join(sys.argv[1:]), "cpu": options.cpu,
        "threads": options.threads, "rounds": options.rounds, "cases": [],
    }
    if report["machine"]["load"] > 0.5:
        print(f"compare.py: the load is {report['machine']['load']:.1f}: others use this machine", file=sys.stderr)
    print("| model | | against | Quire, tokens/s | peer, tokens/s | median | asked |\n|---|---|---|---|---|---|---|")
    for case in chosen:
        result = run(case, options, pythons)
        report["cases"].append(result)
        print("| " + " | ".join(row(result)) + " |", flush=True)
        # After each case: a long run may be cut short.
        with open(options.output, "w") as file:
            json.dump(report, file, indent=1, ensure_ascii=False)
    if options.svg:
        with open(options.svg, "w") as file:
            file.write(chart.svg(report))


if __name__ == "__main__":
    main()
