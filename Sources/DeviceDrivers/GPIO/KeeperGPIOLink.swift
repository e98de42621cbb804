import Glibc
import LabModel
import LineKeeper

/// Lines of a gpiochip, held by the keeper.
final class KeeperGPIOLink: GPIOLink {
    private let binding: GPIOBinding
    private let chips: GPIOChips
    private let launcher: KeeperLauncher
    private let memory: any KeeperMemory
    private let connection: KeeperConnection
    /// Where the lines were when they were taken.
    private var offsets: [UInt32]?
    private var trouble: String?
    /// Whether the keeper behind the open connection was told to hold the lines as the entry says.
    private var isHeld = false

    /// The same for the same lines, whoever asks and whenever.
    private let key: String

    init(_ binding: GPIOBinding, chips: GPIOChips, launcher: KeeperLauncher, memory: any KeeperMemory) {
        self.binding = binding
        self.chips = chips
        self.launcher = launcher
        self.memory = memory
        connection = KeeperConnection(path: launcher.socket)
        key = ([binding.chip ?? ""] + binding.lines.map(\.line)).joined(separator: "|")
    }

    func set(_ values: [Int: Bool]) throws(Failure) {
        // Lines that are held already want one question. Whatever else it answers, all begins anew below: the keeper may
        // be another one, and the chip may have been pulled out and be somewhere else.
        if isHeld, (try? connection.ask(.set(key: key, levels: levels(values)))) == .done { return }
        isHeld = false
        try hold(values)
        try expect(.done, .set(key: key, levels: levels(values)))
        isHeld = true
    }

    func get() throws(Failure) -> [Bool] {
        try lookAtKeeper()
        let place = try chips.resolve(binding)
        let request: KeeperRequest = place.chip.readsOutputs ? .get(key: key) : .driven(key: key)
        if connection.open(), case .levels(let levels) = try connection.ask(request) {
            let offsets = place.offsets
            guard offsets.allSatisfy({ levels[$0] != nil }) else {
                throw Failure(.infrastructure, "the keeper holds other lines", at: binding.device)
            }
            return zip(offsets, binding.lines).map { (levels[$0] ?? false) != $1.isActiveLow }
        }
        // Nobody holds them: what the kernel reads at free lines is still the truth.
        guard place.chip.readsOutputs else {
            throw Failure(
                .infrastructure, "nobody holds the lines, and this chip's driver does not read them rightly",
                at: binding.device)
        }
        do throws(LineError) {
            let levels = try GPIODLines().peek(chip: place.chip.path, offsets: place.offsets)
            return zip(levels, binding.lines).map { $0 != $1.isActiveLow }
        } catch {
            throw refusal(error.errno, "cannot read the lines")
        }
    }

    func pulse(_ line: Int, _ isActive: Bool, for duration: Duration) throws(Failure) {
        try hold([:])
        guard let level = levels([line: isActive]).first else { return }
        let microseconds = min(max(duration.nanoseconds / 1000, 1), KeeperRequest.longestPulse)
        try expect(.done, .pulse(key: key, offset: level.key, level: level.value, microseconds: microseconds))
    }

    func incident() throws(Failure) -> String? {
        try lookAtKeeper()
        defer { trouble = nil }
        return trouble
    }

    func close() {
        connection.close()
        offsets = nil
        isHeld = false
    }

    /// Makes sure that a keeper runs and holds the lines, without moving those that `values` does not name.
    private func hold(_ values: [Int: Bool]) throws(Failure) {
        let identity = try keeper()
        try compare(identity)
        let place = try chips.resolve(binding)
        offsets = place.offsets
        var levels = [UInt32: Bool?](uniqueKeysWithValues: place.offsets.map { ($0, nil) })
        for (offset, level) in self.levels(values) { levels.updateValue(level, forKey: offset) }
        let drive: UInt8 =
            switch binding.drive {
            case .pushPull: 0
            case .openDrain: 1
            case .openSource: 2
            }
        let bias: UInt8 =
            switch binding.bias {
            case nil: 0
            case .disabled: 1
            case .pullUp: 2
            case .pullDown: 3
            }
        let hold = KeeperHold(key: key, chip: place.chip.path, drive: drive, bias: bias, levels: levels)
        try expect(.done, .hold(hold))
        if memory.instance(holding: key) != identity.instance {
            try memory.remember(identity.instance, holding: key)
        }
    }

    /// The keeper that runs, started first when there is none.
    private func keeper() throws(Failure) -> KeeperIdentity {
        if !connection.open() {
            try launcher.launch()
            // It listens some milliseconds later.
            for _ in 0..<500 where !connection.open() { usleep(10_000) }
        }
        guard case .hello(let identity) = try connection.ask(.hello) else {
            throw Failure(.infrastructure, "who answers at the keeper's socket is no keeper", at: binding.device)
        }
        guard identity.version == KeeperIdentity.version else {
            throw Failure(
                .infrastructure, "the keeper speaks version \(identity.version), not \(KeeperIdentity.version)",
                at: binding.device, advice: "end it by `kill \(identity.process)` while its boards may lose power")
        }
        return identity
    }

    private func lookAtKeeper() throws(Failure) {
        guard memory.instance(holding: key) != nil else { return }
        guard connection.open(), case .hello(let identity) = try? connection.ask(.hello) else {
            trouble = "the keeper of its GPIO lines has ended: they went back to what the chip does with free lines"
            return
        }
        try compare(identity)
    }

    /// Notices that the keeper is another one than the one that took the lines.
    private func compare(_ identity: KeeperIdentity) throws(Failure) {
        guard let known = memory.instance(holding: key), known != identity.instance else { return }
        trouble = "the keeper of its GPIO lines ended and began anew: in between the lines moved"
        try memory.remember(identity.instance, holding: key)
    }

    /// Physical levels by offset.
    private func levels(_ values: [Int: Bool]) -> [UInt32: Bool] {
        guard let offsets else { return [:] }
        var levels: [UInt32: Bool] = [:]
        for (line, isActive) in values where binding.lines.indices.contains(line) {
            levels[offsets[line]] = isActive != binding.lines[line].isActiveLow
        }
        return levels
    }

    private func expect(_ wanted: KeeperReply, _ request: KeeperRequest) throws(Failure) {
        switch try connection.ask(request) {
        case wanted: return
        case .refused(let errno, let reason): throw refusal(errno, reason)
        default: throw Failure(.infrastructure, "the keeper answered something else", at: binding.device)
        }
    }

    private func refusal(_ errno: Int32, _ reason: String) -> Failure {
        let why = String(cString: strerror(errno))
        return Failure(
            .infrastructure, "\(reason): \(why)", at: binding.device,
            advice: errno == EBUSY ? "`gpioinfo` tells who holds the lines" : nil)
    }
}
