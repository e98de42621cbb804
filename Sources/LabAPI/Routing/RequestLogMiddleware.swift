import Hummingbird
import LabModel
import Logging

/// One log line a request: reads at `debug`, changes and server errors above it.
struct RequestLogMiddleware: RouterMiddleware {
    typealias Context = LabRequestContext

    var clock: any LabClock
    var logger: Logger

    func handle(
        _ request: Request, context: LabRequestContext,
        next: (Request, LabRequestContext) async throws -> Response
    ) async throws -> Response {
        let begin = clock.monotonic()
        let response = try await next(request, context)
        let level: Logger.Level =
            response.status.kind == .serverError ? .warning : request.method == .get ? .debug : .info
        // The query stays out: the path is enough to find the request, and only the client chose what is in it.
        logger.log(
            level: level, "\(request.method.rawValue) \(request.uri.path.prefix(200))",
            metadata: [
                "request": "\(context.id)",
                "status": "\(response.status.code)",
                "seconds": "\(clock.monotonic().duration(since: begin).inSeconds)",
            ])
        return response
    }
}
