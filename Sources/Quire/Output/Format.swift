import Foundation

/// Numbers as people read them.
package enum Format {
    package static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
