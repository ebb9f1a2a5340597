import QuireJSON

extension PageTrace.Header {
    /// The first line of a file, without its end.
    public var json: String { jsonValue.text }

    package var jsonValue: JSONValue {
        .members([
            ("quire_pages", .int(PageTrace.version)), ("model", .string(model)), ("block_size", .int(blockSize)),
            ("total_blocks", .int(totalBlocks)),
        ])
    }
}

extension PageTrace.Step {
    /// The step's line, without its end.
    public var json: String { jsonValue.text }

    package var jsonValue: JSONValue {
        .members([
            ("step", .int(number)), ("ms", .double(milliseconds)), ("tokens", .int(tokens)),
            ("prompt_tokens", .int(promptTokens)), ("running", .int(running)), ("waiting", .int(waiting)),
            ("free", .int(free)), ("findable", .int(findable)),
            ("tables", .array(tables.map(\.json))),
            ("references", .array(references.map { .array([.int(Int($0.block)), .int($0.count)]) })),
            ("copies", .array(copies.map { .ids([$0.source, $0.target]) })),
            ("evictions", .ids(evictions)),
            (
                "preemptions",
                .array(preemptions.map { .members([("request", .int($0.request)), ("reason", .string($0.reason))]) })
            ),
            (
                "admitted",
                .array(
                    admitted.map {
                        .members([("request", .int($0.request)), ("cached_tokens", .int($0.cachedTokens))])
                    })
            ),
            ("finished", .array(finished.map { .int($0) })),
        ])
    }
}

extension PageTrace.Table {
    fileprivate var json: JSONValue {
        .members([
            ("request", .int(request)), ("branch", .int(branch)), ("tokens", .int(tokens)),
            ("computed", .int(computed)),
            ("blocks", .ids(blocks)),
        ])
    }
}
