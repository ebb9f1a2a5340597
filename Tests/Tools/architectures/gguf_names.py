"""What llama.cpp calls the tensors of a Hugging Face checkpoint, by model type.

Names are those of its file format (gguf/constants.py); experts and norms of heads are stacked beforehand.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Naming:
    """GGUF names by module path: outside the layers, and inside them after `layers` and the layer's number."""

    architecture: str
    inside: dict[str, str]
    outside: dict[str, str]
    layers: str = "model.layers."

    def name(self, checkpoint_name: str) -> str:
        path, suffix = checkpoint_name.rsplit(".", 1)
        if path.startswith(self.layers):
            layer, part = path.removeprefix(self.layers).split(".", 1)
            if part in self.inside:
                return f"blk.{layer}.{self.inside[part]}.{suffix}"
        elif path in self.outside:
            return f"{self.outside[path]}.{suffix}"
        raise SystemExit(f"{checkpoint_name}: GGUF's '{self.architecture}' has no such tensor")


OUTSIDE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
ATTENTION = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
}
MLP = {"mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
NORMS = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
HEAD_NORMS = {"self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm"}
EXPERTS = {
    "mlp.gate": "ffn_gate_inp", "mlp.experts.gate_proj": "ffn_gate_exps", "mlp.experts.up_proj": "ffn_up_exps",
    "mlp.experts.down_proj": "ffn_down_exps",
}
LLAMA = ATTENTION | MLP | NORMS
FOUR_NORMS = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "post_attention_norm",
    "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm",
}
MIXTRAL = ATTENTION | NORMS | {
    "block_sparse_moe.gate": "ffn_gate_inp", "block_sparse_moe.experts.w1": "ffn_gate_exps",
    "block_sparse_moe.experts.w3": "ffn_up_exps", "block_sparse_moe.experts.w2": "ffn_down_exps",
}
PHI = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.dense": "attn_output", "mlp.fc1": "ffn_up", "mlp.fc2": "ffn_down",
}
PHI3 = NORMS | {
    "self_attn.qkv_proj": "attn_qkv", "self_attn.o_proj": "attn_output", "mlp.gate_up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
GPT2 = {
    "ln_1": "attn_norm", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output", "ln_2": "ffn_norm",
    "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down",
}
NEOX = NORMS | {
    "attention.query_key_value": "attn_qkv", "attention.dense": "attn_output", "mlp.dense_h_to_4h": "ffn_up",
    "mlp.dense_4h_to_h": "ffn_down",
}
# The norm before the MLP keeps the name of the only norm there is elsewhere.
FALCON = {
    "input_layernorm": "attn_norm", "ln_mlp": "attn_norm", "ln_attn": "attn_norm_2",
    "self_attention.query_key_value": "attn_qkv", "self_attention.dense": "attn_output",
    "mlp.dense_h_to_4h": "ffn_up", "mlp.dense_4h_to_h": "ffn_down",
}
STABLELM = LLAMA | {"self_attn.q_layernorm": "attn_q_norm", "self_attn.k_layernorm": "attn_k_norm"}
DEEPSEEK = NORMS | MLP | EXPERTS | {
    "self_attn.q_proj": "attn_q", "self_attn.q_a_proj": "attn_q_a", "self_attn.q_a_layernorm": "attn_q_a_norm",
    "self_attn.q_b_proj": "attn_q_b", "self_attn.kv_a_proj_with_mqa": "attn_kv_a_mqa",
    "self_attn.kv_a_layernorm": "attn_kv_a_norm", "self_attn.k_b_proj": "attn_k_b", "self_attn.v_b_proj": "attn_v_b",
    "self_attn.o_proj": "attn_output", "mlp.gate.e_score_correction": "exp_probs_b",
    "mlp.shared_experts.gate_proj": "ffn_gate_shexp", "mlp.shared_experts.up_proj": "ffn_up_shexp",
    "mlp.shared_experts.down_proj": "ffn_down_shexp",
}
GPT_OSS = ATTENTION | EXPERTS | {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "post_attention_norm",
    "self_attn.sinks": "attn_sinks", "mlp.router": "ffn_gate_inp",
}

NAMINGS = {
    "llama": Naming("llama", LLAMA, OUTSIDE),
    "mistral": Naming("llama", LLAMA, OUTSIDE),
    "mixtral": Naming("llama", MIXTRAL, OUTSIDE),
    "qwen2": Naming("qwen2", LLAMA, OUTSIDE),
    "qwen3": Naming("qwen3", LLAMA | HEAD_NORMS, OUTSIDE),
    "qwen3_moe": Naming("qwen3moe", ATTENTION | NORMS | HEAD_NORMS | EXPERTS, OUTSIDE),
    "gemma": Naming("gemma", LLAMA, OUTSIDE),
    "gemma2": Naming("gemma2", ATTENTION | MLP | FOUR_NORMS, OUTSIDE),
    "gemma3_text": Naming("gemma3", ATTENTION | MLP | FOUR_NORMS | HEAD_NORMS, OUTSIDE),
    "phi": Naming("phi2", PHI, OUTSIDE | {"model.final_layernorm": "output_norm"}),
    "phi3": Naming("phi3", PHI3, OUTSIDE),
    "gpt2": Naming("gpt2", GPT2, {
        "transformer.wte": "token_embd", "transformer.wpe": "position_embd", "transformer.ln_f": "output_norm",
        "lm_head": "output"}, "transformer.h."),
    "gpt_neox": Naming("gptneox", NEOX, {
        "gpt_neox.embed_in": "token_embd", "gpt_neox.final_layer_norm": "output_norm", "embed_out": "output",
        "lm_head": "output"}, "gpt_neox.layers."),
    "falcon": Naming("falcon", FALCON, {
        "transformer.word_embeddings": "token_embd", "transformer.ln_f": "output_norm", "lm_head": "output"},
        "transformer.h."),
    "stablelm": Naming("stablelm", STABLELM, OUTSIDE),
    "olmo2": Naming("olmo2", ATTENTION | MLP | HEAD_NORMS | {
        "post_attention_layernorm": "post_attention_norm", "post_feedforward_layernorm": "post_ffw_norm"}, OUTSIDE),
    "granite": Naming("granite", LLAMA, OUTSIDE),
    "cohere": Naming("command-r", LLAMA | HEAD_NORMS, OUTSIDE),
    "starcoder2": Naming("starcoder2", ATTENTION | NORMS | {
        "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down"}, OUTSIDE),
    "smollm3": Naming("smollm3", LLAMA, OUTSIDE),
    "deepseek_v2": Naming("deepseek2", DEEPSEEK, OUTSIDE),
    "deepseek_v3": Naming("deepseek2", DEEPSEEK, OUTSIDE),
    "gpt_oss": Naming("gpt-oss", GPT_OSS, OUTSIDE),
}
