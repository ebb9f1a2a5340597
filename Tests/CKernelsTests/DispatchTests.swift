import CKernels
import Testing

@Suite("Dispatch")
struct DispatchTests {
    @Test("the portable kernels are always there")
    func portable() throws {
        let table = try #require(qk_kernels_for(QK_ISA_PORTABLE))
        #expect(String(cString: table.pointee.name) == "portable")
        #expect(table.pointee.lanes == 4)
    }

    @Test("a table is handed out exactly where the CPU can run it", arguments: InstructionSet.allCases)
    func availability(set: InstructionSet) {
        #expect((qk_kernels_for(set.isa) != nil) == qk_isa_available(set.isa))
        if let table = qk_kernels_for(set.isa) {
            #expect(String(cString: table.pointee.name) == set.rawValue)
        }
    }
}
