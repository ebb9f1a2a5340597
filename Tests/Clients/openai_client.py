"""Drives `quire serve` with OpenAI's own Python client."""

import openai

from serving import Serving, check

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]


def raises(kind, call):
    try:
        call()
    except kind as error:
        return error
    except Exception as error:  # noqa: BLE001: any other kind is the finding
        return f"{type(error).__name__} instead of {kind.__name__}: {error}"
    return f"no {kind.__name__}"


def models(client):
    listed = client.models.list().data
    check("models are listed", [model.id for model in listed] == ["quire-tiny"], listed)
    check("a model is described", client.models.retrieve("quire-tiny").owned_by == "quire")


def completions(client):
    ask = dict(model="quire-tiny", prompt="The capital of France is", temperature=0, max_tokens=8)
    answer = client.completions.create(**ask)
    text = answer.choices[0].text
    check("a completion has a text, a reason and a usage", text and answer.choices[0].finish_reason == "stop", answer)
    check("its usage adds up", answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens)
    streamed = "".join(chunk.choices[0].text for chunk in client.completions.create(**ask, stream=True))
    check("a streamed completion says the same", streamed == text, (streamed, text))
    several = client.completions.create(model="quire-tiny", prompt=["Once", "The sun"], n=2, seed=1, max_tokens=4)
    check("several prompts with several completions are numbered", [c.index for c in several.choices] == [0, 1, 2, 3])
    scored = client.completions.create(**ask, logprobs=2)
    logprobs = scored.choices[0].logprobs
    check(
        "log-probabilities come per token",
        len(logprobs.tokens) == len(logprobs.token_logprobs) == scored.usage.completion_tokens, logprobs,
    )
    beams = client.completions.create(**{**ask, "temperature": 1}, n=2, extra_body={"use_beam_search": True, "beam_width": 4})
    check("vLLM's fields go in extra_body", len(beams.choices) == 2 and beams.choices[0].score >= beams.choices[1].score)


def chat(client):
    ask = dict(model="quire-tiny", messages=QUESTION, temperature=0, max_completion_tokens=12)
    answer = client.chat.completions.create(**ask)
    text = answer.choices[0].message.content
    check("a chat is answered by the assistant", text and answer.choices[0].message.role == "assistant", answer)
    chunks = list(client.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}))
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    check("a streamed chat says the same", streamed == text, (streamed, text))
    usage = chunks[-1].usage
    check("its last chunk has the usage", usage.total_tokens == answer.usage.total_tokens, (usage, answer.usage))
    check("the second time the prompt is found in the cache", usage.prompt_tokens_details.cached_tokens > 0, usage)
    several = client.chat.completions.create(**{**ask, "temperature": 1}, n=3, seed=7)
    again = client.chat.completions.create(**{**ask, "temperature": 1}, n=3, seed=7)
    texts = [choice.message.content for choice in several.choices]
    check("a seed gives the same answers again", texts == [c.message.content for c in again.choices], texts)
    scored = client.chat.completions.create(**ask, logprobs=True, top_logprobs=3)
    tokens = scored.choices[0].logprobs.content
    check("every token has its likeliest", all(len(token.top_logprobs) == 3 for token in tokens))
    joined = b"".join(bytes(token.bytes) for token in tokens).decode()
    check("the tokens' bytes are the text", joined.strip() == text.strip(), (joined, text))
    with client.chat.completions.stream(model="quire-tiny", messages=QUESTION, temperature=0, max_tokens=12) as stream:
        final = stream.get_final_completion()
    check("the client's own stream helper puts it together", final.choices[0].message.content == text, final)


def errors(client, url):
    ask = dict(model="quire-tiny", messages=QUESTION)
    error = raises(openai.BadRequestError, lambda: client.chat.completions.create(**ask, temperature=-1))
    check("a wrong value is a BadRequestError with its name", getattr(error, "param", None) == "temperature", error)
    error = raises(openai.NotFoundError, lambda: client.chat.completions.create(model="gpt-9", messages=QUESTION))
    check("an unknown model is a NotFoundError", getattr(error, "code", None) == "model_not_found", error)
    error = raises(openai.BadRequestError, lambda: client.chat.completions.create(**ask, tools=[
        {"type": "function", "function": {"name": "f", "parameters": {}}}]))
    check("what is not supported is refused by name", getattr(error, "param", None) == "tools", error)
    stranger = openai.OpenAI(base_url=url + "/v1", api_key="another", max_retries=0)
    error = raises(openai.AuthenticationError, lambda: stranger.models.list())
    check("a wrong key is an AuthenticationError", getattr(error, "code", None) == "invalid_api_key", error)


def full(url):
    client = openai.OpenAI(base_url=url + "/v1", api_key="-", max_retries=0)
    ask = dict(model="quire-tiny", prompt="Once", max_tokens=1500, extra_body={"ignore_eos": True}, stream=True)
    streams = [client.completions.create(**ask)]
    next(iter(streams[0]))
    streams.append(client.completions.create(**ask))
    error = raises(openai.RateLimitError, lambda: client.completions.create(**ask))
    check("a full line is a RateLimitError", getattr(error, "code", None) == "queue_full", error)
    for stream in streams:
        stream.close()
    patient = openai.OpenAI(base_url=url + "/v1", api_key="-", max_retries=5)
    answer = patient.completions.create(model="quire-tiny", prompt="Once", max_tokens=2)
    check("a client that tries again is served", answer.choices[0].text is not None)


def main():
    with Serving("--api-key", "secret") as server:
        client = openai.OpenAI(base_url=server.url + "/v1", api_key="secret", max_retries=0)
        models(client)
        completions(client)
        chat(client)
        errors(client, server.url)
    with Serving("--max-num-seqs", "1", "--max-queued-requests", "1") as server:
        full(server.url)


main()
