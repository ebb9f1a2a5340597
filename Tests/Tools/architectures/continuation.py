"""Greedy continuations by transformers, and what is asked of them before they serve as expectations."""

import numpy as np
import torch
from transformers import DynamicCache

PROMPT_LENGTHS = (1, 4, 17, 90, 300)
NEW_TOKENS = 12
# Ids below are special ones, which no prompt has and no continuation may meet: an engine would stop at them.
FIRST_ID = 3
# Engines add up in other orders: from here on that cannot change the best token, or the chosen experts.
SMALLEST_MARGIN = 2e-3
SMALLEST_ROUTING_MARGIN = 3e-4


def significant(values, digits: int = 7) -> list[float]:
    return [float(f"{float(value):.{digits}g}") for value in values]


def prompts(vocabulary: int, seed: int) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [rng.integers(FIRST_ID, vocabulary, length).tolist() for length in PROMPT_LENGTHS]


def logits_of(model, ids: list[int], *, token_by_token: bool = False) -> torch.Tensor:
    """Logits after each token, in double precision, [tokens, vocabulary].

    Dynamic NTK scaling turns keys by a base that grows with the input. Run one at a time, a token's base depends on its
    position alone, whatever comes later; that is also what a cache of turned keys can hold.
    """
    with torch.no_grad():
        if not token_by_token:
            return model(torch.tensor([ids]), use_cache=False).logits[0].double()
        cache = DynamicCache()
        return torch.stack([one_more(model, token, cache) for token in ids])


def one_more(model, token: int, cache) -> torch.Tensor:
    return model(torch.tensor([[token]]), cache=cache, use_cache=True).logits[0, -1].double()


def greedy(model, prompt: list[int], *, token_by_token: bool = False) -> dict:
    """The whole input is run anew for each token, so that no cache is part of the expectation.

    Token by token there is a cache already, which goes on.
    """
    cache = DynamicCache()
    last = None
    ids, logprobs, margins = [], [], []
    with torch.no_grad():
        for token in prompt if token_by_token else []:
            last = one_more(model, token, cache)
        while len(ids) < NEW_TOKENS:
            if not token_by_token:
                last = logits_of(model, prompt + ids)[-1]
            elif ids:
                last = one_more(model, ids[-1], cache)
            best, second = torch.topk(last, 2).values.tolist()
            ids.append(int(last.argmax()))
            logprobs.append(torch.log_softmax(last, -1)[ids[-1]].item())
            margins.append(best - second)
    return {
        "prompt": None, "prompt_token_ids": prompt, "token_ids": ids, "logprobs": significant(logprobs),
        "margins": significant(margins),
    }


def given_logprobs(model, case: dict, *, token_by_token: bool = False) -> np.ndarray:
    """Log-probabilities of an expected continuation, all of it given."""
    prompt, ids = case["prompt_token_ids"], case["token_ids"]
    rows = logits_of(model, prompt + ids[:-1], token_by_token=token_by_token)[len(prompt) - 1:]
    return torch.log_softmax(rows, -1).gather(1, torch.tensor(ids)[:, None])[:, 0].numpy()


def mean_difference(model, cases: list[dict], **options) -> float:
    return float(np.mean([np.abs(given_logprobs(model, c, **options) - c["logprobs"]).mean() for c in cases]))


def unusable(case: dict, special: set[int]) -> bool:
    """Whether one continuation alone shows that its seed will not do."""
    return bool(special & set(case["token_ids"])) or min(case["margins"]) < SMALLEST_MARGIN


def reasons_against(model, cases: list[dict], special: set[int], *, varied: bool = True) -> list[str]:
    """Why these would be poor expectations; none for good ones. `varied` asks each continuation to change its token."""
    reasons = []
    ids = [case["token_ids"] for case in cases]
    if any(unusable(case, special) for case in cases):
        reasons.append("a special token or a small margin")
    distinct = len({x for row in ids for x in row})
    if distinct < 6 or varied and (distinct < 10 or min(len(set(row)) for row in ids) < 2):
        reasons.append("the same tokens again and again")
    if reasons:
        return reasons
    if routing_margin(model, cases) < SMALLEST_ROUTING_MARGIN:
        reasons.append("a close choice of experts")
    return reasons


def routing_margin(model, cases: list[dict]) -> float:
    """The least difference between the last chosen expert's or group's score and the next one's.

    Scores are those before a softmax, which would squeeze the lower ones together, but after a sigmoid and its
    correction.
    """
    least = [float("inf")]

    def gap(scores, k):
        ranked = scores.sort(-1, descending=True).values
        if 0 < k < ranked.shape[-1]:
            least[0] = min(least[0], (ranked[..., k - 1] - ranked[..., k]).min().item())

    def look(router, _, output):
        scores = output[0].detach().reshape(-1, output[0].shape[-1])
        bias = getattr(router, "e_score_correction_bias", None)
        scores = scores if bias is None else scores.sigmoid() + bias
        groups = getattr(router, "num_group", None)
        if groups and (bias is not None or router.topk_method == "group_limited_greedy"):
            grouped = scores.unflatten(-1, (groups, -1))
            of_group = grouped.topk(2, -1).values.sum(-1) if bias is not None else grouped.max(-1).values
            gap(of_group, router.topk_group)
            chosen = of_group >= of_group.topk(router.topk_group, -1).values[..., -1:]
            scores = torch.where(chosen[..., None], grouped, -1e3).flatten(-2)
        gap(scores, router.top_k)

    hooks = [m.register_forward_hook(look) for m in model.modules() if type(m).__name__.endswith("Router")]
    for case in cases if hooks else []:
        logits_of(model, case["prompt_token_ids"] + case["token_ids"])
    for hook in hooks:
        hook.remove()
    return least[0]
