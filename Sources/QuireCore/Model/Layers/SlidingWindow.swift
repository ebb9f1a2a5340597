/// Which layers see a window of the last tokens only.
public struct SlidingWindow: Sendable {
    private var windows: [Int?]

    /// The window of a layer, or `nil` where it sees everything.
    public subscript(layer: Int) -> Int? { windows[layer] }

    /// What `sliding_window`, and for layer by layer `layer_types`, say.
    ///
    /// - Parameters:
    ///   - layers: how many there are.
    ///   - isUsed: whether the family's own switch, where it has one, is on.
    ///   - isWindowed: the rule of the family, where the file has no `layer_types`.
    /// - Throws: `ConfigurationError` for a window of 0, for layers of an unknown type, and for types that want a window
    ///   that the file does not give.
    public init(
        _ config: ModelConfiguration, layers: Int, isUsed: Bool = true,
        where isWindowed: (_ layer: Int) -> Bool = { _ in true }
    ) throws(ConfigurationError) {
        windows = Array(repeating: nil, count: layers)
        guard isUsed else { return }
        let listed = try Self.listed(config, layers: layers)
        guard config.values["sliding_window"] ?? .null != .null else {
            guard listed?.contains(true) != true else {
                throw config.error(
                    "sliding_window",
                    expected: "a whole number of at least 1, because 'layer_types' names \(Self.windowedType)")
            }
            return
        }
        let window = try config.positive("sliding_window")
        windows = (0..<layers).map { (listed?[$0] ?? isWindowed($0)) ? window : nil }
    }

    private static let windowedType = "sliding_attention"

    /// Whether each layer has a window, where the file says so layer by layer.
    private static func listed(_ config: ModelConfiguration, layers: Int) throws(ConfigurationError) -> [Bool]? {
        guard let types = config.values["layer_types"], types != .null else { return nil }
        let names = (types.arrayValue ?? []).compactMap(\.stringValue)
        let known = ["full_attention", windowedType]
        guard names.count == layers, names.count == types.arrayValue?.count, names.allSatisfy(known.contains) else {
            throw config.error(
                "layer_types", expected: "a list of \(layers) names, each \(known.joined(separator: " or "))")
        }
        return names.map { $0 == windowedType }
    }
}
