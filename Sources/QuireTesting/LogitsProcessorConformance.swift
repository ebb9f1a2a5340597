import QuireCore

/// What every logits processor must do: depend on the row and the tokens alone, keep what is forbidden forbidden, leave
/// numbers, and touch nothing beside the row.
public struct LogitsProcessorConformance {
    private let processor: any LogitsProcessor.Type

    public init(_ processor: any LogitsProcessor.Type) { self.processor = processor }

    /// Checks one random situation.
    ///
    /// - Parameter params: what the request asks for; ids in it are below 8.
    /// - Returns: whether the processor wants such a request; where it does not, nothing is checked.
    /// - Throws: `ConformanceFailure` that says what differs, or what the processor throws.
    @discardableResult
    public func check(seed: Int, _ params: SamplingParams) throws -> Bool {
        var random = TestRandom(seed: seed)
        let vocabularySize = random.roll(8...300)
        func tokens(_ count: Int) -> [TokenID] {
            // A small range of ids, so that tokens and runs come again.
            let range = random.pick([vocabularySize, 8, 3])
            return (0..<count).map { _ in TokenID(vocabularySize - 1 - random.roll(0...(range - 1))) }
        }
        let prompt = tokens(random.roll(1...20))
        let generated = tokens(random.roll(0...30))
        var row = random.floats(vocabularySize).map { $0 * 8 }
        for _ in 0..<(vocabularySize / 6) { row[random.roll(0...(vocabularySize - 1))] = -.infinity }
        let request = Request(
            id: 1, prompt: prompt, params: params, endTokens: [0],
            badWords: params.badWords.isEmpty ? [] : [[3], [TokenID(vocabularySize - 1), 2]])

        guard let used = try processor.make(for: request) else { return false }
        let place = "\(processor.name), seed \(seed)"
        let result = try apply(used, row, prompt, generated[...], place)
        for (token, value) in result.enumerated() {
            guard value < .infinity else { throw ConformanceFailure("\(place): the logit of \(token) is \(value)") }
            guard row[token] > -.infinity || value == -.infinity else {
                throw ConformanceFailure("\(place): token \(token) was forbidden and now has \(value)")
            }
        }
        // Generated tokens come as the end of a longer list, whose indices do not begin at 0.
        let longer = tokens(random.roll(1...9)) + generated
        let same = try apply(used, row, prompt, longer.suffix(generated.count), place)
        guard same.map(\.bitPattern) == result.map(\.bitPattern) else {
            throw ConformanceFailure("\(place): the result depends on where the slice of generated tokens begins")
        }
        // Another sequence between: forks and preemption must not be noticed.
        _ = try apply(used, random.floats(vocabularySize), prompt, tokens(7)[...], place)
        let again = try apply(used, row, prompt, generated[...], place)
        let fresh = try processor.make(for: request).map { try apply($0, row, prompt, generated[...], place) }
        guard again.map(\.bitPattern) == result.map(\.bitPattern), fresh?.map(\.bitPattern) == again.map(\.bitPattern)
        else { throw ConformanceFailure("\(place): the result depends on what the processor saw before") }
        return true
    }

    /// The row as the processor leaves it.
    private func apply(
        _ instance: any LogitsProcessor, _ row: [Float], _ prompt: [TokenID], _ generated: ArraySlice<TokenID>,
        _ place: String
    ) throws -> [Float] {
        let (margin, guardValue) = (16, Float(0x1p100))
        let border = [Float](repeating: guardValue, count: margin)
        var memory = border + row + border
        try memory.withUnsafeMutableBufferPointer {
            try instance.apply(
                to: UnsafeMutableBufferPointer(rebasing: $0[margin..<(margin + row.count)]), prompt: prompt,
                generated: generated)
        }
        guard memory.prefix(margin).elementsEqual(border), memory.suffix(margin).elementsEqual(border) else {
            throw ConformanceFailure("\(place): wrote beside the row")
        }
        return Array(memory[margin..<(margin + row.count)])
    }
}
