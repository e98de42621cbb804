/// What a client asks of the keeper. One line of text each: a word, then words that stand for themselves or are
/// percent-encoded, so that a shell and `socat` are enough to talk to it.
public enum KeeperRequest: Hashable, Sendable {
    /// Who answers here.
    case hello
    /// Takes lines that nobody of this key holds yet, without moving those whose level is not given. Held ones stay.
    case hold(KeeperHold)
    /// Drives lines of a key, by offset; the others keep their levels.
    case set(key: String, levels: [UInt32: Bool])
    /// Reads all lines of a key.
    case get(key: String)
    /// What the lines of a key are driven to, as the kernel took it. For chips whose driver reads outputs wrongly.
    case driven(key: String)
    /// Drives a line and puts its present level back after the time, whoever is connected then.
    case pulse(key: String, offset: UInt32, level: Bool, microseconds: Int64)
    case release(key: String)
    case list

    /// The longest line that is read, in bytes.
    public static let lengthLimit = 4096

    public var line: String {
        switch self {
        case .hello: "hello"
        case .hold(let hold): "hold \(hold.words)"
        case .set(let key, let levels): "set \(KeeperText.encoded(key)) \(KeeperText.levels(levels))"
        case .get(let key): "get \(KeeperText.encoded(key))"
        case .driven(let key): "driven \(KeeperText.encoded(key))"
        case .pulse(let key, let offset, let level, let microseconds):
            "pulse \(KeeperText.encoded(key)) \(offset)=\(level ? 1 : 0) \(microseconds)"
        case .release(let key): "release \(KeeperText.encoded(key))"
        case .list: "list"
        }
    }

    /// Nil for a line that is none of these.
    public init?(line: some StringProtocol) {
        let words = line.split(whereSeparator: { $0 == " " }).map { String($0) }
        let key = words.count > 1 ? KeeperText.decoded(words[1]) : nil
        switch (words.first, words.count) {
        case ("hello", 1): self = .hello
        case ("list", 1): self = .list
        case ("hold", _):
            guard let hold = KeeperHold(words: words.dropFirst()) else { return nil }
            self = .hold(hold)
        case ("set", 3):
            guard let key, let levels = KeeperText.levels(words[2]) else { return nil }
            self = .set(key: key, levels: levels)
        case ("get", 2):
            guard let key else { return nil }
            self = .get(key: key)
        case ("driven", 2):
            guard let key else { return nil }
            self = .driven(key: key)
        case ("release", 2):
            guard let key else { return nil }
            self = .release(key: key)
        case ("pulse", 4):
            guard let key, let levels = KeeperText.levels(words[2]), levels.count == 1, let line = levels.first,
                let time = Int64(words[3]), (1...Self.longestPulse).contains(time)
            else { return nil }
            self = .pulse(key: key, offset: line.key, level: line.value, microseconds: time)
        default: return nil
        }
    }

    /// Ten minutes, in microseconds.
    public static let longestPulse: Int64 = 600_000_000
}

/// Lines that are held together.
public struct KeeperHold: Hashable, Sendable {
    /// Names the lines for as long as the keeper lives, whoever asks.
    public var key: String
    /// The chip's device node.
    public var chip: String
    /// 0 push-pull, 1 open-drain, 2 open-source.
    public var drive: UInt8
    /// 0 as it is, 1 disabled, 2 pull-up, 3 pull-down.
    public var bias: UInt8
    /// By offset; nil takes the line at the level that it has.
    public var levels: [UInt32: Bool?]

    public init(key: String, chip: String, drive: UInt8 = 0, bias: UInt8 = 0, levels: [UInt32: Bool?]) {
        self.key = key
        self.chip = chip
        self.drive = drive
        self.bias = bias
        self.levels = levels
    }

    var words: String {
        let lines = levels.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.map { $0 ? "1" : "0" } ?? "?")" }
        return "\(KeeperText.encoded(key)) \(KeeperText.encoded(chip)) \(drive) \(bias) \(lines.joined(separator: ","))"
    }

    init?(words: ArraySlice<String>) {
        let words = Array(words)
        guard words.count == 5, let key = KeeperText.decoded(words[0]), let chip = KeeperText.decoded(words[1]),
            let drive = UInt8(words[2]), drive < 3, let bias = UInt8(words[3]), bias < 4
        else { return nil }
        var levels: [UInt32: Bool?] = [:]
        for word in words[4].split(separator: ",") {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let offset = UInt32(parts[0]), levels[offset] == nil,
                let level = ["0": Bool?.some(false), "1": .some(true), "?": .none][String(parts[1])]
            else { return nil }
            levels.updateValue(level, forKey: offset)
        }
        guard (1...64).contains(levels.count) else { return nil }
        self.init(key: key, chip: chip, drive: drive, bias: bias, levels: levels)
    }
}
