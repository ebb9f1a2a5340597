#!/usr/bin/env python3
"""Makes Tests/Fixtures/templates: templates, and what Python's jinja2 makes of them with transformers' settings.

    python3 Tests/Tools/make_template_goldens.py

Needs: pip install transformers jinja2.  Made with transformers 5.19.0 and jinja2 3.1.6.

features.jsonl: the variables, then {"template", "output" or "error"} for each template of template_features.py.
expressions.jsonl: the same for random expressions; of errors only the kind is kept.
chats.jsonl: conversations, then {"template", "case", "output" or "error"} for the templates of template_chats.py.
"""

import copy
import datetime
import functools
import json
import pathlib
import random
import re
import types

from transformers.utils import chat_template_utils

import template_chats
import template_expressions
import template_features

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "templates"
SEED, NUM_EXPRESSIONS = 20260, 3000
# Addresses differ from run to run, and what is longer than 64 bits or complex is refused by Quire.
UNSTABLE = re.compile(r"0x[0-9a-f]{6,}|built-in method|<function |<bound method", re.IGNORECASE)


class FixedTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 12, 0, 0)


chat_template_utils.datetime = FixedTime


def outcome(template, variables):
    try:
        # Some filters of jinja2 change the lists that they are given.
        compiled = chat_template_utils._compile_jinja_template(template)
        return {"output": compiled.render(**copy.deepcopy(variables))}
    except Exception as error:
        # As Python's compiler says it about the code that jinja2 makes.
        kind = "TemplateSyntaxError" if isinstance(error, SyntaxError) else type(error).__name__
        message = str(error).split(" (<unknown>")[0].split(" (<template>")[0]
        return {"error": f"{kind}: {message}" if message else kind}


class Renamed:
    """An iterator that prints otherwise than a generator."""

    def __init__(self, values):
        self.values = values

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.values)

    def __repr__(self):
        return "<iterator>"


def prints_generators(template, variables, result):
    """Whether a text depends on how a generator prints: by an address, which no two runs share."""
    compiled = chat_template_utils._compile_jinja_template(template)
    filters = compiled.environment.filters
    originals = dict(filters)

    def renamed(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            value = function(*args, **kwargs)
            return Renamed(value) if isinstance(value, types.GeneratorType) else value

        return wrapper

    try:
        filters.update({name: renamed(function) for name, function in originals.items()})
        return outcome(template, variables) != result
    finally:
        filters.update(originals)


def write(name, rows):
    with open(FIXTURES / name, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{name}: {len(rows) - 1} rows")


def features():
    variables = template_features.VARIABLES
    templates = ["{{ " + line + " }}" for line in template_features.EXPRESSIONS.strip().split("\n")]
    templates += [text.strip("\n") for text in template_features.TEMPLATES.split("\n----\n")]
    rows = [{"template": template, **outcome(template, variables)} for template in templates]
    rows = [row for row in rows if not UNSTABLE.search(row.get("output", ""))]
    write("features.jsonl", [{"variables": variables}] + rows)


def expressions():
    variables = template_features.VARIABLES
    rng = random.Random(SEED)
    rows, seen = [], set()
    while len(rows) < NUM_EXPRESSIONS:
        template = "{{ " + template_expressions.expression(rng) + " }}"
        if template in seen:
            continue
        seen.add(template)
        result = outcome(template, variables)
        output = result.get("output", "")
        if "output" in result and prints_generators(template, variables, result):
            continue
        if UNSTABLE.search(output) or len(output) > 400 or template_expressions.is_beyond(output):
            continue
        if "error" in result:
            kind = result["error"].split(":")[0]
            # Python's errors about numbers that are too long for it have no match in Quire.
            if kind in ("OverflowError", "MemoryError"):
                continue
            result = {"error": kind}
        rows.append({"template": template, **result})
    write("expressions.jsonl", [{"variables": variables}] + rows)


def chats():
    rows = []
    for template in template_chats.TEMPLATES:
        for case, variables in template_chats.CASES.items():
            rows.append({"template": template, "case": case, **outcome(template_chats.TEMPLATES[template], variables)})
    write("chats.jsonl", [{"cases": template_chats.CASES, "templates": template_chats.TEMPLATES}] + rows)


FIXTURES.mkdir(parents=True, exist_ok=True)
features()
expressions()
chats()
