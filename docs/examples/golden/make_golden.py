"""A tiny random XGLM by Hugging Face transformers, and what it says: needs torch and transformers."""
import json
import pathlib

import torch
from transformers import XGLMConfig, XGLMForCausalLM

folder = pathlib.Path(__file__).parent
torch.manual_seed(0)
config = XGLMConfig(vocab_size=96, max_position_embeddings=256, d_model=32, ffn_dim=64, num_layers=2,
                    attention_heads=4, init_std=0.3, dropout=0.0, attention_dropout=0.0,
                    tie_word_embeddings=False)
model = XGLMForCausalLM(config).eval()
for name, parameter in model.named_parameters():
    # Zeros and ones, with which transformers begins, would hide what is forgotten.
    if name.endswith("bias"):
        torch.nn.init.normal_(parameter, std=0.3)
    elif "layer_norm" in name:
        torch.nn.init.normal_(parameter, mean=1.0, std=0.3)
model.save_pretrained(folder)

cases = []
for prompt in [[5], [7, 3, 9, 4], list(range(20, 31)), [(i * i + 3 * i) % 90 + 4 for i in range(70)]]:
    ids, logprobs, margins = [], [], []
    for _ in range(24):
        with torch.no_grad():
            logits = model(torch.tensor([prompt + ids])).logits[0, -1].double()
        best, second = logits.topk(2).values.tolist()
        ids.append(int(logits.argmax()))
        logprobs.append(float(logits.log_softmax(-1)[ids[-1]]))
        margins.append(best - second)
    cases.append({"prompt": " ".join(map(str, prompt)), "prompt_token_ids": prompt, "token_ids": ids,
                  "logprobs": logprobs, "margins": margins})
(folder / "expected.json").write_text(json.dumps(cases, indent=1) + "\n")
