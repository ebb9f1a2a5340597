import BeamSearch
import Cohere
import DeepSeek
import Falcon
import Gemma
import GPT2
import GPTNeoX
import GPTOSS
import Granite
import LLaMA
import LogitsProcessors
import Mistral
import NativeMatmul
import OLMo2
import OpenBLASMatmul
import OPT
import PagedAttention
import ParallelSampling
import Phi
import QuireCore
import Qwen
import RandomSampling
import ReferenceAttention
import SeedOSS
import SmolLM3
import StableLM
import StarCoder2

/// The one list of plugins that ship with Quire. A new one is a line here and a target in `Package.swift`.
public let bundledPlugins: [any EnginePlugin.Type] = [
    BeamSearchPlugin.self,
    CoherePlugin.self,
    DeepSeekPlugin.self,
    FalconPlugin.self,
    GemmaPlugin.self,
    GPT2Plugin.self,
    GPTNeoXPlugin.self,
    GPTOSSPlugin.self,
    GranitePlugin.self,
    LLaMAPlugin.self,
    LogitsProcessorsPlugin.self,
    MistralPlugin.self,
    NativeMatmulPlugin.self,
    OLMo2Plugin.self,
    OpenBLASMatmulPlugin.self,
    OPTPlugin.self,
    PagedAttentionPlugin.self,
    ParallelSamplingPlugin.self,
    PhiPlugin.self,
    QwenPlugin.self,
    RandomSamplingPlugin.self,
    ReferenceAttentionPlugin.self,
    SeedOSSPlugin.self,
    SmolLM3Plugin.self,
    StableLMPlugin.self,
    StarCoder2Plugin.self,
]
