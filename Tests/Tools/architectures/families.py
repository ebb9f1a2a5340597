"""Tiny configurations, one or more per family of architectures.

Sizes that could be taken for one another differ, so that mixing them up shows. Every row of a matrix is a multiple of
32 wide, which the quantised types with blocks of 32 need. Positions reach beyond the longest prompt.
"""

from dataclasses import dataclass, field

import transformers

WINDOW = 32


@dataclass(frozen=True)
class Family:
    """One configuration: its class is `prefix` + `Config`, where no other is named."""

    name: str
    prefix: str
    description: str
    settings: dict
    # Standard deviation of a matrix times the square root of its input width.
    gain: float = 1.25
    # Scale of the embeddings; where it is large and they are tied, a model only repeats its last token.
    embedding: float = 0.5
    # Whether tokens are run one at a time, for a rotary base that depends on how many are run: see `continuation.py`.
    token_by_token: bool = False
    config_class: str = ""

    def config(self, **changes):
        kind = getattr(transformers, self.config_class or f"{self.prefix}Config")
        epsilons = {name: EPSILON for name in EPSILONS if name in kind.__dataclass_fields__}
        return kind(**(COMMON | epsilons | self.settings | changes))

    @property
    def model_class(self):
        # GPT-2's is named before the others' habit.
        suffix = "LMHeadModel" if self.prefix == "GPT2" else "ForCausalLM"
        return getattr(transformers, self.prefix + suffix)


# Of norms, under the names that there are; so large that taking another one shows.
EPSILON = 0.003
EPSILONS = ("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon")
COMMON = dict(bos_token_id=1, eos_token_id=2, pad_token_id=0, max_position_embeddings=512)
# What most of them share: 4 query heads of 24 over 64 dimensions.
GQA = dict(hidden_size=64, num_attention_heads=4, num_key_value_heads=2, head_dim=24, num_hidden_layers=3)
# The same where the size of a head follows from the others.
NARROW = dict(hidden_size=64, num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=3)


def rope(kind: str = "default", theta: float = 10000.0, **more):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=theta, **more))


LLAMA = GQA | dict(vocab_size=128, intermediate_size=160)
PHI3 = NARROW | dict(vocab_size=112, intermediate_size=160, tie_word_embeddings=False)
COHERE = NARROW | dict(vocab_size=144, intermediate_size=160, logit_scale=0.4)
NEOX = dict(
    vocab_size=120, hidden_size=96, num_attention_heads=4, num_hidden_layers=3, intermediate_size=160,
    **rope(partial_rotary_factor=0.25),
)
DEEPSEEK = dict(
    vocab_size=136, hidden_size=96, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=4,
    intermediate_size=160, moe_intermediate_size=128, n_routed_experts=8, num_experts_per_tok=3, n_shared_experts=2,
    first_k_dense_replace=1, moe_layer_freq=1, kv_lora_rank=32, qk_nope_head_dim=24, qk_rope_head_dim=16, v_head_dim=48,
)

