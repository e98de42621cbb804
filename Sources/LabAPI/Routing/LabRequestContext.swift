import Hummingbird

/// What is known of a request beside the request itself.
struct LabRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks, for the record: not a proof of identity.
    var user = "local"

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
