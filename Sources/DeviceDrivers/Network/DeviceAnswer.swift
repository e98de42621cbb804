import LabModel

/// What to say of an answer that was not what it should be.
enum DeviceAnswer {
    /// The beginning of an answer, made fit for a log: at most 120 characters, one line.
    static func excerpt(_ bytes: some Sequence<UInt8>) -> String {
        let text = String(decoding: Array(bytes.prefix(480)), as: UTF8.self)
        // Control characters would do more to a log than stand in it.
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { clean.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar) }
        return clean.isEmpty ? "nothing" : "\"" + String(String(clean).prefix(118)) + "\""
    }

    /// Bytes as a protocol's description writes them.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let text = bytes.prefix(39).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return text.isEmpty ? "nothing" : text.joined(separator: " ")
    }

    /// - Throws: `configuration` when the device has no such channel; nothing was sent to it then.
    static func check(_ channel: Int, in channels: ClosedRange<Int>, of device: String) throws(Failure) {
        guard channels.contains(channel) else {
            throw Failure(
                .configuration,
                "there is no channel \(channel): it has \(channels.lowerBound) to \(channels.upperBound)", at: device)
        }
    }
}