FAMILIES = [
    Family("llama-tiny", "Llama", "LLaMA", LLAMA | rope()),
    Family("llama-linear-tiny", "Llama", "LLaMA with linearly scaled rotary positions",
           LLAMA | rope("linear", factor=4.0)),
    # Lengths beyond max_position_embeddings are where the base grows.
    Family("llama-dynamic-tiny", "Llama", "LLaMA with dynamic NTK scaling, which acts beyond 160 tokens",
           LLAMA | dict(max_position_embeddings=160) | rope("dynamic", factor=4.0), token_by_token=True),
    Family("llama-yarn-tiny", "Llama", "LLaMA with YaRN",
           LLAMA | rope("yarn", factor=4.0, original_max_position_embeddings=128, beta_fast=24.0, beta_slow=2.0)),
    Family("llama-llama3-tiny", "Llama", "LLaMA 3.1: low frequencies slowed, tied embeddings",
           LLAMA | dict(tie_word_embeddings=True)
           | rope("llama3", 500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                  original_max_position_embeddings=128)),
    Family("mistral-tiny", "Mistral", "Mistral with a window in every layer",
           GQA | dict(vocab_size=112, intermediate_size=160, sliding_window=WINDOW) | rope()),
    Family("mixtral-tiny", "Mixtral", "Mixtral: 4 experts, 2 for a token",
           NARROW | dict(vocab_size=104, num_hidden_layers=2, intermediate_size=96, num_local_experts=4,
                         num_experts_per_tok=2) | rope(theta=1e6)),
    Family("qwen2-tiny", "Qwen2", "Qwen2: biases of queries, keys and values",
           NARROW | dict(vocab_size=152, intermediate_size=160, tie_word_embeddings=True)
           | rope(theta=1e6)),
    Family("qwen2-window-tiny", "Qwen2", "Qwen2 with a window in the layers from the second on",
           NARROW | dict(vocab_size=152, intermediate_size=160, use_sliding_window=True, sliding_window=WINDOW,
                         max_window_layers=1) | rope(theta=1e6)),
    Family("qwen3-tiny", "Qwen3", "Qwen3: norms of each head's queries and keys",
           GQA | dict(vocab_size=152, intermediate_size=160, tie_word_embeddings=True) | rope(theta=1e6)),
    Family("qwen3-moe-tiny", "Qwen3Moe", "Qwen3 with experts: 6, 2 for a token, and one dense layer",
           GQA | dict(vocab_size=152, intermediate_size=160, moe_intermediate_size=96, num_experts=6,
                      num_experts_per_tok=2, norm_topk_prob=True, mlp_only_layers=[1]) | rope(theta=1e6)),
    Family("gemma-tiny", "Gemma", "Gemma: embeddings times the root of the width, norms that add one",
           GQA | dict(num_key_value_heads=1, vocab_size=144, intermediate_size=160) | rope(), embedding=0.2),
    Family("gemma2-tiny", "Gemma2", "Gemma 2: capped scores and logits, windows in every other layer",
           GQA | dict(vocab_size=144, intermediate_size=160, query_pre_attn_scalar=20, sliding_window=WINDOW,
                      attn_logit_softcapping=5.0, final_logit_softcapping=12.0) | rope(), embedding=0.2),
    Family("gemma3-tiny", "Gemma3", "Gemma 3: two rotary bases, norms of queries and keys",
           GQA | dict(vocab_size=144, intermediate_size=160, query_pre_attn_scalar=20, sliding_window=WINDOW,
                      layer_types=["sliding_attention", "sliding_attention", "full_attention"],
                      rope_parameters=dict(
                          sliding_attention=dict(rope_type="default", rope_theta=10000.0),
                          full_attention=dict(rope_type="linear", rope_theta=1e6, factor=8.0))),
           embedding=0.1, config_class="Gemma3TextConfig"),
    Family("phi-tiny", "Phi", "Phi-2: one norm before attention and MLP, half of each head rotated",
           dict(vocab_size=120, hidden_size=96, num_attention_heads=4, num_hidden_layers=3, intermediate_size=160)
           | rope(partial_rotary_factor=0.5)),
    Family("phi3-tiny", "Phi3", "Phi-3: fused projections, three quarters of each head rotated",
           PHI3 | rope(partial_rotary_factor=0.75)),
    Family("phi3-longrope-tiny", "Phi3", "Phi-3 with long factors from 193 tokens on",
           PHI3 | dict(original_max_position_embeddings=192, max_position_embeddings=768)
           | rope("longrope", short_factor=[1.0, 1.02, 1.05, 1.1, 1.2, 1.3, 1.5, 1.8],
                  long_factor=[1.05, 1.3, 1.9, 2.8, 4.1, 6.0, 9.5, 14.0])),
    Family("gpt2-tiny", "GPT2", "GPT-2: learned positions, transposed matrices",
           dict(vocab_size=128, n_embd=64, n_head=4, n_layer=3, n_inner=160, n_positions=512)),
    Family("gpt-neox-tiny", "GPTNeoX", "GPT-NeoX: attention and MLP side by side, a quarter of each head rotated",
           NEOX),
    Family("gpt-neox-sequential-tiny", "GPTNeoX", "GPT-NeoX with the MLP after attention",
           NEOX | dict(use_parallel_residual=False)),
    Family("opt-tiny", "OPT", "OPT: learned positions from the third row on, ReLU",
           dict(vocab_size=112, hidden_size=64, num_attention_heads=4, num_hidden_layers=3, ffn_dim=160)),
    Family("opt-postnorm-tiny", "OPT", "OPT as its 350M size: norms after, embeddings narrower than the rest",
           dict(vocab_size=112, hidden_size=64, num_attention_heads=4, num_hidden_layers=3, ffn_dim=160,
                do_layer_norm_before=False, word_embed_proj_dim=32)),
    Family("falcon-tiny", "Falcon", "Falcon as its 40B size: grouped queries, two norms side by side",
           dict(vocab_size=128, hidden_size=96, num_attention_heads=6, num_kv_heads=2, num_hidden_layers=3,
                ffn_hidden_size=160, new_decoder_architecture=True) | rope()),
    Family("falcon-one-norm-tiny", "Falcon", "Falcon as its 11B size: grouped queries, one norm",
           dict(vocab_size=128, hidden_size=96, num_attention_heads=6, num_kv_heads=2, num_hidden_layers=3,
                ffn_hidden_size=160, new_decoder_architecture=True, num_ln_in_parallel_attn=1,
                tie_word_embeddings=False) | rope()),
    Family("falcon-multiquery-tiny", "Falcon", "Falcon as its 7B size: one key and value head",
           dict(vocab_size=128, hidden_size=96, num_attention_heads=6, num_hidden_layers=3, ffn_hidden_size=160,
                multi_query=True, parallel_attn=True) | rope()),
    Family("falcon-alibi-tiny", "Falcon", "Falcon as its RefinedWeb models: ALiBi, biases, the MLP after attention",
           dict(vocab_size=128, hidden_size=192, num_attention_heads=12, num_hidden_layers=2, ffn_hidden_size=160,
                multi_query=False, parallel_attn=False, alibi=True, bias=True), embedding=0.25),
    Family("stablelm-tiny", "StableLm", "StableLM: biases of queries, keys and values, a quarter of each head rotated",
           NARROW | dict(vocab_size=136, intermediate_size=160, use_qkv_bias=True)
           | rope(partial_rotary_factor=0.25)),
    Family("stablelm-parallel-tiny", "StableLm", "StableLM 2 12B: attention and MLP side by side, norms of each head",
           NARROW | dict(vocab_size=136, intermediate_size=160, use_parallel_residual=True, qk_layernorm=True)
           | rope(partial_rotary_factor=0.5)),
    Family("olmo2-tiny", "Olmo2", "OLMo 2: norms after attention and MLP, and over all queries and keys",
           NARROW | dict(vocab_size=104, intermediate_size=160) | rope(theta=500000.0)),
    Family("granite-tiny", "Granite", "Granite: multipliers of embeddings, residuals, scores and logits",
           NARROW | dict(vocab_size=120, intermediate_size=160, embedding_multiplier=3.0, residual_multiplier=0.6,
                         attention_multiplier=0.35, logits_scaling=1.5, tie_word_embeddings=True) | rope(),
           embedding=0.2),
    Family("cohere-tiny", "Cohere", "Command R: attention and MLP side by side, adjacent dimensions rotated",
           COHERE | rope()),
    Family("cohere-qknorm-tiny", "Cohere", "Command R+: the same with norms of each head's queries and keys",
           COHERE | dict(use_qk_norm=True) | rope()),
    Family("starcoder2-tiny", "Starcoder2", "StarCoder2: biases everywhere, a window in every layer",
           NARROW | dict(vocab_size=128, intermediate_size=160, sliding_window=WINDOW) | rope()),
    Family("olmo3-tiny", "Olmo3", "OLMo 3: windows in three of four layers, YaRN in the fourth alone",
           NARROW | dict(vocab_size=104, intermediate_size=160, num_hidden_layers=4, sliding_window=WINDOW,
                         rope_parameters=dict(
                             full_attention=dict(rope_type="yarn", rope_theta=500000.0, factor=4.0,
                                                 original_max_position_embeddings=128),
                             sliding_attention=dict(rope_type="default", rope_theta=500000.0)))),
    Family("cohere2-tiny", "Cohere2", "Command R7B: windows in three of four layers, no positions in the fourth",
           NARROW | dict(vocab_size=144, intermediate_size=160, num_hidden_layers=4, sliding_window=WINDOW,
                         logit_scale=0.4) | rope()),
    Family("seed-oss-tiny", "SeedOss", "Seed-OSS: biases on queries, keys and values, heads of their own size",
           GQA | dict(vocab_size=136, intermediate_size=160, attention_bias=True, attention_out_bias=False) | rope()),
    Family("smollm3-tiny", "SmolLM3", "SmolLM3: the second layer has no rotary positions",
           NARROW | dict(vocab_size=144, intermediate_size=160, no_rope_layers=[1, 0, 1]) | rope(theta=2e6)),
    Family("deepseek-v2-tiny", "DeepseekV2", "DeepSeek-V2-Lite: compressed keys and values, shared experts, YaRN",
           DEEPSEEK | dict(q_lora_rank=None, topk_method="greedy", routed_scaling_factor=1.0)
           | rope("yarn", factor=4.0, original_max_position_embeddings=128, beta_fast=32, beta_slow=1,
                  mscale=0.707, mscale_all_dim=0.9)),
    Family("deepseek-v2-group-tiny", "DeepseekV2", "DeepSeek-V2: compressed queries, experts chosen within groups",
           DEEPSEEK | dict(q_lora_rank=64, topk_method="group_limited_greedy", n_group=4, topk_group=2,
                           routed_scaling_factor=1.7) | rope()),
    Family("deepseek-v3-tiny", "DeepseekV3", "DeepSeek-V3: sigmoid scores with a correction for the choice, groups",
           DEEPSEEK | dict(q_lora_rank=64, n_group=4, topk_group=2, routed_scaling_factor=1.7, norm_topk_prob=True,
                           topk_method="noaux_tc", scoring_func="sigmoid", num_nextn_predict_layers=0)
           | rope("yarn", factor=4.0, original_max_position_embeddings=128, beta_fast=32, beta_slow=1,
                  mscale=1.0, mscale_all_dim=0.8)),
    Family("gpt-oss-tiny", "GptOss", "gpt-oss: sinks, windows in every other layer, 6 experts, 2 for a token",
           GQA | dict(vocab_size=168, intermediate_size=96, num_local_experts=6, num_experts_per_tok=2,
                      sliding_window=WINDOW, swiglu_limit=1.5)
           | rope("yarn", 150000.0, factor=8.0, beta_fast=32.0, beta_slow=1.0, truncate=False,
                  original_max_position_embeddings=64)),
]
BY_NAME = {family.name: family for family in FAMILIES}
