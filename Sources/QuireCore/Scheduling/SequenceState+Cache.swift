/// What a sequence finds in the cache instead of computing it.
extension SequenceState {
    /// Goes on with blocks that hold the next tokens already, as far as there are any; at least one token is left.
    ///
    /// - Returns: the tokens that need not be computed.
    func takeCachedBlocks(from pool: inout BlockPool) -> Int {
        let (known, blockSize) = (numComputedTokens, pool.blockSize)
        // Only from the end of a block on: a block that was begun is finished.
        guard known % blockSize == 0, blockTable.count == known / blockSize else { return 0 }
        let end = cachedBlocks(in: pool)
        guard end > blockTable.count else { return 0 }
        // First what it leaves behind: holes are at the beginning.
        blockTable.releaseUnseen(from: end * blockSize, to: &pool)
        for index in blockTable.count..<end {
            let hash = hash(of: index, blockSize)
            blockTable.append(
                found: { group in
                    if index < pool.windows.firstBlock(ofGroup: group, at: end * blockSize) { return BlockTable.hole }
                    guard let block = pool.take(hash.inGroup(group)) else { preconditionFailure("a block has gone") }
                    return block
                }, groups: pool.windows.groupCount)
        }
        skip(toBlock: end, blockSize: blockSize)
        return numComputedTokens - known
    }

    /// The most blocks at the beginning such that of those behind its own every one is there which the next token sees.
    private func cachedBlocks(in pool: borrowing BlockPool) -> Int {
        let windows = pool.windows
        func has(_ index: Int, limited: Bool, at end: Int) -> Bool {
            windows.sizes.indices.allSatisfy { group in
                let first = windows.firstBlock(ofGroup: group, at: end * windows.blockSize)
                // The last one even where nobody sees it: what is found was computed.
                guard (windows.sizes[group] != nil) == limited, index >= min(first, end - 1) else { return true }
                return pool.isFindable(hash(of: index, windows.blockSize).inGroup(group))
            }
        }
        let most = findableBlocks(blockSize: windows.blockSize)
        var end = blockTable.count
        if windows.areAllLimited { end = max(end, most) }
        while end < most, has(end, limited: false, at: end) { end += 1 }
        guard windows.areLimited else { return end }
        // From the right, so that each block is looked for once: where one is missing, it and what follows is of no use.
        var index = end
        while index > max(blockTable.count, min(end - 1, windows.firstLimitedBlock(at: end * windows.blockSize))) {
            index -= 1
            if !has(index, limited: true, at: end) { end = index }
        }
        return end
    }
}
