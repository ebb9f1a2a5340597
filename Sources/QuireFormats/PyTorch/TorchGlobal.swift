/// The Python names that a state dict may mention. Nothing is ever called: each stands for a rule of this reader.
enum TorchGlobal {
    case orderedDict
    case rebuildTensor
    case rebuildTensorV2
    case rebuildTensorV3
    case rebuildParameter
    case size
    /// A storage class; nil for storages that are bytes and leave the type to the tensor.
    case storage(ElementType?)
    case dtype(ElementType)

    /// The global called `module.name`, or nil where it is none of these.
    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDict
        case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensorV2
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorV3
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", "Size"): self = .size
        case ("torch", "UntypedStorage"), ("torch.storage", "UntypedStorage"): self = .storage(nil)
        case ("torch", _):
            if let type = ElementType.torchStorages[name] {
                self = .storage(type)
            } else if let type = ElementType(torchName: name) {
                self = .dtype(type)
            } else {
                return nil
            }
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .orderedDict: "collections.OrderedDict"
        case .rebuildTensor: "torch._utils._rebuild_tensor"
        case .rebuildTensorV2: "torch._utils._rebuild_tensor_v2"
        case .rebuildTensorV3: "torch._utils._rebuild_tensor_v3"
        case .rebuildParameter: "torch._utils._rebuild_parameter"
        case .size: "torch.Size"
        case .storage(let type): type.map { "torch storage of \($0)" } ?? "torch.UntypedStorage"
        case .dtype(let type): "torch type \(type)"
        }
    }
}

/// A storage that a persistent id names: an entry of the archive.
struct TorchStorage {
    /// The entry's name under `data/`.
    let key: String
    /// Nil where only the tensor knows.
    let type: ElementType?
    /// Elements, or bytes where `type` is nil.
    let count: Int
}

/// A tensor as the pickle describes it; checked against its storage once its name is known.
struct TorchTensor {
    let storage: TorchStorage
    let type: ElementType
    /// First element, counted from the start of the storage.
    let offset: Int
    let shape: [Int]
    /// Elements from one index to the next along each axis.
    let strides: [Int]
    /// Whether it is a view that computes (negated or conjugated) rather than stored values.
    let isComputedView: Bool
}
