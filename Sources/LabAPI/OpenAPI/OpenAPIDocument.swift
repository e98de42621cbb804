import Hummingbird
import LabModel

/// The OpenAPI 3.1 description of a table of routes.
struct OpenAPIDocument {
    var table: RouteTable
    var version: String

    var value: DataValue {
        var paths: [String: DataValue] = [:]
        for route in table.routes {
            var operations = paths[route.path]?.map ?? [:]
            operations[route.method.rawValue.lowercased()] = operation(route)
            paths[route.path] = .map(operations)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "labd",
                "version": .string(version),
                "description": "Runs jobs on the boards of a lab.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "paths": .map(paths),
            "security": [["token": []]],
            "components": [
                "schemas": .map(WireSchemas.all.mapValues(\.value)),
                "securitySchemes": [
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description": "Asked for over TCP only; the unix socket takes requests without it.",
                    ]
                ],
            ],
        ]
    }

    private func operation(_ route: Route) -> DataValue {
        let documentation = route.documentation
        var operation: [String: DataValue] = [
            "operationId": .string(documentation.name),
            "summary": .string(documentation.summary),
            "responses": .map(
                Dictionary(uniqueKeysWithValues: documentation.answers.map { (String($0.status), response($0)) })
                    .merging(["default": .refusalOfAnyKind], uniquingKeysWith: { own, _ in own })),
        ]
        let parameters = pathParameters(route.path) + documentation.query.map(queryParameter)
        if !parameters.isEmpty { operation["parameters"] = .list(parameters) }
        if let body = documentation.body {
            operation["requestBody"] = ["required": .bool(body.isRequired), "content": content(body.contents)]
        }
        if !documentation.needsToken { operation["security"] = .list([]) }
        return .map(operation)
    }

    private func response(_ answer: Route.Answer) -> DataValue {
        var response: [String: DataValue] = ["description": .string(answer.description)]
        if !answer.contents.isEmpty { response["content"] = content(answer.contents) }
        return .map(response)
    }

    private func content(_ schemas: [String: Schema]) -> DataValue {
        .map(schemas.mapValues { ["schema": $0.value] })
    }

    private func queryParameter(_ parameter: Route.Parameter) -> DataValue {
        [
            "name": .string(parameter.name), "in": "query", "description": .string(parameter.description),
            "schema": parameter.schema.value,
        ]
    }

    private func pathParameters(_ path: String) -> [DataValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            let name = String(part.dropFirst().dropLast())
            let schema: Schema = name == "id" ? .integer : .string
            return ["name": .string(name), "in": "path", "required": true, "schema": schema.value]
        }
    }
}

extension DataValue {
    fileprivate static let refusalOfAnyKind: DataValue = [
        "description": "Any refusal.",
        "content": ["application/json": ["schema": Schema.named("ErrorBody").value]],
    ]
}
