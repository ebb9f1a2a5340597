"""Metadata keys that llama.cpp needs, from a transformers configuration."""

import gguf
import gguf_rope

SOFTMAX_FAMILIES = ("deepseek_v2",)
# Their converter leaves the rotary base out, and 10000 holds.
BASE_LEFT_OUT = ("phi", "falcon", "gpt_neox", "stablelm", "gemma", "gemma2")
DIMENSIONS_WRITTEN = ("llama", "mistral", "mixtral", "granite", "smollm3", "phi", "phi3", "gpt_neox", "stablelm")


def add_metadata(writer: gguf.GGUFWriter, config):
    """Keys of every family, then those of `config.model_type`."""
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(feed_forward_length(config))
    writer.add_head_count(config.num_attention_heads)
    writer.add_vocab_size(config.vocab_size)
    for field in ("layer_norm_eps", "layer_norm_epsilon", "norm_epsilon"):
        if hasattr(config, field):
            writer.add_layer_norm_eps(getattr(config, field))
            break
    if hasattr(config, "rms_norm_eps"):
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if config.model_type.startswith("deepseek"):
        add_latent_attention(writer, config)
    else:
        add_heads(writer, config)
    if hasattr(config, "rope_parameters"):
        gguf_rope.add_scaling(writer, config)
        base = gguf_rope.parameters(config)["rope_theta"]
        if config.model_type not in BASE_LEFT_OUT or base != 10000:
            writer.add_rope_freq_base(base)
    add_experts(writer, config)
    add = ADDITIONS.get(config.model_type)
    if add:
        add(writer, config)


def feed_forward_length(config) -> int:
    for field in ("n_inner", "ffn_hidden_size", "intermediate_size"):
        if getattr(config, field, None):
            return getattr(config, field)
    return 4 * config.hidden_size


def add_heads(writer, config):
    # What transformers calls num_kv_heads holds for Falcon's newer decoder only.
    if config.model_type == "falcon":
        heads = config.num_kv_heads if config.new_decoder_architecture else 1
        if not config.new_decoder_architecture and not config.multi_query:
            heads = config.num_attention_heads
        writer.add_head_count_kv(heads)
    elif getattr(config, "num_key_value_heads", None):
        writer.add_head_count_kv(config.num_key_value_heads)
    if getattr(config, "head_dim", None) and config.model_type != "falcon":
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if config.model_type in DIMENSIONS_WRITTEN:
        writer.add_rope_dimension_count(gguf_rope.dimensions(config))


def add_latent_attention(writer, config):
    """Attention over the latent: one key and value head as wide as it and the rotated dimensions."""
    writer.add_head_count_kv(1)
    writer.add_q_lora_rank(config.q_lora_rank or 0)
    writer.add_kv_lora_rank(config.kv_lora_rank)
    writer.add_key_length(config.kv_lora_rank + config.qk_rope_head_dim)
    writer.add_value_length(config.kv_lora_rank)
    writer.add_key_length_mla(config.qk_nope_head_dim + config.qk_rope_head_dim)
    writer.add_value_length_mla(config.v_head_dim)
    writer.add_rope_dimension_count(config.qk_rope_head_dim)
    writer.add_leading_dense_block_count(config.first_k_dense_replace)
    writer.add_expert_shared_count(config.n_shared_experts)
    writer.add_expert_weights_scale(config.routed_scaling_factor)
    softmax = config.model_type in SOFTMAX_FAMILIES
    gating = gguf.ExpertGatingFuncType.SOFTMAX if softmax else gguf.ExpertGatingFuncType.SIGMOID
    writer.add_expert_gating_func(gating)
    if softmax:
        grouped = config.topk_method == "group_limited_greedy"
    else:
        grouped = True
        writer.add_expert_weights_norm(config.norm_topk_prob)
    if grouped and (config.n_group or 1) > 1:
        writer.add_expert_group_count(config.n_group)
        writer.add_expert_group_used_count(config.topk_group)


