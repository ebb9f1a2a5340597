extension PluginSkeleton {
    var sampler: String {
        """
        import Foundation
        import QuireCore

        /// Draws by probability after temperature, min-p, top-k and top-p.
        public struct \(name): Sampler {
            public static let name = "\(partName)"

            private let params: SamplingParams

            public init(params: SamplingParams) { self.params = params }

            public func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
                // The likeliest first, of equal ones the lowest token.
                let order = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
                guard params.temperature > 0, let first = order.first else { return TokenID(order.first ?? 0) }
                var weights = order.map { exp((Double(logits[$0]) - Double(logits[first])) / params.temperature) }
                for index in weights.indices where weights[index] < params.minP { weights[index] = 0 }
                if params.topK > 0 { for index in weights.indices.dropFirst(params.topK) { weights[index] = 0 } }
                // What lies before a token decides whether it belongs to the share of top-p.
                let share = params.topP * weights.reduce(0, +)
                var sum = 0.0
                for index in weights.indices {
                    if index > 0, sum >= share { weights[index] = 0 }
                    sum += weights[index]
                }
                var random = random
                var rest = random.unit() * weights.reduce(0, +)
                for (index, weight) in weights.enumerated() where weight > 0 {
                    rest -= weight
                    if rest < 0 { return TokenID(order[index]) }
                }
                return TokenID(first)
            }
        }

        """
    }

    var logitsProcessor: String {
        #"""
        import QuireCore

        /// Lowers the logits of the last tokens that were generated, by `\#(partName)`.
        public struct \#(name): LogitsProcessor {
            public static let name = "\#(partName)"
            // After the bundled ones: allowed tokens 10, bad words 20, minimum length 30, bias 40, penalties 50.
            public static let order = 60

            /// How many tokens back it looks.
            private static let reach = 8

            private let penalty: Float

            public static func make(for request: Request) throws -> \#(name)? {
                guard let text = request.params.extraArguments[name] else { return nil }
                guard let penalty = Float(text), penalty.isFinite else {
                    throw RequestError.parameter(name: name, value: text, expected: "a number")
                }
                return \#(name)(penalty: penalty)
            }

            public func apply(
                to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
            ) {
                for token in Set(generated.suffix(Self.reach)) { logits[Int(token)] -= penalty }
            }
        }

        """#
    }

    var decodingStrategy: String {
        """
        import QuireCore

        /// Draws `n` completions of one prompt, one token at a time.
        public struct \(name): DecodingStrategy {
            public static let name = "\(partName)"
            public static let summary = "n completions, drawn one by one"
            // They do not depend on each other.
            public static let runsTogether = false

            public let width: Int

            public init(params: SamplingParams) { width = params.n }

            public func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> Decision {
                var continuations: [Continuation] = []
                for (parent, candidate) in candidates.enumerated() {
                    // After the prompt there is one candidate, which goes on in `width` ways.
                    for branch in isFirst ? Array(0..<width) : [candidate.branch] {
                        let picked = try picker.pick(candidate.logits, tokens: candidate.tokens, branch: branch)
                        continuations.append(Continuation(parent: parent, picked: picked))
                    }
                }
                return Decision(continuations: continuations)
            }
        }

        """
    }
}
