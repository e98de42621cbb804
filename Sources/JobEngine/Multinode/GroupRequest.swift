import LabModel

/// What a job asks of the others of its group.
enum GroupRequest: Hashable, Sendable {
    case send(String, [GroupPair])
    case wait(String)
    case waitAll(String, role: String?)
    case sync(String)

    /// Longest name of a message, and most data in one, in bytes: what LAVA's coordinator takes.
    static let longestMessage = 200
    static let mostData = 4096

    /// The message's name.
    var message: String {
        switch self {
        case .send(let message, _), .wait(let message), .waitAll(let message, _), .sync(let message): message
        }
    }

    /// As the helpers on the board write it.
    var verb: String {
        switch self {
        case .send: "SEND"
        case .wait: "WAIT"
        case .waitAll: "WAIT_ALL"
        case .sync: "SYNC"
        }
    }

    /// Whether the board waits for an answer.
    var isAnswered: Bool {
        if case .send = self { false } else { true }
    }

    /// The test case that LAVA records, such as `multinode-wait_all-ready`.
    var caseName: String { "multinode-\(verb)-\(message)".lowercased() }

    /// As a test step has it, such as `lava-wait-all ready`.
    var inWords: String { "lava-\(verb.lowercased().replacing("_", with: "-")) \(message.shown)" }

    /// Reads `SEND name key=value…`, `WAIT name`, `WAIT_ALL name [role]`, `SYNC name`; nil for anything else.
    init?(words: [String]) {
        guard words.count >= 2, !words[1].contains("="), words[1].utf8.count <= Self.longestMessage else { return nil }
        switch words[0] {
        case "SEND":
            let pairs = words.dropFirst(2).compactMap { GroupPair($0) }
            guard pairs.reduce(0, { $0 + $1.size }) <= Self.mostData else { return nil }
            self = .send(words[1], pairs)
        case "WAIT" where words.count == 2: self = .wait(words[1])
        case "WAIT_ALL" where words.count <= 3: self = .waitAll(words[1], role: words.count == 3 ? words[2] : nil)
        case "SYNC" where words.count == 2: self = .sync(words[1])
        default: return nil
        }
    }

    /// What a call of the job itself asks.
    init(_ call: GroupCall) {
        let pairs = call.values.sorted { $0.key < $1.key }.map { GroupPair(key: $0.key, value: $0.value) }
        switch call.verb {
        case .send, .start: self = .send(call.message, pairs)
        case .wait: self = .wait(call.message)
        case .waitAll: self = .waitAll(call.message, role: call.role)
        case .sync: self = .sync(call.message)
        }
    }
}

/// One value of a message.
struct GroupPair: Hashable, Sendable {
    var key: String
    var value: String

    var size: Int { key.utf8.count + value.utf8.count + 2 }

    init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// `key=value`; nil for a word that has no key.
    init?(_ word: String) {
        guard let sign = word.firstIndex(of: "="), sign > word.startIndex else { return nil }
        self.init(key: String(word[..<sign]), value: String(word[word.index(after: sign)...]))
    }
}

/// What one job sent under some name.
struct GroupMessage: Hashable, Sendable {
    var job: JobID
    var pairs: [GroupPair]
}

/// What comes of a request.
enum GroupReply: Hashable, Sendable {
    /// It is done; a request for messages brings them in the order in which they were first sent.
    case done([GroupMessage])
    /// It cannot come to anything any more, with the reason in words.
    case refused(String)
}
