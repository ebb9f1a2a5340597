/// One sequence of tokens that is being generated, and the blocks that hold its keys and values.
package final class SequenceState {
    /// The sequence's number within its request, kept through forks.
    package let branch: Int
    /// Prompt and generated tokens.
    package private(set) var tokens: [TokenID]
    /// Tokens whose keys and values are in the cache.
    package var numComputedTokens = 0
    package var blockTable = BlockTable()
    /// What the full blocks of `tokens` hold, from the first on, as far as known.
    private var blockHashes: [BlockHash] = []
    /// Blocks at the beginning that are findable, or need not be made so.
    private var numPublishedBlocks = 0
    private let scope: BlockHash
    private(set) var cumulativeLogprob = 0.0
    private(set) var logprobs: [TokenLogprob] = []
    var text: StoppingText?

    init(prompt: [TokenID], scope: String?, text: StoppingText?) {
        branch = 0
        tokens = prompt
        self.scope = BlockHash(scope: scope)
        self.text = text
    }

    /// A copy that goes on for itself, over the same blocks.
    init(forking parent: SequenceState, branch: Int, pool: inout BlockPool) {
        self.branch = branch
        tokens = parent.tokens
        numComputedTokens = parent.numComputedTokens
        blockTable = parent.blockTable.fork(in: &pool)
        scope = parent.scope
        blockHashes = parent.blockHashes
        numPublishedBlocks = parent.numPublishedBlocks
        cumulativeLogprob = parent.cumulativeLogprob
        logprobs = parent.logprobs
        text = parent.text
    }

    /// Tokens that still have to be run through the model.
    package var numPendingTokens: Int { tokens.count - numComputedTokens }

    /// Takes blocks that hold the beginning of the tokens already; at least one token is left to compute.
    func takeCachedBlocks(from pool: inout BlockPool) {
        precondition(numComputedTokens == 0 && blockTable.blocks.isEmpty)
        for index in 0..<((tokens.count - 1) / pool.blockSize) {
            guard let block = pool.take(hash(of: index, pool.blockSize)) else { break }
            blockTable.append(found: block)
        }
        numPublishedBlocks = blockTable.blocks.count
        numComputedTokens = numPublishedBlocks * pool.blockSize
    }

    /// Makes blocks findable that are full and computed.
    func publishBlocks(to pool: inout BlockPool) {
        while numPublishedBlocks < numComputedTokens / pool.blockSize {
            pool.publish(blockTable.blocks[numPublishedBlocks], as: hash(of: numPublishedBlocks, pool.blockSize))
            numPublishedBlocks += 1
        }
    }

    /// Gives all blocks back; the tokens have to be computed again, or found.
    func releaseBlocks(to pool: inout BlockPool) {
        blockTable.release(to: &pool)
        numComputedTokens = 0
        numPublishedBlocks = 0
    }

    private func hash(of block: Int, _ blockSize: Int) -> BlockHash {
        while blockHashes.count <= block {
            let start = blockHashes.count * blockSize
            blockHashes.append((blockHashes.last ?? scope).following(tokens[start..<(start + blockSize)]))
        }
        return blockHashes[block]
    }

    func append(_ picked: PickedToken) {
        tokens.append(picked.token)
        cumulativeLogprob += picked.logprob
        if let details = picked.details { logprobs.append(details) }
    }
}
