/// What the keeper answers, one line each: `ok` with words, or `no` with an error number and a reason.
public enum KeeperReply: Hashable, Sendable {
    case done
    case hello(KeeperIdentity)
    /// Levels by offset.
    case levels([UInt32: Bool])
    /// Every key with its levels; nil for one whose chip is gone.
    case list([String: [UInt32: Bool]?])
    case refused(errno: Int32, reason: String)

    public var line: String {
        switch self {
        case .done: return "ok"
        case .hello(let identity): return "ok keeper \(identity.words)"
        case .levels(let levels): return "ok levels \(KeeperText.levels(levels))"
        case .list(let keys):
            let words = keys.sorted { $0.key < $1.key }
                .map { "\(KeeperText.encoded($0.key)):\($0.value.map { KeeperText.levels($0) } ?? "gone")" }
            return (["ok", "list"] + words).joined(separator: " ")
        case .refused(let errno, let reason): return "no \(errno) \(KeeperText.encoded(reason))"
        }
    }

    public init?(line: some StringProtocol) {
        let words = line.split(whereSeparator: { $0 == " " }).map { String($0) }
        switch (words.first, words.count > 1 ? words[1] : nil, words.count) {
        case ("ok", nil, 1): self = .done
        case ("ok", "keeper", _):
            guard let identity = KeeperIdentity(words: words.dropFirst(2)) else { return nil }
            self = .hello(identity)
        case ("ok", "levels", 3):
            guard let levels = KeeperText.levels(words[2]) else { return nil }
            self = .levels(levels)
        case ("ok", "list", _):
            var keys: [String: [UInt32: Bool]?] = [:]
            for word in words.dropFirst(2) {
                let parts = word.split(separator: ":")
                guard parts.count == 2, let key = KeeperText.decoded(String(parts[0])) else { return nil }
                let levels = KeeperText.levels(String(parts[1]))
                if levels == nil, parts[1] != "gone" { return nil }
                keys.updateValue(levels, forKey: key)
            }
            self = .list(keys)
        case ("no", _, 3):
            guard let errno = Int32(words[1]), let reason = KeeperText.decoded(words[2]) else { return nil }
            self = .refused(errno: errno, reason: reason)
        default: return nil
        }
    }
}

/// Which keeper answers. A keeper that died and came back is another one: its lines moved in between.
public struct KeeperIdentity: Hashable, Sendable {
    /// Of the wire. A keeper understands every client of its own number.
    public var version: Int
    /// Drawn at its start.
    public var instance: String
    public var process: Int32

    public static let version = 1

    public init(version: Int = KeeperIdentity.version, instance: String, process: Int32) {
        self.version = version
        self.instance = instance
        self.process = process
    }

    var words: String { "\(version) \(KeeperText.encoded(instance)) \(process)" }

    init?(words: ArraySlice<String>) {
        let words = Array(words)
        guard words.count == 3, let version = Int(words[0]), let instance = KeeperText.decoded(words[1]),
            let process = Int32(words[2])
        else { return nil }
        self.init(version: version, instance: instance, process: process)
    }
}
