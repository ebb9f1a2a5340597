"""A small grammar: text with [slots] that are filled from lists, again and again until none is left."""

import random
import re

SLOT = re.compile(r"\[([a-z_]+)(?::([a-z]+))?\]")


class Grammar:
    """Rules map a slot's name to its choices. `[name:tag]` remembers its choice, and `[tag]` repeats it."""

    def __init__(self, rules: dict[str, list[str]], rng: random.Random):
        self.rules = rules
        self.rng = rng

    def expand(self, text: str) -> str:
        memory: dict[str, str] = {}

        def fill(match: re.Match) -> str:
            name, tag = match.group(1), match.group(2)
            if name in memory:
                return memory[name]
            choice = self.rng.choice(self.rules[name])
            if tag:
                choice = self._close(choice, memory, fill)
                memory[tag] = choice
            return choice

        return self._tidy(self._close(text, memory, fill))

    @staticmethod
    def _close(text: str, memory: dict[str, str], fill) -> str:
        for _ in range(12):
            if not SLOT.search(text):
                return text
            text = SLOT.sub(fill, text, count=1) if memory is None else SLOT.sub(fill, text)
        raise ValueError(f"the rules never end: {text}")

    @staticmethod
    def _tidy(text: str) -> str:
        """`a apple` becomes `an apple`, and sentences begin with a capital."""
        text = re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", text)
        text = re.sub(r"(^|[.!?] )([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)
        return text
