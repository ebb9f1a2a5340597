import QuireFormats
import Testing

/// The pickle machine, reached through archives that hold nothing but a pickle.
@Suite("the restricted unpickler")
struct UnpicklerTests {
    func refused(_ pickle: [UInt8], _ words: String) throws {
        let message = try #require(try refusal(PickleBytes.archive(pickle), named: "m.bin"))
        #expect(message.contains(words))
    }

    @Test("every opcode that no state dict needs is refused by name, without its arguments being read")
    func opcodes() throws {
        let names: [(UInt8, String)] = [
            (0x49, "INT"), (0x4C, "LONG"), (0x8B, "LONG4"), (0x46, "FLOAT"), (0x53, "STRING"), (0x54, "BINSTRING"),
            (0x55, "SHORT_BINSTRING"), (0x56, "UNICODE"), (0x42, "BINBYTES"), (0x43, "SHORT_BINBYTES"),
            (0x8E, "BINBYTES8"), (0x96, "BYTEARRAY8"), (0x97, "NEXT_BUFFER"), (0x98, "READONLY_BUFFER"),
            (0x6C, "LIST"), (0x64, "DICT"), (0x8F, "EMPTY_SET"), (0x90, "ADDITEMS"), (0x91, "FROZENSET"),
            (0x30, "POP"), (0x31, "POP_MARK"), (0x32, "DUP"), (0x67, "GET"), (0x70, "PUT"), (0x50, "PERSID"),
            (0x82, "EXT1"), (0x83, "EXT2"), (0x84, "EXT4"), (0x69, "INST"), (0x6F, "OBJ"), (0x81, "NEWOBJ"),
            (0x92, "NEWOBJ_EX"), (0xFF, "0xff"), (0x00, "0x0"),
        ]
        for (byte, name) in names {
            try refused(PickleBytes.proto + [byte], "refuses opcode \(name): no state dict needs it")
        }
    }

    @Test("globals outside the list are refused, by either opcode")
    func globals() throws {
        try refused(PickleBytes.proto + PickleBytes.global("os", "system"), "refuses the global 'os.system'")
        try refused(PickleBytes.proto + PickleBytes.global("torch", "load"), "refuses the global 'torch.load'")
        try refused(PickleBytes.proto + PickleBytes.global("torch.hub", "load"), "refuses the global 'torch.hub.load'")
        let stacked = PickleBytes.text("builtins") + PickleBytes.text("getattr") + [0x93]
        try refused(PickleBytes.proto + stacked, "refuses the global 'builtins.getattr'")
        try refused(PickleBytes.proto + [0x63] + Array("os".utf8), "found no end of line")
        try refused(
            PickleBytes.proto + PickleBytes.int(1) + PickleBytes.int(2) + [0x93], "expected the two strings of a global"
        )
    }

    @Test("calls of anything but the rebuilding functions are refused")
    func calls() throws {
        let call = PickleBytes.emptyTuple + PickleBytes.reduce
        try refused(
            PickleBytes.proto + PickleBytes.text("os.system") + call, "refuses a call of the string 'os.system'")
        try refused(PickleBytes.proto + PickleBytes.global("torch", "FloatStorage") + call, "refuses a call of")
        try refused(PickleBytes.proto + PickleBytes.global("torch", "float16") + call, "refuses a call of the type f16")
        let build = PickleBytes.int(1) + [0x7D, 0x62]
        try refused(PickleBytes.proto + build, "refuses BUILD of 1 with a dictionary")
    }

    @Test("a broken stack, memo or protocol is refused")
    func machine() throws {
        try refused([0x2E], "found no protocol mark")
        try refused([0x80, 6], "found pickle protocol 6, expected 2 to 5")
        try refused([0x80, 1], "found pickle protocol 1")
        try refused(PickleBytes.proto, "pickle opcode at byte")
        try refused(PickleBytes.proto + PickleBytes.stop, "found 0 values and 0 marks at the end")
        try refused(PickleBytes.proto + [0x4E, 0x28] + PickleBytes.stop, "found 1 values and 1 marks")
        try refused(PickleBytes.proto + [0x74], "found no mark on the stack")
        try refused(PickleBytes.proto + [0x4E, 0x28, 0x85], "found fewer than 1 values")
        try refused(PickleBytes.proto + [0x4E, 0x86], "found fewer than 2 values")
        try refused(PickleBytes.proto + [0x52], "found an empty stack")
        try refused(PickleBytes.proto + [0x4E, 0x4E, 0x61], "found None to append to, expected a list")
        try refused(PickleBytes.proto + [0x4E, 0x4E, 0x4E, 0x73], "found None to set items of")
        try refused(PickleBytes.proto + [0x7D, 0x28, 0x4E, 0x75], "found a key without a value")
        try refused(PickleBytes.proto + [0x71, 0], "found an empty stack, expected a value for the memo")
        try refused(PickleBytes.proto + [0x4E, 0x71, 5], "found memo index 5, expected at most 0")
        try refused(PickleBytes.proto + [0x4E, 0x72, 255, 255, 255, 255], "found memo index 4294967295")
        try refused(PickleBytes.proto + [0x68, 0], "found memo index 0, expected less than 0")
        try refused(PickleBytes.proto + [0x95] + littleEndian(UInt64.max), "found a frame of \(UInt64.max) bytes")
        try refused(PickleBytes.proto + [0x58, 255, 255, 255, 255], "found a string of 4294967295 bytes")
        try refused(PickleBytes.proto + [0x8D] + littleEndian(UInt64.max), "found a string of \(UInt64.max) bytes")
        try refused(PickleBytes.proto + [0x58, 1, 0, 0, 0, 0xFF], "not UTF-8")
        try refused(PickleBytes.proto + [0x8A, 9], "found an integer of 9 bytes")
    }

    @Test("a dictionary that holds itself and tuples nested a million deep are only refused or ignored")
    func cycles() throws {
        // d = {}; d["x"] = d
        let cycle = PickleBytes.proto + [0x7D, 0x71, 0] + PickleBytes.text("x") + [0x68, 0, 0x73] + PickleBytes.stop
        #expect(try refusal(PickleBytes.archive(cycle), named: "m.bin") == nil)

        let nested = PickleBytes.dictionary([("x", [0x4E] + [UInt8](repeating: 0x85, count: 1_000_000))])
        #expect(try refusal(PickleBytes.archive(nested), named: "m.bin") == nil)

        // Each tuple holds the one before it twice: a tree of 2^64 leaves to who expands it.
        var doubled: [UInt8] = [0x4E, 0x71, 0]
        for index in UInt8(0)..<64 { doubled += [0x68, index, 0x86, 0x71, index + 1] }
        #expect(try refusal(PickleBytes.archive(PickleBytes.dictionary([("x", doubled)])), named: "m.bin") == nil)
    }

    @Test("a pickle that only fills the stack, the memo, or memory is stopped")
    func exhaustion() throws {
        func fill(_ byte: UInt8, _ count: Int) -> [UInt8] {
            PickleBytes.proto + [0x4E] + [UInt8](repeating: byte, count: count)
        }
        try refused(fill(0x4E, 1_000_001), "found a stack deeper than 1000000")
        try refused(fill(0x28, 1_000_001), "found a stack deeper than 1000000")
        try refused(fill(0x94, 4_000_001), "found memo index 4000000, expected at most 3999999")
        try refused(fill(0x85, 4_000_001), "found more than 4000000 objects")
        var steps = [UInt8](repeating: 2, count: 32_000_002)
        for index in stride(from: 0, to: steps.count, by: 2) { steps[index] = 0x80 }
        try refused(steps, "found more than 16000000 steps")
    }
}
