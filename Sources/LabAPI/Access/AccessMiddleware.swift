import Hummingbird
import LabModel
import LabWire

/// Decides whether a request may be answered, and in whose name.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = LabRequestContext

    /// What guards a listener.
    enum Guard: Sendable {
        /// The file's mode is the guard: who can open the socket may ask.
        case socketMode
        case token(APIToken, hosts: HostCheck)
    }

    var guarding: Guard
    var routes: RouteTable

    func handle(
        _ request: Request, context: LabRequestContext,
        next: (Request, LabRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if case .token(let token, let hosts) = guarding {
            guard hosts.allows(request.head.authority) else {
                throw APIError(
                    .forbidden, .forbidden, "the `Host` header does not name this daemon",
                    advice: "ask by address or as localhost, or add the name to the configuration")
            }
            if routes.needsToken(request.uri.path) {
                guard let presented = Self.bearer(request), token.matches(presented) else {
                    throw APIError(
                        .unauthorized, .unauthorized, "the token is missing or wrong",
                        advice: "set LABD_TOKEN to the content of `token` in labd's state folder; over HTTP: "
                            + "Authorization: Bearer TOKEN",
                        headers: [.wwwAuthenticate: "Bearer"])
                }
            }
            context.user = token.name
        }
        if let name = request.headers[.labdUser] { context.user = try Self.checked(user: name) }
        if let leases = request.headers[.labdLease] { context.leases = try Self.checked(leases: leases) }
        return try await next(request, context)
    }

    private static func checked(leases: String) throws(APIError) -> Set<LeaseID> {
        let parts = leases.split(separator: ",").map { $0.drop { $0 == " " } }
        let numbers = parts.compactMap { LeaseID($0) }
        guard numbers.count == parts.count, (1...100).contains(parts.count) else {
            throw .badRequest("`X-Labd-Lease` takes numbers of leases, comma-separated")
        }
        return Set(numbers)
    }

    private static func bearer(_ request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// - Parameter place: where the name comes from.
    static func checked(user: String, of place: String = "`X-Labd-User`") throws(APIError) -> String {
        let allowed = user.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._@+-".utf8.contains($0)
            }
        }
        guard allowed, (1...64).contains(user.utf8.count) else {
            throw .badRequest("\(place) takes 1 to 64 letters, digits and ._@+-")
        }
        return user
    }
}