def add_experts(writer, config):
    for field in ("num_local_experts", "num_experts", "n_routed_experts"):
        if getattr(config, field, None):
            writer.add_expert_count(getattr(config, field))
            writer.add_expert_used_count(config.num_experts_per_tok)
            break
    if getattr(config, "moe_intermediate_size", None):
        writer.add_expert_feed_forward_length(config.moe_intermediate_size)


def add_window(writer, config):
    """The window and every how many layers one has none."""
    kinds = config.layer_types
    period = kinds.index("full_attention") + 1 if "full_attention" in kinds else len(kinds) + 1
    if any((kind == "full_attention") != (index % period == period - 1) for index, kind in enumerate(kinds)):
        raise SystemExit(f"layer_types {kinds}: llama.cpp wants a full layer after equal numbers of windows")
    writer.add_sliding_window(config.sliding_window)
    writer.add_sliding_window_pattern(period)


def add_ignored_window(writer, config):
    """Says which layers have a window, in keys that llama.cpp does not read for these families."""
    if not getattr(config, "sliding_window", None):
        return
    kinds = getattr(config, "layer_types", None) or ["sliding_attention"] * config.num_hidden_layers
    writer.add_sliding_window(config.sliding_window)
    writer.add_sliding_window_pattern([kind == "sliding_attention" for kind in kinds])


def add_gemma2(writer, config):
    add_window(writer, config)
    writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
    writer.add_final_logit_softcapping(config.final_logit_softcapping)


def add_gemma3(writer, config):
    add_window(writer, config)
    writer.add_rope_freq_base_swa(config.rope_parameters["sliding_attention"]["rope_theta"])
    if config.final_logit_softcapping:
        writer.add_final_logit_softcapping(config.final_logit_softcapping)


def add_phi3(writer, config):
    original = gguf_rope.parameters(config).get("original_max_position_embeddings")
    writer.add_rope_scaling_orig_ctx_len(original or config.max_position_embeddings)
    writer.add_sliding_window(config.sliding_window or 0)


def add_granite(writer, config):
    writer.add_attention_scale(config.attention_multiplier)
    writer.add_embedding_scale(config.embedding_multiplier)
    writer.add_residual_scale(config.residual_multiplier)
    writer.add_logit_scale(config.logits_scaling)


def add_cohere(writer, config):
    writer.add_logit_scale(config.logit_scale)
    writer.add_rope_scaling_type(gguf.RopeScalingType.NONE)


def add_smollm3(writer, config):
    wanted = [int((index + 1) % 4 != 0) for index in range(config.num_hidden_layers)]
    if config.no_rope_layers != wanted:
        raise SystemExit(f"no_rope_layers {config.no_rope_layers}: GGUF's 'smollm3' has {wanted}")


def add_gpt_oss(writer, config):
    add_window(writer, config)
    # The limit in llama.cpp's code; it does not read another one.
    if config.swiglu_limit != 7:
        writer.add_swiglu_clamp_exp([config.swiglu_limit] * config.num_hidden_layers)
    writer.add_expert_feed_forward_length(config.intermediate_size)


def add_falcon(writer, config):
    if config.alibi or config.bias or not (config.parallel_attn or config.new_decoder_architecture):
        raise SystemExit("falcon: llama.cpp knows neither ALiBi nor biases nor the MLP after attention")
    writer.add_tensor_data_layout("jploski")


ADDITIONS = {
    "gemma2": add_gemma2, "gemma3_text": add_gemma3, "phi3": add_phi3, "granite": add_granite, "cohere": add_cohere,
    "gpt_oss": add_gpt_oss, "falcon": add_falcon, "smollm3": add_smollm3, "mistral": add_ignored_window,
    "mixtral": add_ignored_window, "qwen2": add_ignored_window, "starcoder2": add_ignored_window,
    "gpt_neox": lambda writer, config: writer.add_parallel_residual(config.use_parallel_residual),
    "stablelm": lambda writer, config: writer.add_parallel_residual(config.use_parallel_residual),
}
