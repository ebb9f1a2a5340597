/// Which layers share the blocks of the cache, and where in a block each of them lies.
///
/// Layers with the same window form groups of as many layers as the rarest window has; a block holds the keys and values
/// of one group, and any block serves any group. So all blocks have one size, and what a window leaves behind is free
/// for every layer. Where the numbers do not divide, some places of a last group stay empty. Layers that differ in more
/// than their windows are all in one group.
public struct KVGroups: Sendable, Equatable {
    /// Of each layer.
    public let layouts: [KVLayout]
    /// Tokens that a token of each group sees, itself included; `nil` is everything before it.
    public let windows: [Int?]
    /// What lies in a block, one part after the other; a layer has one of them.
    public let places: [KVLayout]
    private let groupOfLayer: [Int]
    private let placeOfLayer: [Int]

    /// - Parameters:
    ///   - windows: of each layer; `nil` sees everything.
    ///   - maxModelLength: tokens of the longest sequence; a window that holds it is none.
    public init(layouts: [KVLayout], windows: [Int?], maxModelLength: Int = .max) {
        precondition(layouts.count == windows.count, "\(layouts.count) layouts and \(windows.count) windows")
        self.layouts = layouts
        let windows = windows.map { window in window.flatMap { $0 < maxModelLength ? $0 : nil } }
        // What sees most comes first.
        let kinds = Set(windows).sorted { $0 ?? .max > $1 ?? .max }
        guard kinds.count > 1, Set(layouts).count == 1 else {
            self.windows = [kinds.first ?? nil]
            places = layouts
            groupOfLayer = Array(repeating: 0, count: layouts.count)
            placeOfLayer = Array(layouts.indices)
            return
        }
        let width = kinds.map { kind in windows.count { $0 == kind } }.min() ?? 1
        var (groups, placeOf) = (windows.map { _ in 0 }, windows.map { _ in 0 })
        var groupWindows: [Int?] = []
        for kind in kinds {
            for (index, layer) in windows.indices.filter({ windows[$0] == kind }).enumerated() {
                placeOf[layer] = index % width
                if placeOf[layer] == 0 { groupWindows.append(kind) }
                groups[layer] = groupWindows.count - 1
            }
        }
        self.windows = groupWindows
        places = Array(layouts[..<width])
        (groupOfLayer, placeOfLayer) = (groups, placeOf)
    }

    /// One group whose layers see everything.
    public init(layouts: [KVLayout]) {
        self.init(layouts: layouts, windows: Array(repeating: nil, count: layouts.count))
    }

    public func group(ofLayer layer: Int) -> Int { groupOfLayer[layer] }

    /// Which of `places` a layer has; layers of different groups may have the same one.
    public func place(ofLayer layer: Int) -> Int { placeOfLayer[layer] }

    public var bytesPerBlock: Int { places.reduce(0) { $0 + $1.bytesPerBlock } }
}
