import Foundation
import LabModel

/// Values kept as JSON in a text column. Keys are sorted, so that equal values are equal texts.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let output = JSONOutput()
        try output.write(value)
        return try output.text()
    }

    /// A map as it stands in the data of an event or the metadata of a result: no encoder in between.
    static func encode(_ members: [String: DataValue]) throws -> String {
        var writer = JSONWriter()
        writer.write(members)
        return try writer.text()
    }

    /// - Throws: `bug` when the text is not such a value: nobody but this store writes these columns.
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        do {
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            return try decoder.decode(type, from: Data(text.utf8))
        } catch {
            throw Failure(.bug, "a stored \(type) cannot be read: \(error)", at: "database")
        }
    }
}
