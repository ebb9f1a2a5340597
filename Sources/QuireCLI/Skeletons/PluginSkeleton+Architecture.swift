extension PluginSkeleton {
    /// The part's own file.
    var part: String {
        switch kind {
        case .architecture: architecture
        case .attentionBackend: attentionBackend
        case .matmulBackend: matmulBackend
        case .sampler: sampler
        case .logitsProcessor: logitsProcessor
        case .decodingStrategy: decodingStrategy
        }
    }

    private var architecture: String {
        """
        import QuireCore

        /// A decoder with RMS norms, rotary positions, grouped-query attention and a gated feed-forward layer.
        ///
        /// `quire plugins verify` compares it with what another implementation says, in the folder `golden`: config.json,
        /// model.safetensors and expected.json, which docs/plugins.md describes.
        public struct \(name): ModelArchitecture {
            // As `architectures` in config.json.
            public static let names = ["\(partName)"]

            private let embedding: Embedding
            private let layers: [Layer]
            private let norm: RMSNorm
            private let head: Linear

            public init(config: ModelConfiguration, weights: WeightScope) throws {
                let hiddenSize = try config.positive("hidden_size")
                let vocabularySize = try config.positive("vocab_size")
                let epsilon = try config.number("rms_norm_eps", default: 1e-6)
                let heads = try config.positive("num_attention_heads")
                let headDim = try config.positive("head_dim", default: max(1, hiddenSize / heads))
                let kvHeads = try config.positive("num_key_value_heads", default: heads)
                guard heads % kvHeads == 0 else {
                    throw config.error("num_key_value_heads", expected: "a divisor of num_attention_heads, \\(heads)")
                }
                let shape = AttentionShape(queryHeads: heads, kvHeads: kvHeads, headDim: headDim)
                let rotary = try RotaryEmbedding(config: config, dimensions: headDim)
                let model = weights["model"]
                embedding = try Embedding(model["embed_tokens"], count: vocabularySize, width: hiddenSize)
                layers = try (0..<config.positive("num_hidden_layers")).map {
                    try Layer(
                        model["layers"][$0], hiddenSize: hiddenSize, shape: shape, rotary: rotary, epsilon: epsilon,
                        intermediateSize: config.positive("intermediate_size"))
                }
                norm = try RMSNorm(model["norm"], width: hiddenSize, epsilon: epsilon)
                head = try Linear(
                    vocabularyHead: weights["lm_head"], inputs: hiddenSize, outputs: vocabularySize,
                    tied: try config.flag("tie_word_embeddings", default: false) ? embedding : nil)
            }

            public func logits(_ pass: ForwardPass) throws -> Tensor {
                let hidden = embedding(pass)  // [tokens, hidden]
                for layer in layers { try layer.apply(to: hidden, pass) }
                return head(norm(pass.sampledRows(of: hidden)))  // [sampled rows, vocabulary]
            }
        }

        struct Layer {
            private let attentionNorm: RMSNorm
            private let attention: SelfAttention
            private let feedForwardNorm: RMSNorm
            private let feedForward: GatedMLP

            init(
                _ weights: WeightScope, hiddenSize: Int, shape: AttentionShape, rotary: RotaryEmbedding, epsilon: Double,
                intermediateSize: Int
            ) throws {
                attentionNorm = try RMSNorm(weights["input_layernorm"], width: hiddenSize, epsilon: epsilon)
                attention = try SelfAttention(
                    weights["self_attn"], hiddenSize: hiddenSize, shape: shape, rotary: rotary, bias: false)
                feedForwardNorm = try RMSNorm(weights["post_attention_layernorm"], width: hiddenSize, epsilon: epsilon)
                feedForward = try GatedMLP(
                    weights["mlp"], hiddenSize: hiddenSize, intermediateSize: intermediateSize, bias: false)
            }

            func apply(to hidden: Tensor, _ pass: ForwardPass) throws {
                hidden.add(try attention(attentionNorm(hidden), pass))
                hidden.add(feedForward(feedForwardNorm(hidden)))
            }
        }

        """
    }
}
