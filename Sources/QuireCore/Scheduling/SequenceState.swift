/// One sequence of tokens that is being generated, and the blocks that hold its keys and values.
package final class SequenceState {
    /// The sequence's number within its request.
    package let branch: Int
    /// Prompt and generated tokens.
    package private(set) var tokens: [TokenID]
    /// Tokens whose keys and values are in the cache.
    package var numComputedTokens = 0
    package var blockTable = BlockTable()
    /// What the full blocks of `tokens` hold, from the first on, as far as known.
    private var blockHashes: [BlockHash] = []
    /// Blocks at the beginning that are findable, or need not be made so.
    private(set) var numPublishedBlocks = 0
    private let scope: BlockHash
    /// NaN once a token came without its log-probability.
    private(set) var cumulativeLogprob = 0.0
    private(set) var logprobs: [TokenLogprob] = []
    var text: StoppingText?

    init(prompt: [TokenID], scope: BlockHash, text: StoppingText?) {
        branch = 0
        tokens = prompt
        self.scope = scope
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

    /// Blocks at the beginning that could be found: full ones, but for the last token, which is always computed.
    func findableBlocks(blockSize: Int) -> Int { (tokens.count - 1) / blockSize }

    /// Makes blocks findable that are full once the first `end` tokens are computed.
    ///
    /// - Parameter step: is told of them, and of those that somebody else has computed at the same time.
    func publishBlocks(upTo end: Int, in pool: inout BlockPool, _ step: inout Step) {
        let groupCount = pool.windows.groupCount
        while numPublishedBlocks < end / pool.blockSize {
            // None of these is a hole: the window of a token that was just scheduled has its block.
            for group in 0..<groupCount {
                let index = numPublishedBlocks * groupCount + group
                let block = blockTable.blocks[index]
                if pool.publish(block, as: hash(of: numPublishedBlocks, pool.blockSize).inGroup(group)) {
                    step.published.append(block)
                } else {
                    step.duplicates.append(Step.Duplicate(sequence: self, index: index))
                }
            }
            numPublishedBlocks += 1
        }
    }

    /// Goes on with the block that others use for what one of its own holds too.
    ///
    /// - Parameter index: of its entry in the table.
    func mergeBlock(_ index: Int, in pool: inout BlockPool) {
        let (block, group) = index.quotientAndRemainder(dividingBy: pool.windows.groupCount)
        let hash = hash(of: block, pool.blockSize).inGroup(group)
        if let same = pool.take(hash) {
            blockTable.replace(index, with: same, in: &pool)
        } else {
            pool.publish(blockTable.blocks[index], as: hash)
        }
    }

    /// Goes on behind tokens that were found in the cache, whose blocks its table has.
    func skip(toBlock end: Int, blockSize: Int) {
        numComputedTokens = end * blockSize
        numPublishedBlocks = max(numPublishedBlocks, end)
    }

    /// Slots that hold its tokens, in each group of layers.
    func numHeldTokens(_ windows: KVWindows) -> Int {
        guard windows.areLimited else { return numComputedTokens * windows.groupCount }
        return (0..<windows.groupCount).reduce(0) {
            $0 + numComputedTokens - windows.firstBlock(ofGroup: $1, at: numComputedTokens) * windows.blockSize
        }
    }

    /// Traps unless the table lacks exactly the blocks that no token sees which is still to come.
    func checkHoles(_ windows: KVWindows) {
        for (index, block) in blockTable.blocks.enumerated() {
            let (place, group) = index.quotientAndRemainder(dividingBy: windows.groupCount)
            let isGone = place < windows.firstBlock(ofGroup: group, at: numComputedTokens)
            precondition(
                (block == BlockTable.hole) == isGone, "block \(place) of group \(group) is there wrongly or not")
        }
    }

    /// Gives back the blocks that no token sees which is still to come.
    func releaseUnseenBlocks(to pool: inout BlockPool) {
        blockTable.releaseUnseen(from: numComputedTokens, to: &pool)
    }

    /// Gives all blocks back; the tokens have to be computed again, or found.
    func releaseBlocks(to pool: inout BlockPool) {
        blockTable.release(to: &pool)
        numComputedTokens = 0
        numPublishedBlocks = 0
    }

    /// What a full block of the sequence holds.
    func hash(of block: Int, _ blockSize: Int) -> BlockHash {
        while blockHashes.count <= block {
            let start = blockHashes.count * blockSize
            blockHashes.append((blockHashes.last ?? scope).following(tokens[start..<(start + blockSize)]))
        }
        return blockHashes[block]
    }

    /// What a block of the sequence holds, full or not, once all tokens are computed.
    func content(of block: Int, _ blockSize: Int) -> BlockHash {
        let start = block * blockSize
        if start + blockSize <= tokens.count { return hash(of: block, blockSize) }
        return (block == 0 ? scope : hash(of: block - 1, blockSize)).following(tokens[min(start, tokens.count)...])
    }

    func append(_ picked: PickedToken) {
        tokens.append(picked.token)
        cumulativeLogprob += picked.logprob
        if let details = picked.details { logprobs.append(details) }
    }
}
