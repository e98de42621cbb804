import Hummingbird
import LabModel
import LabWire
import Logging
import NIOCore

/// Turns everything that is thrown into an `ErrorBody`. What is not meant for clients goes to the log only.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = LabRequestContext

    /// Tells which methods a path has, for 405.
    var routes: RouteTable

    func handle(
        _ request: Request, context: LabRequestContext,
        next: (Request, LabRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as APIError {
            return answer(error)
        } catch let error as CrashStateError {
            return answer(APIError(error))
        } catch let failure as Failure {
            if failure.type == .bug { context.logger.error("request failed", metadata: ["failure": "\(failure)"]) }
            return answer(APIError(failure))
        } catch let error as HTTPError where error.status == .notFound {
            return answer(unknownPath(request))
        } catch let error as HTTPError where error.status == .contentTooLarge {
            return answer(APIError(.contentTooLarge, .tooLarge, "the body is too large"))
        } catch let error as HTTPError where error.status.kind == .clientError {
            return answer(.badRequest("the request cannot be read"))
        } catch let error as CancellationError {
            // The client is gone: nobody is left to answer.
            throw error
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)"])
            return answer(.internalError)
        }
    }

    private func unknownPath(_ request: Request) -> APIError {
        let methods = routes.methods(at: request.uri.path)
        if methods.isEmpty {
            return .notFound("there is nothing at this path", advice: "GET /api/v1/openapi.json lists every path")
        }
        let allowed = methods.map(\.rawValue).joined(separator: ", ")
        return APIError(
            .methodNotAllowed, .methodNotAllowed, "this path takes \(allowed), not \(request.method.rawValue)",
            headers: [.allow: allowed])
    }

    private func answer(_ error: APIError) -> Response {
        do {
            return try .json(error.body, status: error.status, headers: error.headers)
        } catch {
            return Response(status: .internalServerError)
        }
    }
}
