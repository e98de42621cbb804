import Hummingbird

/// All routes: what the router serves and what the OpenAPI document describes.
struct RouteTable: Sendable {
    var routes: [Route]

    /// Adds every route to `router`.
    func register(in router: Router<LabRequestContext>) {
        for route in routes {
            let parameters = route.documentation.query.map(\.name)
            router.on(RouterPath(route.path), method: route.method) { request, context in
                let query = try Query(request, allowed: parameters)
                return try await route.handler(Call(request: request, context: context, query: query))
            }
        }
    }

    /// The methods that `path` takes; empty when there is no such path.
    func methods(at path: String) -> [HTTPRequest.Method] {
        routes.filter { Self.matches(path, $0.path) }.map(\.method)
    }

    /// Whether a request for `path` needs a token where tokens are asked for at all.
    func needsToken(_ path: String) -> Bool {
        !routes.contains { !$0.documentation.needsToken && $0.path == path }
    }

    private static func matches(_ path: String, _ template: String) -> Bool {
        let parts = path.split(separator: "/")
        let wanted = template.split(separator: "/")
        return parts.count == wanted.count && zip(parts, wanted).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
    }
}
