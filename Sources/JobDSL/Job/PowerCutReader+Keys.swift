import LabModel

/// Keys that explorations and campaigns share.
extension PowerCutReader {
    /// `until`: when the update is over.
    func until(_ map: MapReader) -> PowerCutExploration.End {
        var end = PowerCutExploration.End()
        end.marker = map.string("marker")
        end.then = map.node("then").flatMap { runCommand($0, "`then`") }
        if let settle = map.duration("settle", allowsZero: true) { end.settle = settle }
        map.finish(unknown: .error)
        return end
    }

    /// The verdicts of `allow` under `key`; nil without the key.
    func verdicts(_ allow: MapReader, _ key: String) -> [String]? {
        allow.list(key)?.compactMap { node in
            guard let word = reading.findings.string(node, "a verdict of `allow`") else { return nil }
            guard PowerCutExploration.allowableVerdicts.contains(word) else {
                reading.findings.unknownWord(
                    word, at: node.position, "a verdict of `allow`", words: PowerCutExploration.allowableVerdicts)
                return nil
            }
            return word
        }
    }
}
