/// Takes server-sent events apart.
struct EventLines {
    private var pending: [UInt8] = []

    /// Adds bytes.
    ///
    /// - Returns: the data of the events that are whole now.
    mutating func add(_ bytes: some Swift.Sequence<UInt8>) -> [String] {
        var found: [String] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                pending.append(byte)
                continue
            }
            if pending.starts(with: "data: ".utf8) {
                found.append(String(decoding: pending.dropFirst(6), as: UTF8.self))
            }
            pending.removeAll(keepingCapacity: true)
        }
        return found
    }
}
