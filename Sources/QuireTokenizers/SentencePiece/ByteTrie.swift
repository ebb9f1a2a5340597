/// A map from byte strings to ids that is walked one byte at a time.
///
/// Edges live in one open-addressed table, except those of the root, which have an array of their own. Building costs
/// O(bytes); a step costs one probe.
struct ByteTrie: Sendable {
    typealias Node = Int32
    static let root: Node = 0
    static let none: Node = -1

    private var rootEdges = [Node](repeating: none, count: 256)
    /// `parent << 36 | byte << 28 | child`, 0 for an empty slot; a child is never the root.
    private var edges = [UInt64](repeating: 0, count: 64)
    private var edgeCount = 0
    private var values: [Int32] = [-1]

    /// The most nodes that fit the packing of an edge.
    static let maxNodes = 1 << 28

    /// The id stored at a node, or -1.
    @inline(__always)
    func value(at node: Node) -> Int32 {
        values[Int(node)]
    }

    /// The node that `byte` leads to, or `none`.
    @inline(__always)
    func child(of node: Node, _ byte: UInt8) -> Node {
        if node == Self.root { return rootEdges[Int(byte)] }
        let key = UInt64(node) << 8 | UInt64(byte)
        let mask = edges.count - 1
        var slot = Self.slot(of: key, mask)
        while edges[slot] != 0 {
            if edges[slot] >> 28 == key { return Node(truncatingIfNeeded: edges[slot] & 0xFFF_FFFF) }
            slot = (slot + 1) & mask
        }
        return Self.none
    }

    /// The id stored for exactly `key`, or -1.
    func value(for key: some Collection<UInt8>) -> Int32 {
        var node = Self.root
        for byte in key {
            node = child(of: node, byte)
            if node == Self.none { return -1 }
        }
        return value(at: node)
    }

    /// Stores `value` for `key`.
    ///
    /// - Returns: The value that was there before, or -1.
    @discardableResult
    mutating func insert(_ key: some Collection<UInt8>, _ value: Int32) -> Int32 {
        var node = Self.root
        for byte in key {
            let next = child(of: node, byte)
            node = next == Self.none ? addChild(of: node, byte) : next
        }
        defer { values[Int(node)] = value }
        return values[Int(node)]
    }

    /// The longest key that starts at `position`: its end and id, or nil.
    func longestMatch(
        in text: UnsafeBufferPointer<UInt8>, at position: Int
    ) -> (end: Int, value: Int32)? {
        var node = Self.root
        var found: (end: Int, value: Int32)?
        for index in position..<text.count {
            node = child(of: node, text[index])
            if node == Self.none { break }
            let value = value(at: node)
            if value >= 0 { found = (index + 1, value) }
        }
        return found
    }

    private mutating func addChild(of node: Node, _ byte: UInt8) -> Node {
        let child = Node(values.count)
        values.append(-1)
        if node == Self.root {
            rootEdges[Int(byte)] = child
            return child
        }
        if 2 * edgeCount >= edges.count { growEdges() }
        edgeCount += 1
        place((UInt64(node) << 8 | UInt64(byte)) << 28 | UInt64(child))
        return child
    }

    private mutating func growEdges() {
        let old = edges
        edges = [UInt64](repeating: 0, count: 2 * old.count)
        for edge in old where edge != 0 {
            place(edge)
        }
    }

    private mutating func place(_ edge: UInt64) {
        let mask = edges.count - 1
        var slot = Self.slot(of: edge >> 28, mask)
        while edges[slot] != 0 {
            slot = (slot + 1) & mask
        }
        edges[slot] = edge
    }

    @inline(__always)
    private static func slot(of key: UInt64, _ mask: Int) -> Int {
        // Fibonacci hashing: the high bits of the product are the well mixed ones.
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }
}
