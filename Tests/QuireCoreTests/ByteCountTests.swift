import QuireCore
import Testing

@Suite("Byte counts")
struct ByteCountTests {
    @Test(
        "are read as people write them",
        arguments: [
            ("65536", 65_536), ("4GiB", 4 << 30), ("1.5 g", 3 << 29), ("512M", 512 << 20), ("2kb", 2_048),
            ("0", 0), ("12 B", 12), ("0.5K", 512), ("3 TiB", 3 << 40), (".5 KiB", 512),
        ])
    func parsing(text: String, bytes: Int) { #expect(ByteCount(parsing: text)?.bytes == bytes) }

    @Test(
        "what is none is refused",
        arguments: [
            "", "GiB", "-1", "1x", "1e400G", "many", ".", "1.2.3K", "½", "10000000T", "nan", "inf", "1 2", "٣K",
        ])
    func refusal(text: String) { #expect(ByteCount(parsing: text) == nil) }

    @Test(
        "are printed in the largest unit that leaves at least one",
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"), (5 << 20, "5.0 MiB"),
            (3 << 29, "1.5 GiB"), (1 << 40, "1.0 TiB"),
        ])
    func printing(bytes: Int, text: String) { #expect("\(ByteCount(bytes))" == text) }

    @Test("what is printed reads back as nearly the same", arguments: 0..<50)
    func roundTrip(seed: Int) throws {
        var dice = Dice(seed)
        let bytes = dice.roll(0..<(1 << dice.roll(1..<58)))
        let back = try #require(ByteCount(parsing: "\(ByteCount(bytes))")?.bytes)
        // Printed with one digit after the point, of at least one unit.
        #expect(abs(Double(back) - Double(bytes)) <= 0.0501 * Double(bytes))
    }

    @Test("even the largest number can be printed")
    func largest() async {
        await #expect(processExitsWith: .success) {
            guard "\(ByteCount(.max))" == "8388608.0 TiB" else { fatalError("printed wrongly") }
        }
    }
}
