import LabModel

/// What a SimBoard does, from its options in the board file (`docs/simboard.md`).
struct SimScript: Hashable, Sendable {
    /// One thing that happens while the board boots.
    enum BootStep: Hashable, Sendable {
        case print(String, after: Duration)
        /// A boot loader that waits for a key; a key leads to `prompt`.
        case waitForKey(String, window: Duration, prompt: String)
    }

    /// A boot step, with what must be on the disk for it to happen.
    struct ConditionalStep: Hashable, Sendable {
        var step: BootStep
        var disks: Set<String>?
    }

    /// One thing that a command does in its time.
    struct ReplyStep: Hashable, Sendable {
        var after: Duration
        var output: String?
        /// What is on the disk from here on.
        var leaves: String?
    }

    struct Login: Hashable, Sendable {
        var prompt: String
        var user: String
        var passwordPrompt: String
        var password: String?
    }

    /// What a command answers.
    struct Reply: Hashable, Sendable {
        var command: Glob
        var output: String
        var status: Int
        var after: Duration
        var effect: SimEffect?
        /// What happens after `after` and before the answer, one after the other.
        var steps: [ReplyStep] = []
        /// What must be on the disk for this answer; nil is anything.
        var disks: Set<String>?
    }

    /// Something that goes wrong.
    struct Fault: Hashable, Sendable {
        var kind: SimEffect
        /// A line of the boot text, or a command.
        var at: Glob
        /// Boots since the job took the board, from 1; nil for every boot.
        var boots: Set<Int64>?
        /// What must be on the disk; nil is anything.
        var disks: Set<String>?
    }

    /// What is on the disk of a board that a job takes.
    static let factoryDisk = "old"

    /// Damage to what the board sends.
    struct LineDamage: Hashable, Sendable {
        /// Every n-th byte is lost; 0 loses none.
        var drops = 0
        /// A wrong byte follows every n-th one; 0 adds none.
        var noise = 0
        var isSilent = false
    }

    enum ShellKind: String, Hashable, Sendable, CaseIterable {
        case builtin, host
    }

    var boot: [ConditionalStep]
    var login: Login?
    var prompt: String
    var replies: [Reply]
    var files: [String: String]
    var shell: ShellKind
    var faults: [Fault]
    var damage: LineDamage
    /// The lines of a board that babbles.
    var babble: String
    /// Bits a second with ten bits to a byte; 0 sends as fast as it goes.
    var baud: Int
    /// How the power goes away; nil at once.
    var relay: ModelledRelay.Settings?

    /// - Throws: `configuration` naming the board and the option that is wrong.
    init(_ definition: BoardDefinition) throws(Failure) {
        let options = SimOptions(board: definition.name, path: "options", value: definition.options)
        try options.allow([
            "boot", "login", "prompt", "replies", "files", "shell", "faults", "damage", "babble", "baud", "line_time",
            "relay",
        ])
        let lineTime = try options.duration("line_time") ?? .milliseconds(5)
        prompt = try options.text("prompt") ?? "/ # "
        baud = try options.number("baud") ?? 0
        babble = try options.text("babble") ?? "usb 1-1: device not accepting address 2, error -71"
        shell = try options.choice("shell", ShellKind.self) ?? .builtin
        boot =
            try options.elements("boot")?.map { step throws(Failure) in
                ConditionalStep(step: try Self.bootStep(step, lineTime: lineTime), disks: try step.words("disk"))
            } ?? Self.defaultBoot(lineTime).map { ConditionalStep(step: $0) }
        login = try options.section("login").map { section throws(Failure) in
            try section.allow(["prompt", "user", "password_prompt", "password"])
            return Login(
                prompt: try section.text("prompt") ?? "sim login: ", user: try section.text("user") ?? "root",
                passwordPrompt: try section.text("password_prompt") ?? "Password: ",
                password: try section.text("password"))
        }
        replies = try (options.elements("replies") ?? []).map { entry throws(Failure) in
            try entry.allow(["command", "print", "status", "after", "then", "steps", "disk"])
            return Reply(
                command: Glob(try entry.required("command")), output: try entry.text("print") ?? "",
                status: try entry.number("status") ?? 0, after: try entry.duration("after") ?? .zero,
                effect: try entry.choice("then", SimEffect.self),
                steps: try (entry.elements("steps") ?? []).map { step throws(Failure) in
                    try step.allow(["after", "print", "leaves"])
                    return ReplyStep(
                        after: try step.duration("after") ?? .zero, output: try step.text("print"),
                        leaves: try step.text("leaves"))
                }, disks: try entry.words("disk"))
        }
        var files: [String: String] = [:]
        if let section = try options.section("files") {
            for key in section.keys { files[key] = try section.text(key) }
        }
        self.files = files
        faults = try (options.elements("faults") ?? []).map { entry throws(Failure) in
            try entry.allow(["kind", "at", "boots", "disk"])
            guard let kind = try entry.choice("kind", SimEffect.self) else {
                throw entry.wrong("needs a 'kind'")
            }
            let boots = entry["boots"]?.list.map { Set($0.compactMap(\.integer)) }
            return Fault(
                kind: kind, at: Glob(try entry.required("at")), boots: boots, disks: try entry.words("disk"))
        }
        damage = LineDamage()
        if let section = try options.section("damage") {
            try section.allow(["drop", "noise", "silent"])
            damage.drops = try section.number("drop") ?? 0
            damage.noise = try section.number("noise") ?? 0
            damage.isSilent = section["silent"]?.bool ?? false
        }
        relay = try options["relay"].map { value throws(Failure) in
            try ModelledRelay.Settings(value, board: definition.name)
        }
    }

    private static func bootStep(_ entry: SimOptions, lineTime: Duration) throws(Failure) -> BootStep {
        if let text = entry.value.string { return .print(text, after: lineTime) }
        try entry.allow(["print", "after", "wait_for_key", "prompt", "disk"])
        if let window = try entry.duration("wait_for_key") {
            return .waitForKey(
                try entry.text("print") ?? "Hit any key to stop autoboot: ", window: window,
                prompt: try entry.text("prompt") ?? "=> ")
        }
        return .print(try entry.required("print"), after: try entry.duration("after") ?? lineTime)
    }

    private static func defaultBoot(_ lineTime: Duration) -> [BootStep] {
        [
            .print("SimBoard boot loader 1.0", after: lineTime),
            .waitForKey("Hit any key to stop autoboot: ", window: .milliseconds(500), prompt: "=> "),
            .print("Starting kernel ...", after: lineTime),
            .print("[    0.000000] Linux version 6.1.0-sim (labd)", after: lineTime),
            .print("[    0.100000] Run /sbin/init as init process", after: lineTime),
        ]
    }
}

/// What can happen to a board at a line of its boot text, or by a command besides its answer.
enum SimEffect: String, Hashable, Sendable, CaseIterable {
    case reboot, panic, hang, off
    /// Random bytes without a line end, for ever, and nothing else.
    case noise
    /// Lines for ever, beside everything that the board does.
    case babble
}
