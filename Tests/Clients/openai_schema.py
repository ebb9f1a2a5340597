"""Validates answers and chunks of `quire serve` against OpenAI's own description of its API."""

import json
import os
import sys
import urllib.request

import jsonschema
import yaml

from serving import ROOT, Serving, check

DATA = os.environ.get("QUIRE_CONFORMANCE_DATA", os.path.join(ROOT, "..", "shared", "data"))
DESCRIPTION = os.path.join(DATA, "specs", "openapi.yaml")
MESSAGES = [{"role": "user", "content": "Hi"}]


def plain(schema):
    """OpenAPI's `nullable`, and its way to say which of several it is, as JSON Schema has them."""
    if isinstance(schema, list):
        return [plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: plain(value) for key, value in schema.items() if key not in ("nullable", "discriminator", "example")}
    if schema.get("nullable") is True:
        return {"anyOf": [result, {"type": "null"}]}
    return result


def post(url, path, body):
    request = urllib.request.Request(
        url + path, json.dumps({"model": "quire-tiny", **body}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


def events(text):
    lines = [line[6:] for line in text.splitlines() if line.startswith("data: ")]
    assert lines[-1] == "[DONE]", lines[-1]
    return [json.loads(line) for line in lines[:-1]]


def main():
    if not os.path.exists(DESCRIPTION):
        print("skipped: no conformance data (OpenAI's description)")
        return
    with open(DESCRIPTION) as file:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        document = plain(yaml.load(file, Loader=loader))

    def problems(name, value):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        validator = jsonschema.Draft202012Validator(schema)
        return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(value)]

    completion = "/v1/completions"
    chat = "/v1/chat/completions"
    cases = [
        ("CreateCompletionResponse", completion, {"prompt": "Once"}),
        ("CreateCompletionResponse", completion, {"prompt": ["a", "b"], "n": 2, "logprobs": 2, "max_tokens": 3}),
        ("CreateCompletionResponse", completion, {"prompt": [5, 6], "stop": ["."], "seed": -1, "logit_bias": {"5": -100}}),
        ("CreateChatCompletionResponse", chat, {"messages": MESSAGES}),
        ("CreateChatCompletionResponse", chat, {"messages": MESSAGES, "n": 2, "logprobs": True, "top_logprobs": 2}),
    ]
    with Serving() as server:
        for name, path, body in cases:
            answer = json.loads(post(server.url, path, body))
            found = problems(name, answer)
            check(f"{path} {json.dumps(body)[:60]} is a {name}", not found, found)
        for stream_name, path, body in [
            ("CreateCompletionResponse", completion, {"prompt": "Once", "n": 2, "logprobs": 1}),
            ("CreateChatCompletionStreamResponse", chat, {"messages": MESSAGES, "n": 2, "logprobs": True}),
        ]:
            chunks = events(post(server.url, path, {**body, "stream": True, "stream_options": {"include_usage": True}}))
            # The description of completions has one schema for both; its reasons are those of whole answers.
            finished = [c for c in chunks if "Stream" in stream_name or not c["choices"] or c["choices"][0]["finish_reason"]]
            for chunk in finished:
                chunk = {key: value for key, value in chunk.items() if not (key == "usage" and value is None)}
                found = problems(stream_name, chunk)
                if found:
                    check(f"every chunk of {path} is a {stream_name}", False, (found, chunk))
            check(f"{len(finished)} chunks of {path} are {stream_name}s", len(finished) > 2)


main()
