import Hummingbird
import LabModel

/// What is known of a request beside the request itself.
struct LabRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks, for the record: not a proof of identity.
    var user = "local"
    /// The leases that the request names; nil for none.
    var leases: Set<LeaseID>?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
