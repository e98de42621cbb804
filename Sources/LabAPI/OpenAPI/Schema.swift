import LabModel

/// A JSON Schema of the dialect that OpenAPI 3.1 uses (draft 2020-12).
indirect enum Schema: Sendable, Equatable {
    case string
    case integer
    case number
    case boolean
    /// Any JSON value.
    case anything
    case choice([String])
    case array(Schema)
    /// A map from any key.
    case map(Schema)
    /// A schema of the document's components.
    case named(String)
    case object([Property])
    case either([Schema])

    struct Property: Sendable, Equatable {
        var name: String
        var schema: Schema
        var isRequired: Bool

        static func required(_ name: String, _ schema: Schema) -> Property {
            Property(name: name, schema: schema, isRequired: true)
        }

        static func optional(_ name: String, _ schema: Schema) -> Property {
            Property(name: name, schema: schema, isRequired: false)
        }
    }

    var value: DataValue {
        switch self {
        case .string: ["type": "string"]
        case .integer: ["type": "integer", "format": "int64"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .anything: .map([:])
        case .choice(let names): ["type": "string", "enum": .list(names.map { .string($0) })]
        case .array(let element): ["type": "array", "items": element.value]
        case .map(let element): ["type": "object", "additionalProperties": element.value]
        case .named(let name): ["$ref": .string("#/components/schemas/\(name)")]
        case .either(let schemas): ["oneOf": .list(schemas.map(\.value))]
        case .object(let properties):
            [
                "type": "object",
                "required": .list(properties.filter(\.isRequired).map { .string($0.name) }),
                "properties": .map(Dictionary(uniqueKeysWithValues: properties.map { ($0.name, $0.schema.value) })),
            ]
        }
    }
}
