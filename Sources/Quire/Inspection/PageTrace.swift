/// What the blocks of the KV cache held after each step of a run, as `quire generate --trace-pages FILE` writes it.
///
/// The file is JSON lines: a `Header`, then a `Step` per line, each as its `json` says. Decoding checks types and names
/// of fields; whether the numbers can be is for `PageTraceChecks`.
public struct PageTrace: Sendable, Equatable {
    public let header: Header
    /// In the order of their numbers, which rise but may have gaps.
    public let steps: [Step]
    /// How the file ended, where that was not with a whole line.
    public let note: String?

    public init(header: Header, steps: [Step], note: String? = nil) {
        self.header = header
        self.steps = steps
        self.note = note
    }

    /// The version of the format that is written and read.
    static let version = 1

    /// What does not change during the run.
    public struct Header: Sendable, Equatable, Decodable {
        public var model: String
        /// Tokens per block.
        public var blockSize: Int
        public var totalBlocks: Int

        public init(model: String, blockSize: Int, totalBlocks: Int) {
            self.model = model
            self.blockSize = blockSize
            self.totalBlocks = totalBlocks
        }

        private enum CodingKeys: String, CodingKey {
            case version = "quire_pages"
            case model
            case blockSize = "block_size"
            case totalBlocks = "total_blocks"
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            // First: fields may mean something else in another version.
            guard try container.decode(Int.self, forKey: .version) == PageTrace.version else {
                throw DecodingError.dataCorruptedError(
                    forKey: .version, in: container, debugDescription: "another version")
            }
            model = try container.decode(String.self, forKey: .model)
            blockSize = try container.decode(Int.self, forKey: .blockSize)
            totalBlocks = try container.decode(Int.self, forKey: .totalBlocks)
        }
    }

    /// The cache after one step, and what happened in it.
    public struct Step: Sendable, Equatable, Decodable {
        /// Counted from 1.
        public var number: Int
        public var milliseconds = 0.0
        /// Tokens that ran, those of prompts included.
        public var tokens = 0
        public var promptTokens = 0
        /// Requests.
        public var running = 0
        public var waiting = 0
        /// Blocks without references, findable or not.
        public var free = 0
        /// Blocks that can be found by what they hold.
        public var findable = 0
        public var tables: [Table] = []
        /// Every block in use, once each.
        public var references: [Reference] = []
        /// Copied before this step's writes.
        public var copies: [Copy] = []
        /// Findable blocks that were taken for something else.
        public var evictions: [BlockID] = []
        public var preemptions: [Preemption] = []
        /// Requests that began to run.
        public var admitted: [Admission] = []
        /// Requests that ended.
        public var finished: [Int] = []

        public init(number: Int) { self.number = number }

        private enum CodingKeys: String, CodingKey {
            case number = "step"
            case milliseconds = "ms"
            case tokens
            case promptTokens = "prompt_tokens"
            case running, waiting, free, findable, tables, references, copies, evictions, preemptions, admitted,
                finished
        }
    }
}
