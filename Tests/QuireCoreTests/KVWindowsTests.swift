import QuireCore
import Testing

@Suite("Windows in blocks")
struct KVWindowsTests {
    @Test("the blocks of a window are those that hold what a token sees, counted token by token")
    func counts() {
        for blockSize in 1...5 {
            for window in 1...12 {
                let windows = KVWindows([window], blockSize: blockSize)
                for tokens in 1...30 {
                    for chunk in [1, 2, 7, 40] {
                        // Chunks may begin anywhere.
                        let most = (0..<tokens).map { start in
                            let seen = max(0, start - window + 1)..<min(start + chunk, tokens)
                            #expect(windows.firstBlock(ofGroup: 0, at: start) == seen.lowerBound / blockSize)
                            return Set(seen.map { $0 / blockSize }).count
                        }.max()
                        let told = windows.mostBlocks(ofGroup: 0, tokens: tokens, chunk: chunk)
                        #expect(told >= most ?? 0 && told <= (tokens + blockSize - 1) / blockSize)
                        #expect(told * blockSize < window + chunk + 2 * blockSize)
                        // Long texts meet the worst case.
                        if tokens > window + chunk + blockSize { #expect(told == most) }
                    }
                }
            }
        }
    }

    @Test("the longest sequence is the last that fits")
    func longest() {
        for sizes: [Int?] in [[nil], [nil, 6], [6], [3, 9], [nil, nil, 2]] {
            let windows = KVWindows(sizes, blockSize: 4)
            for blocks in 0...40 {
                let fitting = (0...60).filter { windows.mostBlocks(tokens: $0) <= blocks }
                #expect(windows.longestSequence(in: blocks, limit: 60) == fitting.max())
            }
        }
    }

    private static func groups(_ windows: [Int?], maxModelLength: Int = .max) -> KVGroups {
        let layout = KVLayout(heads: 2, headDim: 4, blockSize: 16)
        return KVGroups(
            layouts: Array(repeating: layout, count: windows.count), windows: windows, maxModelLength: maxModelLength)
    }

    @Test(
        "layers with the same window form groups as large as the rarest kind",
        arguments: [
            // LLaMA, Mistral, Gemma 2 and GPT-OSS, Gemma 3 of 1 and of 4 billion weights, three kinds.
            (Array(repeating: nil, count: 5), [nil]), (Array(repeating: 64, count: 5), [64]),
            ((0..<24).map { $0 % 2 == 0 ? 128 : nil }, [nil, 128]),
            ((0..<26).map { $0 % 6 == 5 ? nil : 512 }, [nil, 512, 512, 512, 512, 512, 512]),
            ((0..<34).map { $0 % 6 == 5 ? nil : 1_024 }, [nil] + Array(repeating: 1_024, count: 6)),
            ([nil, 7, 9, 9, 7, nil, nil], [nil, nil, 9, 7]),
        ] as [([Int?], [Int?])])
    func grouping(windows: [Int?], expected: [Int?]) {
        let groups = Self.groups(windows)
        #expect(groups.windows == expected)
        var taken: Set<[Int]> = []
        for layer in windows.indices {
            let group = groups.group(ofLayer: layer)
            #expect(groups.windows[group] == windows[layer])
            #expect(groups.places.indices.contains(groups.place(ofLayer: layer)))
            #expect(taken.insert([group, groups.place(ofLayer: layer)]).inserted, "two layers have one place")
        }
        let rarest = Dictionary(windows.map { ($0, 1) }, uniquingKeysWith: +).values.min()
        #expect(groups.places.count == rarest && groups.bytesPerBlock == groups.places.count * 2 * 2 * 16 * 4 * 4)
    }

    @Test("a window as long as the longest sequence is none")
    func shortSequences() {
        #expect(Self.groups([nil, 512, 64], maxModelLength: 512).windows == [nil, nil, 64])
        #expect(Self.groups([512, 512], maxModelLength: 512).windows == [nil])
        #expect(Self.groups([512, 512], maxModelLength: 513).windows == [512])
    }

    @Test("layers that differ in more than their windows are one group, which keeps what any of them sees")
    func differentLayouts() {
        let layouts = [4, 4, 8].map { KVLayout(heads: 1, headDim: $0, blockSize: 16) }
        #expect(KVGroups(layouts: layouts, windows: [5, 9, 7]).windows == [9])
        let groups = KVGroups(layouts: layouts, windows: [5, nil, 7])
        #expect(groups.windows == [nil] && groups.places == layouts)
        #expect((0..<3).map(groups.place(ofLayer:)) == [0, 1, 2])
    }

    @Test("a memory plan counts windows, not whole sequences, for the layers that have one")
    func memoryPlan() throws {
        func plan(_ sizes: [Int?]) throws -> MemoryPlan {
            try MemoryPlan(
                mappedWeightBytes: 0, packedWeightBytes: 0, scratchBytes: 0, bytesPerBlock: 100,
                windows: KVWindows(sizes, blockSize: 16), maxModelLength: 1_600, maxBatchedTokens: 64,
                budget: .automatic(maxSequences: 3, machineBytes: 1 << 30))
        }
        #expect(try plan([nil]).totalBlocks == 3 * 100 && plan([nil]).cacheTokens == 4_800)
        // A window of 33 tokens lies in three blocks at worst, and the largest chunk in four more.
        #expect(try plan([33]).totalBlocks == 3 * 3 + 4)
        #expect(try plan([nil, 33, 33]).totalBlocks == 3 * (100 + 2 * 3) + 2 * 4)
        #expect(try plan([nil, 33, 33]).cacheTokens == 326 / 3 * 16)
    }
}
