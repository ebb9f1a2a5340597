import Hummingbird
import NIOCore

/// What is known of one HTTP request beside the request itself.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The caller's `X-Request-Id`, or one of ours.
    var requestID = ""
    /// Whose key the caller has; nobody's where no keys are needed.
    var keyScope: String?
    /// The connection.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
