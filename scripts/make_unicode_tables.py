#!/usr/bin/env python3
"""Writes the tables under Sources/QuireTokenizers/Unicode that Swift's standard library does not have.

    python3 scripts/make_unicode_tables.py

ScriptData.swift holds the script of every character, DecompositionData.swift what characters decompose into.
Needs: pip install regex.  Made with Python 3.11 (Unicode 14.0) and regex 2026.11.19.
"""

import pathlib
import unicodedata

import regex

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "Sources" / "QuireTokenizers" / "Unicode"
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
HEADER = "// Made by scripts/make_unicode_tables.py; do not edit.\n\n"


def number(value):
    """Five bits a character, lowest first; the sixth says that more follow."""
    text = ""
    while value >= 32:
        text += DIGITS[32 | value & 31]
        value >>= 5
    return text + DIGITS[value]


def zigzag(value):
    return value << 1 if value >= 0 else (-value << 1) - 1


def chunks(text, width=112):
    return [text[i:i + width] for i in range(0, len(text), width)]


def all_characters():
    return (c for c in range(0x110000) if not 0xD800 <= c < 0xE000)


def script_table():
    spellings = [names for names in known_scripts().values() if "UNKNOWN" not in names]
    patterns = [regex.compile(rf"\p{{sc={names[0]}}}") for names in spellings]
    used = sorted(({next((i for i, p in enumerate(patterns) if p.match(chr(c))), None) for c in all_characters()
                    if unicodedata.category(chr(c)) != "Co"} - {None}), key=lambda i: spellings[i][0])
    previous, runs = -1, []
    for code in all_characters():
        character = chr(code)
        script = previous if 0 <= previous < 255 and patterns[used[previous]].match(character) else next(
            (n for n, i in enumerate(used) if patterns[i].match(character)), 255)
        if script != previous:
            runs.append(code << 8 | script)
        previous = script
    names = ["/".join(name.lower() for name in spellings[i]) for i in used]
    lines = ["/// Scripts of characters: names, and `start << 8 | index of the name`, 255 for none.", "enum ScriptData {",
             "    static let names: [String] = ["]
    row = "       "
    for name in names:
        piece = f' "{name}",'
        if len(row) + len(piece) > 118:
            lines.append(row)
            row = "       "
        row += piece
    lines += [row, "    ]", "", "    static let runs: [UInt32] = ["]
    row = "       "
    for run in runs:
        piece = f" 0x{run:X},"
        if len(row) + len(piece) > 118:
            lines.append(row)
            row = "       "
        row += piece
    lines += [row, "    ]", "}"]
    (FOLDER / "ScriptData.swift").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def decomposition_table():
    text, last, last_first, count = "", 0, 0, 0
    for code in all_characters():
        character = chr(code)
        raw = unicodedata.decomposition(character).split()
        if not raw:
            continue
        compatible = raw[0].startswith("<")
        parts = [int(part, 16) for part in raw if not part.startswith("<")]
        # Kinds: 0 composes again, 1 does not, 2 only for compatibility.
        kind = 2 if compatible else 0 if unicodedata.normalize("NFC", character) == character else 1
        text += number(code - last) + number(len(parts) * 3 + kind) + number(zigzag(parts[0] - last_first))
        text += "".join(number(part) for part in parts[1:])
        last, last_first, count = code, parts[0], count + 1
    lines = [f"/// The decompositions of {count} characters, as `Decomposition` reads them.", "enum DecompositionData {",
             '    static let text = """']
    lines += [f"        {chunk}\\" for chunk in chunks(text)[:-1]] + [f"        {chunks(text)[-1]}", '        """', "}"]
    (FOLDER / "DecompositionData.swift").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def known_scripts():
    """Every spelling of every script, the longest first, by the regex module's number."""
    spellings = {}
    for spelling, value in regex._regex_core.PROPERTIES["SCRIPT"][1].items():
        spellings.setdefault(value, []).append(spelling)
    return {value: sorted(names, key=lambda n: (-len(n), n)) for value, names in spellings.items()}


if __name__ == "__main__":
    script_table()
    decomposition_table()
