import Hummingbird

/// One operation of the API: how it is reached, what is said about it, and what it does.
struct Route: Sendable {
    var method: HTTPRequest.Method
    /// With parameters in braces.
    var path: String
    var documentation: Documentation
    var handler: @Sendable (Call) async throws -> Response

    /// What the OpenAPI document says about a route. Its parameters are also those the route accepts.
    struct Documentation: Sendable {
        /// The operation's name for client generators.
        var name: String
        var summary: String
        var query: [Parameter] = []
        var body: Body?
        var answers: [Answer]
        var needsToken = true
    }

    struct Parameter: Sendable {
        var name: String
        var description: String
        var schema: Schema = .string
    }

    struct Body: Sendable {
        /// Schemas by content type.
        var contents: [String: Schema]
        var isRequired = true
    }

    struct Answer: Sendable {
        var status: Int
        var description: String
        /// Schemas by content type.
        var contents: [String: Schema] = [:]

        static func json(_ status: Int = 200, _ description: String, _ schema: Schema) -> Answer {
            Answer(status: status, description: description, contents: ["application/json": schema])
        }

        static func stream(_ description: String) -> Answer {
            Answer(status: 200, description: description, contents: ["text/event-stream": .string])
        }

        static func refusal(_ status: Int, _ description: String) -> Answer {
            .json(status, description, .named("ErrorBody"))
        }

        static let notFound = refusal(404, "There is no such thing.")
    }

    init(
        _ method: HTTPRequest.Method, _ path: String, _ documentation: Documentation,
        handler: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.documentation = documentation
        self.handler = handler
    }
}
