/// One line of the protocol between a board's test scripts and the lab.
enum Signal: Hashable, Sendable {
    case startRun(suite: String, uuid: String)
    case endRun(suite: String, uuid: String)
    case startCase(String)
    case endCase(String)
    case testCase([String: String])
    case testSetStart(String)
    case testSetStop
    case raise(String)
    case reference(name: String, result: String, url: String)
    case feedback(String)
    case event(String)
    /// A request to the other jobs of the group.
    case group(GroupSignal)
    /// A signal that is not understood, with the reason.
    case malformed(name: String, reason: String)

    /// What the host searches for. The capture ends at the first `>`.
    static let expression = #"<LAVA_SIGNAL_([A-Z]+) ([^>\r\n]*)>"#

    /// Longest text a name or value may have.
    static let textLimit = 1024

    init(name: String, text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        switch name {
        case "STARTRUN" where words.count == 2: self = .startRun(suite: words[0], uuid: words[1])
        case "ENDRUN" where words.count == 2: self = .endRun(suite: words[0], uuid: words[1])
        case "STARTTC" where words.count == 1: self = .startCase(words[0])
        case "ENDTC" where words.count == 1: self = .endCase(words[0])
        case "TESTCASE": self = .testCase(Self.pairs(words))
        case "TESTSET" where words.first == "START" && words.count == 2: self = .testSetStart(words[1])
        case "TESTSET" where words == ["START"]: self = .testSetStart("")
        case "TESTSET" where words == ["STOP"]: self = .testSetStop
        case "TESTRAISE": self = .raise(String(text.prefix(Self.textLimit)))
        case "TESTREFERENCE" where words.count == 3:
            self = .reference(name: words[0], result: words[1], url: words[2])
        case "TESTFEEDBACK" where words.count == 1: self = .feedback(words[0])
        case "TESTEVENT": self = .event(String(text.prefix(Self.textLimit)))
        default: self = .malformed(name: name, reason: "'\(text.prefix(80))' does not have its form")
        }
    }

    /// `KEY=value` words, keys in lower case; other words are passed over.
    private static func pairs(_ words: [String]) -> [String: String] {
        var pairs: [String: String] = [:]
        for word in words {
            guard let sign = word.firstIndex(of: "=") else { continue }
            pairs[word[..<sign].lowercased()] = String(word[word.index(after: sign)...].prefix(textLimit))
        }
        return pairs
    }
}
