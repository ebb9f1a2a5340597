"""Writes the simple English that quire-tiny is trained on: a document is a list of texts, each ended by `</s>`."""

import argparse
import json
import random
from collections.abc import Iterator

from dialogue import conversation
from facts import fact
from stories import scene, story

KINDS = [
    (lambda rng: [story(rng)], 30),
    (lambda rng: [scene(rng)], 30),
    (lambda rng: [fact(rng)], 20),
    (conversation, 20),
]


def documents(count: int, seed: int) -> Iterator[list[str]]:
    """`count` documents, the same for the same seed."""
    rng = random.Random(seed)
    makers, weights = zip(*KINDS)
    for _ in range(count):
        yield rng.choices(makers, weights)[0](rng)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text", action="store_true", help="plain text instead of a JSON list a line")
    options = parser.parse_args()
    for document in documents(options.count, options.seed):
        print("\n".join(document) + "\n" if options.text else json.dumps(document))
