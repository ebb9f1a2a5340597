/// Finds any of many texts in a stream of bytes, one table look-up a byte.
///
/// Source: Aho and Corasick, Efficient String Matching, 1975.
struct StopAutomaton: Sendable {
    /// Where the stream stands: the longest beginning of a text that it ends with. 0 is none.
    typealias State = Int32

    private struct Node {
        /// The longer beginnings by their last byte.
        var next: [UInt8: State] = [:]
        var fallback: State = 0
        /// Bytes of the beginning that this state stands for.
        var depth: Int
        /// The longest text that ends here.
        var text: Int?
        /// Bytes at the end of the stream that may still become part of a text.
        var heldBytes = 0
    }

    private var nodes: [Node] = [Node(depth: 0)]
    private let texts: [String]
    private let lengths: [Int]

    /// - Parameter texts: none is empty.
    init(_ texts: [String]) {
        self.texts = texts
        lengths = texts.map(\.utf8.count)
        for (index, text) in texts.enumerated() { add(text, index) }
        link()
    }

    var isEmpty: Bool { texts.isEmpty }

    /// The state after one more byte.
    func state(after state: State, _ byte: UInt8) -> State {
        var current = state
        while true {
            if let next = nodes[Int(current)].next[byte] { return next }
            if current == 0 { return 0 }
            current = nodes[Int(current)].fallback
        }
    }

    /// The text that ends at a state, with its length in bytes; of several the longest.
    func match(_ state: State) -> (text: String, bytes: Int)? {
        nodes[Int(state)].text.map { (texts[$0], lengths[$0]) }
    }

    /// Bytes at the end that are the beginning of a text, and not all of it.
    func heldBytes(_ state: State) -> Int { nodes[Int(state)].heldBytes }

    private mutating func add(_ text: String, _ index: Int) {
        var state: State = 0
        for (depth, byte) in text.utf8.enumerated() {
            if let next = nodes[Int(state)].next[byte] {
                state = next
            } else {
                let next = State(nodes.count)
                nodes.append(Node(depth: depth + 1))
                nodes[Int(state)].next[byte] = next
                state = next
            }
        }
        nodes[Int(state)].text = nodes[Int(state)].text ?? index
    }

    /// Links each state to the longest other one that it ends with, shortest states first.
    private mutating func link() {
        var queue: [State] = [0]
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            for (byte, child) in nodes[Int(state)].next {
                if state != 0 {
                    nodes[Int(child)].fallback = self.state(after: nodes[Int(state)].fallback, byte)
                }
                let fallback = nodes[Int(nodes[Int(child)].fallback)]
                nodes[Int(child)].text = nodes[Int(child)].text ?? fallback.text
                nodes[Int(child)].heldBytes =
                    nodes[Int(child)].next.isEmpty ? fallback.heldBytes : nodes[Int(child)].depth
                queue.append(child)
            }
        }
    }
}
