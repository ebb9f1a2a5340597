/// Which layers see a window of the last tokens only.
public struct SlidingWindow: Sendable {
    private let windows: [Int?]

    /// The window of a layer, or `nil` where it sees everything.
    public subscript(layer: Int) -> Int? { windows[layer] }

    /// What `sliding_window`, and for layer by layer `layer_types`, say.
    ///
    /// - Parameters:
    ///   - layers: how many there are.
    ///   - isUsed: whether the family's own switch, where it has one, is on.
    ///   - isWindowed: the rule of the family, where the file has no `layer_types`.
    /// - Throws: `ConfigurationError` for a window of 0 and for layers of an unknown type.
    public init(
        _ config: ModelConfiguration, layers: Int, isUsed: Bool = true,
        where isWindowed: (_ layer: Int) -> Bool = { _ in true }
    ) throws(ConfigurationError) {
        guard isUsed, let value = config.values["sliding_window"], value != .null else {
            windows = Array(repeating: nil, count: layers)
            return
        }
        let window = try config.positive("sliding_window")
        guard let types = config.values["layer_types"], types != .null else {
            windows = (0..<layers).map { isWindowed($0) ? window : nil }
            return
        }
        let names = (types.arrayValue ?? []).compactMap(\.stringValue)
        let known = ["full_attention", "sliding_attention"]
        guard names.count == layers, names.allSatisfy(known.contains) else {
            throw config.error(
                "layer_types", expected: "a list of \(layers) names, each \(known.joined(separator: " or "))")
        }
        windows = names.map { $0 == "sliding_attention" ? window : nil }
    }
}
