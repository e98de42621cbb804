/// The lines that are held, and what requests make of them. Everything here is synchronous: the server around it hands
/// in one request after the other, and the time.
public struct Keeper<Backend: LineBackend> {
    private struct Held {
        var hold: KeeperHold
        var offsets: [UInt32]
        /// What the lines are driven to.
        var levels: [Bool]
        var lines: Backend.Lines
    }

    private struct Pulse {
        var key: String
        var offset: UInt32
        /// The level afterwards.
        var rest: Bool
        var end: UInt64
    }

    private let backend: Backend
    private let identity: KeeperIdentity
    private var held: [String: Held] = [:]
    private var pulses: [Pulse] = []

    /// Most keys at a time.
    static var keyLimit: Int { 512 }

    public init(backend: Backend, identity: KeeperIdentity) {
        self.backend = backend
        self.identity = identity
    }

    /// When the next pulse ends; nil when none runs. In the nanoseconds that `handle` is given.
    public var nextDeadline: UInt64? { pulses.map(\.end).min() }

    public var isIdle: Bool { held.isEmpty }

    /// Ends pulses whose time has come.
    public mutating func advance(to now: UInt64) {
        for pulse in pulses where pulse.end <= now {
            _ = drive(pulse.key, [pulse.offset: pulse.rest])
        }
        pulses.removeAll { $0.end <= now }
    }

    /// - Parameter now: monotonic nanoseconds.
    public mutating func handle(_ request: KeeperRequest, at now: UInt64) -> KeeperReply {
        switch request {
        case .hello: return .hello(identity)
        case .hold(let hold): return take(hold)
        case .set(let key, let levels):
            // Whoever sets a line anew does not want the end of an older pulse.
            pulses.removeAll { $0.key == key && levels[$0.offset] != nil }
            return drive(key, levels)
        case .get(let key): return read(key)
        case .driven(let key):
            guard let lines = held[key] else { return .unknown(key) }
            return .levels(Dictionary(uniqueKeysWithValues: zip(lines.offsets, lines.levels)))
        case .pulse(let key, let offset, let level, let microseconds):
            return pulse(key, offset, level, end: now + UInt64(microseconds) * 1000)
        case .release(let key):
            guard let lines = held.removeValue(forKey: key) else { return .unknown(key) }
            pulses.removeAll { $0.key == key }
            backend.release(lines.lines)
            return .done
        case .list:
            return .list(
                held.mapValues { lines in
                    let levels = try? backend.get(lines.lines, count: lines.offsets.count)
                    return levels.map { Dictionary(uniqueKeysWithValues: zip(lines.offsets, $0)) }
                })
        }
    }

    private mutating func take(_ hold: KeeperHold) -> KeeperReply {
        let offsets = hold.levels.keys.sorted()
        if let lines = held[hold.key] {
            let isSame = lines.hold.chip == hold.chip && lines.offsets == offsets
            if isSame, (try? backend.get(lines.lines, count: offsets.count)) != nil { return .done }
            // A chip that was unplugged leaves a request behind that answers nothing; the lines are taken anew.
            guard (try? backend.get(lines.lines, count: lines.offsets.count)) == nil else {
                return .refused(errno: LineError.busy, reason: "\(hold.key) is held with other lines")
            }
            held[hold.key] = nil
            pulses.removeAll { $0.key == hold.key }
            backend.release(lines.lines)
        }
        guard held.count < Self.keyLimit else { return .refused(errno: LineError.noSpace, reason: "too many lines") }
        do throws(LineError) {
            var levels = offsets.map { (hold.levels[$0] ?? nil) ?? false }
            let open = offsets.filter { (hold.levels[$0] ?? nil) == nil }
            if !open.isEmpty {
                let seen = try backend.peek(chip: hold.chip, offsets: open)
                for (offset, level) in zip(open, seen) {
                    if let index = offsets.firstIndex(of: offset) { levels[index] = level }
                }
            }
            let lines = try backend.take(
                chip: hold.chip, offsets: offsets, levels: levels, drive: hold.drive, bias: hold.bias)
            held[hold.key] = Held(hold: hold, offsets: offsets, levels: levels, lines: lines)
            return .done
        } catch {
            return .refused(errno: error.errno, reason: "\(hold.chip) does not give its lines")
        }
    }

    private mutating func drive(_ key: String, _ changes: [UInt32: Bool]) -> KeeperReply {
        guard var lines = held[key] else { return .unknown(key) }
        for (offset, level) in changes {
            guard let index = lines.offsets.firstIndex(of: offset) else {
                return .refused(errno: LineError.invalid, reason: "\(key) has no line \(offset)")
            }
            lines.levels[index] = level
        }
        do throws(LineError) {
            try backend.set(lines.lines, lines.levels)
            held[key] = lines
            return .done
        } catch {
            return .refused(errno: error.errno, reason: "the lines of \(key) cannot be set")
        }
    }

    private func read(_ key: String) -> KeeperReply {
        guard let lines = held[key] else { return .unknown(key) }
        do throws(LineError) {
            let levels = try backend.get(lines.lines, count: lines.offsets.count)
            return .levels(Dictionary(uniqueKeysWithValues: zip(lines.offsets, levels)))
        } catch {
            return .refused(errno: error.errno, reason: "the lines of \(key) cannot be read")
        }
    }

    private mutating func pulse(_ key: String, _ offset: UInt32, _ level: Bool, end: UInt64) -> KeeperReply {
        guard let lines = held[key] else { return .unknown(key) }
        guard let index = lines.offsets.firstIndex(of: offset) else {
            return .refused(errno: LineError.invalid, reason: "\(key) has no line \(offset)")
        }
        // A second pulse while one runs ends at the level before the first.
        let rest = pulses.first { $0.key == key && $0.offset == offset }?.rest ?? lines.levels[index]
        let reply = drive(key, [offset: level])
        guard reply == .done else { return reply }
        pulses.removeAll { $0.key == key && $0.offset == offset }
        pulses.append(Pulse(key: key, offset: offset, rest: rest, end: end))
        return .done
    }
}

extension KeeperReply {
    static func unknown(_ key: String) -> KeeperReply {
        .refused(errno: LineError.absent, reason: "\(key) is not held")
    }
}

extension LineError {
    // errno(3)
    public static let absent: Int32 = 2
    static let busy: Int32 = 16
    static let invalid: Int32 = 22
    static let noSpace: Int32 = 28
}
