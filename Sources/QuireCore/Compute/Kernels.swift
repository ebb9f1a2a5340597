import CKernels

/// The SIMD kernels of one instruction set, chosen once at start-up.
@dynamicMemberLookup
public struct Kernels: @unchecked Sendable {
    // Safe to share: the table is constant and lives as long as the process.
    private let table: UnsafePointer<qk_kernels>
    private let isa: qk_isa

    private static let instructionSets: [(name: String, isa: qk_isa)] = [
        ("avx512", QK_ISA_AVX512), ("avx2", QK_ISA_AVX2), ("neon", QK_ISA_NEON), ("portable", QK_ISA_PORTABLE),
    ]

    /// The fastest kernels that this processor runs, or those named.
    ///
    /// - Parameter name: `portable`, `avx2`, `avx512` or `neon`, usually from `QUIRE_CPU`.
    /// - Throws: `KernelError` for an unknown name or one that this processor lacks.
    public init(named name: String? = nil) throws(KernelError) {
        let available = Self.available
        guard let wanted = name ?? available.first, available.contains(wanted),
            let entry = Self.instructionSets.first(where: { $0.name == wanted }),
            let table = qk_kernels_for(entry.isa)
        else { throw KernelError(name: name ?? "", available: available) }
        self.table = table
        isa = entry.isa
    }

    /// The names of the instruction sets that this processor runs, fastest first.
    public static var available: [String] {
        instructionSets.filter { qk_isa_available($0.isa) }.map(\.name)
    }

    public var name: String { String(cString: table.pointee.name) }

    /// The kernels for packed weights of 4 and 8 bits.
    public var int8: Int8Kernels { Int8Kernels(isa: isa) }

    /// One kernel of the table; see `CKernels.h`.
    public subscript<Kernel>(dynamicMember kernel: KeyPath<qk_kernels, Kernel>) -> Kernel {
        table.pointee[keyPath: kernel]
    }
}

/// `QUIRE_CPU` names an instruction set that is unknown or not there.
public struct KernelError: UserError, Equatable {
    public let name: String
    public let available: [String]
    public var kind: UserErrorKind { .usage }
    public var description: String {
        "cpu (QUIRE_CPU) is \(name); available on this processor: \(available.joined(separator: ", "))"
    }
}
