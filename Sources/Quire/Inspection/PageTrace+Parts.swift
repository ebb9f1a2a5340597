extension PageTrace {
    /// The blocks of one sequence.
    public struct Table: Sendable, Equatable, Decodable {
        public var request: Int
        public var branch: Int
        /// Tokens of the sequence.
        public var tokens: Int
        /// Tokens whose keys and values are in the cache.
        public var computed: Int
        /// In logical order.
        public var blocks: [BlockID]

        public init(request: Int, branch: Int, tokens: Int, computed: Int, blocks: [BlockID]) {
            self.request = request
            self.branch = branch
            self.tokens = tokens
            self.computed = computed
            self.blocks = blocks
        }
    }

    /// How many table entries refer to a block.
    public struct Reference: Sendable, Equatable, Decodable {
        public var block: BlockID
        public var count: Int

        public init(block: BlockID, count: Int) {
            self.block = block
            self.count = count
        }

        public init(from decoder: any Decoder) throws {
            (block, count) = try decoder.pair(BlockID.self, Int.self)
        }
    }

    /// A block that was copied because it was shared and had to be written.
    public struct Copy: Sendable, Equatable, Decodable {
        public var source: BlockID
        public var target: BlockID

        public init(source: BlockID, target: BlockID) {
            self.source = source
            self.target = target
        }

        public init(from decoder: any Decoder) throws {
            (source, target) = try decoder.pair(BlockID.self, BlockID.self)
        }
    }

    /// A request that gave its blocks back and waits again.
    public struct Preemption: Sendable, Equatable, Decodable {
        public var request: Int
        /// For people: who needed what.
        public var reason: String

        public init(request: Int, reason: String) {
            self.request = request
            self.reason = reason
        }
    }

    /// A request that began to run.
    public struct Admission: Sendable, Equatable, Decodable {
        public var request: Int
        /// Tokens that were found in the cache.
        public var cachedTokens: Int

        public init(request: Int, cachedTokens: Int) {
            self.request = request
            self.cachedTokens = cachedTokens
        }

        private enum CodingKeys: String, CodingKey {
            case request
            case cachedTokens = "cached_tokens"
        }
    }
}

extension Decoder {
    /// The two elements of a list that has no others.
    fileprivate func pair<First: Decodable, Second: Decodable>(
        _ first: First.Type, _ second: Second.Type
    ) throws -> (First, Second) {
        var list = try unkeyedContainer()
        let pair = (try list.decode(first), try list.decode(second))
        guard list.isAtEnd else {
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: "more than two elements"))
        }
        return pair
    }
}
