import BeamSearch
import LLaMA
import LogitsProcessors
import NativeMatmul
import OpenBLASMatmul
import PagedAttention
import ParallelSampling
import QuireCore
import RandomSampling
import ReferenceAttention

/// The one list of plugins that ship with Quire. A new one is a line here and a target in `Package.swift`.
public let bundledPlugins: [any EnginePlugin.Type] = [
    BeamSearchPlugin.self,
    LLaMAPlugin.self,
    LogitsProcessorsPlugin.self,
    NativeMatmulPlugin.self,
    OpenBLASMatmulPlugin.self,
    PagedAttentionPlugin.self,
    ParallelSamplingPlugin.self,
    RandomSamplingPlugin.self,
    ReferenceAttentionPlugin.self,
]
