/// One of Unicode's normalization forms.
///
/// Source: Unicode Standard Annex 15.
struct UnicodeForm: TextNormalizer {
    enum Form: String, CaseIterable, Sendable {
        case nfc = "NFC"
        case nfd = "NFD"
        case nfkc = "NFKC"
        case nfkd = "NFKD"
    }

    private let composes: Bool
    private let isCompatible: Bool

    init(_ form: Form) {
        composes = form == .nfc || form == .nfkc
        isCompatible = form == .nfkc || form == .nfkd
    }

    func normalize(_ text: AlignedText) -> AlignedText {
        if text.isASCII { return text }
        var result = AlignedText(rewriting: text)
        var pending = Stretch(composes: composes)
        var parts: [UInt32] = []
        let table = Decomposition.shared
        text.bytes.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
                let (scalar, length) = UTF8Scan.scalar(in: bytes, at: position)
                let origin = text.origin(of: position)
                position += length
                if scalar < 0xA0 {
                    pending.append(scalar, combiningClass: 0, from: origin, to: &result)
                    continue
                }
                parts.removeAll(keepingCapacity: true)
                table.decompose(scalar, isCompatible: isCompatible, into: &parts)
                for part in parts {
                    pending.append(
                        part, combiningClass: Decomposition.combiningClass(part), from: origin, to: &result)
                }
            }
        }
        pending.flush(to: &result)
        result.close()
        return result
    }

    /// A character that marks gather around, and those marks, not yet in order.
    private struct Stretch {
        let composes: Bool
        private var items: [(scalar: UInt32, combiningClass: UInt8, origin: Int)] = []

        init(composes: Bool) {
            self.composes = composes
        }

        mutating func append(
            _ scalar: UInt32, combiningClass: UInt8, from origin: Int, to result: inout AlignedText
        ) {
            if combiningClass == 0, !items.isEmpty {
                order()
                if composes { compose() }
                // Two characters that nothing stands between may still compose.
                if composes, items.count == 1, items[0].combiningClass == 0,
                    let composed = Decomposition.shared.compose(items[0].scalar, scalar)
                {
                    items[0].scalar = composed
                    return
                }
                emit(to: &result)
            }
            items.append((scalar, combiningClass, origin))
        }

        mutating func flush(to result: inout AlignedText) {
            order()
            if composes { compose() }
            emit(to: &result)
        }

        /// Sorts marks by their class; those of one class stay as they are.
        private mutating func order() {
            let first = items.first?.combiningClass == 0 ? 1 : 0
            guard items.count > first + 1 else { return }
            let sorted = items[first...].enumerated().sorted {
                ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
            }
            // Places ascend with the text: a mark that moved comes from where its successor stood.
            let origins = items[first...].map(\.origin).sorted()
            for (offset, entry) in sorted.enumerated() {
                items[first + offset] = (entry.element.scalar, entry.element.combiningClass, origins[offset])
            }
        }

        /// Composes the first character with the marks that nothing of their class keeps from it.
        private mutating func compose() {
            guard items.count > 1, items[0].combiningClass == 0 else { return }
            var kept = [items[0]]
            for item in items.dropFirst() {
                let isBlocked = kept.count > 1 && kept[kept.count - 1].combiningClass >= item.combiningClass
                if !isBlocked, let composed = Decomposition.shared.compose(kept[0].scalar, item.scalar) {
                    kept[0].scalar = composed
                } else {
                    kept.append(item)
                }
            }
            items = kept
        }

        private mutating func emit(to result: inout AlignedText) {
            for item in items {
                result.append(scalar: item.scalar, from: item.origin)
            }
            items.removeAll(keepingCapacity: true)
        }
    }
}
