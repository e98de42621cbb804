import LabModel

extension Sequence<UInt8> {
    /// As messages show bytes: `a0 01 01 a2`; `nothing` when there are none.
    var hexText: String {
        let text = map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        return text.isEmpty ? "nothing" : text
    }

    /// As messages show lines of text: printable characters as they are, all others as hexadecimal escapes.
    var lineText: String {
        let text = map { (0x20...0x7E).contains($0) ? String(UnicodeScalar($0)) : "\\x" + [$0].hexText }.joined()
        return text.isEmpty ? "nothing" : "'\(text)'"
    }
}

extension ClosedRange<Int> {
    /// - Throws: `configuration` when the device has no such channel.
    func checkChannel(_ channel: Int, of device: String) throws(Failure) {
        if contains(channel) { return }
        let have = count == 1 ? "only channel \(lowerBound)" : "channels \(lowerBound) to \(upperBound)"
        throw Failure(.configuration, "there is no channel \(channel)", at: device, advice: "it has \(have)")
    }
}

extension Failure {
    /// A device that answered something else than it must.
    static func answer(_ came: String, to question: String, expected: String, at device: String) -> Failure {
        Failure(.infrastructure, "answered \(came) to \(question) instead of \(expected)", at: device)
    }
}
