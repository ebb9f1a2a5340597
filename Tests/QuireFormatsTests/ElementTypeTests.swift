import QuireFormats
import Testing

@Suite("element types")
struct ElementTypeTests {
    @Test("GGUF numbers name each type once, and the removed ones none")
    func numbers() {
        let numbered = (UInt32(0)..<64).compactMap { ElementType(ggufNumber: $0) }
        #expect(Set(numbered).count == numbered.count)
        #expect(numbered.count == 34)
        for number: UInt32 in [4, 5, 31, 32, 33, 36, 37, 38, 42, .max] {
            #expect(ElementType(ggufNumber: number) == nil)
        }
        for type in numbered { #expect(type.ggufNumber.flatMap { ElementType(ggufNumber: $0) } == type) }
    }

    @Test("a quantised row takes whole blocks, and a ragged one has no size")
    func blocks() {
        #expect(ElementType.q4_0.byteCount(shape: [3, 64]) == 3 * 2 * 18)
        #expect(ElementType.q6_k.byteCount(shape: [256]) == 210)
        #expect(ElementType.q4_0.byteCount(shape: [32, 3]) == nil)
        #expect(ElementType.q8_0.byteCount(shape: []) == nil)
        #expect(ElementType.bf16.byteCount(shape: []) == 2)
    }

    @Test("a size that does not fit is nil, not a trap")
    func overflow() {
        #expect(ElementType.f32.byteCount(shape: [Int.max]) == nil)
        #expect(ElementType.u8.byteCount(shape: [Int.max]) == Int.max)
        #expect(ElementType.u8.byteCount(shape: [Int.max, 2]) == nil)
        #expect(ElementType.u8.byteCount(shape: [Int.max, Int.max, 0]) == 0)
        #expect(ElementType.u8.byteCount(shape: [-1]) == nil)
        #expect(ElementType.u8.byteCount(shape: [-1, 0]) == nil)
    }
}
