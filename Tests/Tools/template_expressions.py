"""Random expressions of the language, most of which have a value."""

import re

NAMES = ["name", "text", "words", "numbers", "mixed", "empty", "none_value", "yes", "zero", "pi", "unicode", "blank",
         "user", "people", "messages", "missing"]
LITERALS = ["0", "1", "2", "-3", "7", "10", "1.5", "-0.25", "2.0", "'a'", "'Hello'", "'a b c'", "''", "'é'", "true",
            "false", "none", "[]", "{}", "()", "[1, 2, 3]", "['b', 'a']", "(1, 2)", "{'k': 1, 'j': 2}", "' x '"]
ATTRIBUTES = ["name", "age", "tags", "items", "role", "content", "missing"]
FILTERS = ["upper", "lower", "title", "capitalize", "trim", "length", "first", "last", "list", "string", "int", "float",
           "round", "abs", "sort", "reverse", "unique", "min", "max", "sum", "tojson", "join", "join(', ')",
           "default('d')", "default('d', true)", "replace('a', 'b')", "batch(2)", "slice(2)", "indent(2)", "e", "safe",
           "truncate(5)", "center(9)", "items", "dictsort", "map('string')", "map('upper')", "map(attribute='name')",
           "select", "reject", "select('odd')", "select('string')", "selectattr('name')", "rejectattr('age')",
           "count", "sort(reverse=true)", "round(1)", "int(7)", "float(1.5)", "groupby('age')", "urlencode",
           "filesizeformat", "striptags", "forceescape", "tojson(indent=1)", "map('length')", "map('first')"]
TESTS = ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence",
         "iterable", "odd", "even", "divisibleby(2)", "lower", "upper", "true", "false", "callable", "eq(1)", "gt(1)",
         "in([1, 'a'])", "sameas(none)", "escaped", "ne('a')"]
METHODS = ["upper()", "lower()", "strip()", "split()", "split('l')", "split(' ', 1)", "rsplit('l', 1)", "title()",
           "replace('l', 'L')", "startswith('H')", "endswith('d')", "find('l')", "count('l')", "zfill(8)", "splitlines()",
           "isalpha()", "isdigit()", "keys()", "values()", "items()", "get('name')", "get('x', 3)", "index(1)",
           "join(['x', 'y'])", "center(11, '*')", "partition('l')", "swapcase()", "format(1)", "copy()", "append(1)",
           "capitalize()", "rstrip()", "lstrip('H')", "rfind('o')", "islower()", "isspace()", "istitle()"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]
SUBSCRIPTS = ["0", "-1", "1", "5", "'name'", "'k'", "1:", ":2", "::2", "::-1", "-2:", "1:-1", "true", "'x'"]


def expression(rng, depth=3):
    if depth == 0 or rng.random() < 0.12:
        return rng.choice(NAMES) if rng.random() < 0.55 else rng.choice(LITERALS)

    def inner():
        return expression(rng, depth - 1)

    def operand():
        value = inner()
        return value if re.fullmatch(r"\w+|'[^']*'", value) else f"({value})"

    kind = rng.random()
    if kind < 0.30:
        return f"{operand()}|{rng.choice(FILTERS)}"
    if kind < 0.40:
        return f"{operand()} is {'not ' if rng.random() < 0.3 else ''}{rng.choice(TESTS)}"
    if kind < 0.52:
        return f"{operand()}.{rng.choice(METHODS)}"
    if kind < 0.60:
        subscript = rng.choice(SUBSCRIPTS)
        # jinja2 computes slices of constants by other rules.
        return f"{rng.choice(NAMES) if ':' in subscript else operand()}[{subscript}]"
    if kind < 0.66:
        return f"{operand()}.{rng.choice(ATTRIBUTES)}"
    if kind < 0.86:
        operator = rng.choice(OPERATORS)
        # Powers of what is not small would be long numbers.
        right = rng.choice(["2", "0", "-1"]) if operator == "**" else operand()
        return f"{operand()} {operator} {right}"
    if kind < 0.90:
        return f"{operand()} if {operand()} else {operand()}"
    if kind < 0.94:
        return "[" + ", ".join(inner() for _ in range(rng.randint(0, 3))) + "]"
    if kind < 0.97:
        return "{" + ", ".join(f"'{key}': {inner()}" for key in "abc"[: rng.randint(0, 3)]) + "}"
    return f"{rng.choice(['not', '-', '+'])} {operand()}"


def is_beyond(output):
    """Whether a text has a whole number of more than 64 bits or a complex one."""
    return any(len(digits) > 18 for digits in re.findall(r"(?<![.\d])\d+(?![.\d])", output)) or bool(
        re.search(r"\d+j\)", output))
