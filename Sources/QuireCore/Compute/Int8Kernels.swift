import CKernels

/// The kernels of one instruction set that multiply packed weights of 4 and 8 bits with activations of 8 bits.
@dynamicMemberLookup
public struct Int8Kernels: @unchecked Sendable {
    // Safe to share: the table is constant and lives as long as the process.
    private let table: UnsafePointer<qk_int8_kernels>

    init(isa: qk_isa) {
        guard let table = qk_int8_kernels_for(isa) else {
            preconditionFailure("an instruction set that runs has integer kernels")
        }
        self.table = table
    }

    public var name: String { String(cString: table.pointee.name) }

    /// One kernel of the table; see `CKernelsInt8.h`.
    public subscript<Kernel>(dynamicMember kernel: KeyPath<qk_int8_kernels, Kernel>) -> Kernel {
        table.pointee[keyPath: kernel]
    }
}
