import Quire

/// The description of the server's own addresses.
enum OpenAPI {
    /// The document, in JSON.
    static let document = String(decoding: PackageResources.openapi_json, as: UTF8.self)
        .replacing("\"VERSION\"", with: "\"\(quireVersion)\"")
}
