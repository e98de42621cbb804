import LabModel
import LabWire

/// Writes a `CaseHistory` as `JSONText` would, several times as fast: dashboards ask for it test by test.
enum CaseHistoryText {
    static func encode(_ found: CaseOutcomes, name: String) -> String {
        var text = Writer()
        text.bytes.reserveCapacity(found.outcomes.count * 320 + 64)
        text.raw(found.isCut ? "{\"cut\":true,\"name\":" : "{\"cut\":false,\"name\":")
        text.string(name)
        text.raw(",\"outcomes\":[")
        for (index, outcome) in found.outcomes.enumerated() {
            if index > 0 { text.raw(",") }
            text.outcome(outcome)
        }
        text.raw("]}")
        return String(decoding: text.bytes, as: UTF8.self)
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func raw(_ text: StaticString) {
            bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }

        mutating func outcome(_ outcome: CaseOutcome) {
            raw("{\"attempt\":")
            bytes += "\(outcome.attempt)".utf8
            string(outcome.board?.rawValue, behind: ",\"board\":")
            if let build = outcome.build {
                raw(",\"build\":{\"name\":")
                string(build.name)
                raw(",\"source\":")
                string(build.source)
                raw("}")
            }
            string(outcome.deviceType?.rawValue, behind: ",\"deviceType\":")
            raw(",\"job\":")
            bytes += "\(outcome.job.rawValue)".utf8
            raw(",\"jobName\":")
            string(outcome.jobName)
            raw(",\"logged\":")
            string(outcome.logged.iso8601)
            if let measurement = outcome.measurement, measurement.isFinite {
                raw(",\"measurement\":")
                let text = "\(measurement)"
                bytes += (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8
            }
            raw(",\"result\":")
            string(outcome.result.name)
            string(outcome.testSet, behind: ",\"set\":")
            raw(",\"suite\":")
            string(outcome.suite)
            string(outcome.units, behind: ",\"units\":")
            raw("}")
        }

        private mutating func string(_ text: String?, behind key: StaticString) {
            guard let text else { return }
            raw(key)
            string(text)
        }

        mutating func string(_ text: String) {
            bytes.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                switch byte {
                case 0x22, 0x5C: bytes += [0x5C, byte]
                case 0x0A: raw("\\n")
                case 0x0D: raw("\\r")
                case 0x09: raw("\\t")
                case 0x08: raw("\\b")
                case 0x0C: raw("\\f")
                case ..<0x20:
                    raw("\\u00")
                    bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                    bytes.append(contentsOf: String(byte & 0x0F, radix: 16).utf8)
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }
}
