/// The arguments that follow an opcode in the stream.
extension Unpickler {
    mutating func checkProtocol() throws(FormatError) {
        let version = try reader.read(UInt8.self, "PROTO")
        guard (2...5).contains(version) else {
            throw fail("found pickle protocol \(version), expected 2 to 5")
        }
    }

    /// Frames only help buffering; their length must still be honest.
    mutating func skipFrame() throws(FormatError) {
        let length = try reader.read(UInt64.self, "FRAME")
        guard length <= UInt64(reader.remaining) else {
            throw fail("found a frame of \(length) bytes, expected at most \(reader.remaining)")
        }
    }

    /// A little-endian two's complement integer of up to eight bytes.
    mutating func readLong() throws(FormatError) -> Int {
        let length = try reader.read(UInt8.self, "LONG1")
        guard length <= 8 else { throw fail("found an integer of \(length) bytes, expected at most 8") }
        var bits: UInt64 = 0
        for index in 0..<Int(length) {
            bits |= UInt64(try reader.read(UInt8.self, "LONG1")) << (8 * index)
        }
        let unused = 64 - 8 * Int(length)
        guard unused < 64 else { return 0 }
        return Int(Int64(bitPattern: bits << unused) >> unused)
    }

    /// The one big-endian number of the format.
    mutating func readFloat() throws(FormatError) -> Double {
        Double(bitPattern: try reader.read(UInt64.self, "BINFLOAT").byteSwapped)
    }

    mutating func pushString(length: UInt64) throws(FormatError) {
        guard length <= UInt64(reader.remaining) else {
            throw fail("found a string of \(length) bytes, expected at most \(reader.remaining)")
        }
        stack.append(.string(try reader.readText(Int(length), "string")))
    }

    /// A line of text, as the opcode GLOBAL has two.
    mutating func readLine() throws(FormatError) -> String {
        let rest = reader.bytes.withUnsafeBytes { $0[reader.offset...].prefix(1000).firstIndex(of: 0x0A) }
        guard let end = rest else { throw fail("found no end of line, expected a short name") }
        let line = try reader.readText(end - reader.offset, "name of a global")
        reader.advanceOne()
        return line
    }
}
