public import LabModel

/// The form of device type files as a JSON Schema (draft 2020-12), for editors.
///
/// It knows keys, forms, ranges and meanings. What depends on variables and parents only labd can check.
public enum DeviceTypeJSONSchema {
    public static var value: DataValue {
        guard case .keys(let keys) = DeviceTypeFacts.root else { return .null }
        var properties = properties(of: keys)
        properties["extends"] = ["type": "string", "description": "the parent"]
        properties["aliases"] = [
            "type": "array", "items": ["type": "string"],
            "description": "other names by which jobs may ask for boards of this type",
        ]
        properties["abstract"] = [
            "type": "boolean", "description": "only there to be extended; no board can be of this type",
        ]
        properties["vars"] = ["$ref": "#/$defs/variables", "description": "variables with their defaults"]
        properties["const"] = [
            "$ref": "#/$defs/variables", "description": "variables that board and job cannot override",
        ]
        return .map([
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "labd device type",
            "type": "object",
            "properties": .map(properties),
            "patternProperties": .map(extensions(of: keys)),
            "additionalProperties": false,
            "$defs": [
                // A text with a variable in it, or a value under a condition: what it becomes is not known here.
                "open": [
                    "anyOf": [
                        ["type": "string", "pattern": "\\{[a-z][a-z0-9_]*\\}"], ["type": "null"],
                        ["type": "object", "required": ["when"]],
                    ]
                ],
                "variables": [
                    "type": "object", "propertyNames": ["pattern": "^\\+?[a-z][a-z0-9_]*\\+?$"],
                ],
            ],
        ])
    }

    private static func properties(of keys: [FactKey]) -> [String: DataValue] {
        var properties: [String: DataValue] = [:]
        for key in keys {
            properties[key.name] = .map([
                "description": .string(key.fact.meaning),
                "anyOf": .list([schema(of: key.fact.kind), ["$ref": "#/$defs/open"]]),
            ])
        }
        return properties
    }

    /// `key+` and `+key` extend what is inherited.
    private static func extensions(of keys: [FactKey]) -> [String: DataValue] {
        var patterns: [String: DataValue] = [:]
        for key in keys {
            switch key.fact.kind {
            case .list, .words, .oneOrMore:
                patterns["^(\(key.name)\\+|\\+\(key.name))$"] = .map([
                    "description": .string("more of: \(key.fact.meaning)"), "type": "array",
                ])
            default: break
            }
        }
        return patterns
    }

    private static func schema(of kind: FactKind) -> DataValue {
        switch kind {
        case .text(let lengths):
            // Digits without quotes are text here.
            ["type": ["string", "number", "boolean"], "minLength": .integer(Int64(lengths.lowerBound))]
        case .expression: ["type": ["string", "number"], "maxLength": 1024]
        case .word(let words): ["enum": .list(words.map { .string($0) })]
        case .words(let words): list(of: ["enum": .list(words.map { .string($0) })])
        case .integer(let range):
            [
                "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ]
        case .boolean: ["type": "boolean"]
        case .duration: ["type": ["string", "number"], "pattern": "^[0-9.]+ *[a-z]*$"]
        case .address: ["type": ["string", "integer"], "pattern": "^(0[xX])?[0-9a-fA-F]{1,16}$|^\\$\\{.+\\}$"]
        case .usbID: ["type": "string", "pattern": "^[0-9a-fA-F]{4}$"]
        case .list(let inner): list(of: schema(of: inner))
        case .oneOrMore(let inner): ["anyOf": .list([schema(of: inner), list(of: schema(of: inner))])]
        case .keys(let keys):
            [
                "type": "object", "properties": .map(properties(of: keys)),
                "patternProperties": .map(extensions(of: keys)), "additionalProperties": false,
            ]
        case .table(let inner):
            [
                "type": "object",
                "additionalProperties": ["anyOf": .list([schema(of: inner), ["$ref": "#/$defs/open"]])],
            ]
        case .free: true
        }
    }

    private static func list(of inner: DataValue) -> DataValue {
        ["type": "array", "items": ["anyOf": .list([inner, ["$ref": "#/$defs/open"]])]]
    }
}
