import LabModel

/// The scripted board itself: power, boot text, prompts, shell, faults. Takes inputs, returns actions; no I/O.
struct SimMachine {
    enum Input: Hashable {
        case powerOn
        case powerOff
        /// From the serial line.
        case received([UInt8])
        /// A wake-up that was asked for, by its number. Numbers of a time gone by are ignored.
        case woken(Int)
        /// What a `drain` of this number waited for.
        case drained(Int)
        /// From the host's shell.
        case hostSaid([UInt8])
        case hostEnded
        /// Boots count from 1 again: a new job has the board.
        case newJob
    }

    enum Action: Hashable {
        case send([UInt8])
        case wake(Int, after: Duration)
        /// Asks to be told when everything sent so far is on the line.
        case drain(Int)
        case startHost
        case tellHost([UInt8])
        case endHost
    }

    private enum Stage: Hashable {
        case off
        case boot(next: Int)
        case keyWait(next: Int)
        case bootloader(next: Int, prompt: String)
        case user
        case password(user: String)
        case shell
        case host
        /// Powered, and does nothing.
        case hung
    }

    private let script: SimScript
    private var stage = Stage.off
    private var boots: Int64 = 0
    /// What is on the disk: it outlives power, and a job that takes the board finds a fresh one.
    private var disk = SimScript.factoryDisk
    private var shell: SimShell
    private var editor = SimLineEditor()
    /// Steps of the running command that are left.
    private var running: [SimShell.Step]?
    private var lastWake = 0
    private var awaited = 0
    private var damage: SimLineDamage
    /// What the board says for ever.
    private var flood: SimFlood?
    private var lastDrain = 0
    private var actions: [Action] = []

    init(script: SimScript) {
        self.script = script
        shell = SimShell(replies: script.replies, files: script.files)
        damage = SimLineDamage(script.damage)
    }

    var isOn: Bool { stage != .off }

    mutating func handle(_ input: Input) -> [Action] {
        switch input {
        case .newJob:
            boots = 0
            disk = SimScript.factoryDisk
        case .powerOn: if stage == .off { reset() }
        case .powerOff: powerOff()
        case .woken(let number): if number == awaited, isOn { wake() }
        case .drained(let number): if number == lastDrain { pour() }
        case .received(let bytes): receive(bytes)
        case .hostSaid(let bytes): if stage == .host { emit(bytes) }
        case .hostEnded: if stage == .host { login() }
        }
        defer { actions = [] }
        return actions
    }

    // MARK: - Power and boot

    private mutating func powerOff() {
        if stage == .host { actions.append(.endHost) }
        stage = .off
        awaited = 0
        running = nil
        flood = nil
        editor = SimLineEditor()
    }

    private mutating func reset() {
        powerOff()
        boots += 1
        shell = SimShell(replies: script.replies, files: script.files)
        shell.disk = disk
        damage = SimLineDamage(script.damage)
        boot(from: 0)
    }

    /// Goes on with boot step `index`, after the time it takes.
    private mutating func boot(from index: Int) {
        let next = script.boot[index...].firstIndex { $0.disks.map { $0.contains(disk) } ?? true }
        guard let index = next else { return login() }
        switch script.boot[index].step {
        case .print(_, let after):
            stage = .boot(next: index)
            sleep(after)
        case .waitForKey(let text, let window, _):
            stage = .keyWait(next: index)
            emit(text)
            sleep(window)
        }
    }

    private mutating func login() {
        if let login = script.login {
            stage = .user
            emit("\r\n" + login.prompt)
        } else {
            enterShell()
        }
    }

    private mutating func enterShell() {
        if script.shell == .host {
            stage = .host
            actions.append(.startHost)
        } else {
            stage = .shell
            emit(script.prompt)
        }
    }

    // MARK: - Time

    private mutating func sleep(_ duration: Duration) {
        lastWake += 1
        awaited = lastWake
        actions.append(.wake(lastWake, after: duration))
    }

    private mutating func wake() {
        awaited = 0
        switch stage {
        case .boot(let index):
            guard case .print(let text, _) = script.boot[index].step else { return }
            emit(text + "\r\n")
            if !fail(at: text) { boot(from: index + 1) }
        case .keyWait(let index):
            emit("\r\n")
            boot(from: index + 1)
        case .shell, .bootloader: proceed()
        case .off, .user, .password, .host, .hung: break
        }
    }

    // MARK: - Typing

    private mutating func receive(_ bytes: [UInt8]) {
        switch stage {
        case .off, .hung, .boot: return
        case .host: actions.append(.tellHost(bytes))
        case .keyWait(let index):
            guard case .waitForKey(_, _, let prompt) = script.boot[index].step else { return }
            awaited = 0
            stage = .bootloader(next: index + 1, prompt: prompt)
            emit("\r\n" + prompt)
        case .bootloader, .user, .password, .shell:
            editor.add(bytes)
            edit()
        }
    }

    /// Takes typed lines as long as no command runs.
    private mutating func edit() {
        while running == nil {
            let hidesText = if case .password = stage { true } else { false }
            let (echo, event) = editor.next()
            if !hidesText { emit(echo) }
            switch event {
            case .line(let line):
                emit("\r\n")
                take(line)
            case .interrupt:
                emit("^C\r\n")
                showPrompt()
            case nil: return
            }
            switch stage {
            case .bootloader, .user, .password, .shell: continue
            case .off, .boot, .keyWait, .host, .hung: return
            }
        }
        // Ctrl-C reaches a command that runs.
        if editor.takeInterrupt() {
            running = nil
            awaited = 0
            emit("^C\r\n")
            showPrompt()
        }
    }

    private mutating func take(_ line: String) {
        switch stage {
        case .user:
            if script.login?.password != nil {
                stage = .password(user: line)
                emit(script.login?.passwordPrompt ?? "")
            } else {
                admit(user: line, password: nil)
            }
        case .password(let user): admit(user: user, password: line)
        case .bootloader(let next, let prompt):
            let command = line.trimmingBlanks()
            if fail(at: command) { return }
            // `boot`, `booti …`, `run bootcmd`: the boot goes on. `reset` starts it again.
            if command.hasPrefix("boot") || command.hasPrefix("run boot") { return boot(from: next) }
            if command == "reset" { return reset() }
            if let reply = script.replies.first(where: { $0.command.matches(command) }), !reply.output.isEmpty {
                emit(reply.output.replacingLineEnds() + "\r\n")
            }
            emit(prompt)
        case .shell:
            if fail(at: line.trimmingBlanks()) { return }
            running = shell.run(line)
            proceed()
        case .off, .boot, .keyWait, .host, .hung: break
        }
    }

    private mutating func admit(user: String, password: String?) {
        guard let login = script.login else { return }
        if user == login.user, login.password == nil || password == login.password {
            enterShell()
        } else {
            stage = .user
            emit("\r\nLogin incorrect\r\n" + login.prompt)
        }
    }

    private mutating func showPrompt() {
        switch stage {
        case .shell: emit(script.prompt)
        case .bootloader(_, let prompt): emit(prompt)
        case .user: emit(script.login?.prompt ?? "")
        default: break
        }
    }

    /// Goes on with the running command.
    private mutating func proceed() {
        while var steps = running, let step = steps.first {
            steps.removeFirst()
            running = steps
            switch step {
            case .print(let text): emit(text.replacingLineEnds())
            case .wait(let duration): return sleep(duration)
            case .effect(.babble): perform(.babble)
            case .leave(let kind):
                disk = kind
                shell.disk = kind
            case .effect(let effect): return perform(effect)
            case .end:
                running = nil
                return login()
            }
        }
        if running != nil {
            running = nil
            emit(script.prompt)
            edit()
        }
    }

    // MARK: - Faults and output

    private mutating func fail(at text: String) -> Bool {
        let fault = script.faults.first { fault in
            let isDue = fault.boots.map { $0.contains(boots) } ?? true
            return isDue && fault.at.matches(text) && fault.disks.map { $0.contains(disk) } ?? true
        }
        guard let fault else { return false }
        perform(fault.kind)
        // A board that babbles does all the rest too.
        return fault.kind != .babble
    }

    private mutating func perform(_ effect: SimEffect) {
        if effect == .babble { return begin(.lines(script.babble)) }
        running = nil
        switch effect {
        case .babble: break
        case .noise:
            stage = .hung
            begin(.noise)
        case .reboot: reset()
        case .off: powerOff()
        case .hang: stage = .hung
        case .panic:
            emit("[    1.000000] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\r\n")
            emit(
                "[    1.000001] ---[ end Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100 ]---\r\n"
            )
            stage = .hung
        }
    }

    private mutating func begin(_ kind: SimFlood.Kind) {
        flood = SimFlood(kind)
        pour()
    }

    /// The next piece of what never ends, as soon as the line has taken the last one.
    private mutating func pour() {
        guard let bytes = flood?.next() else { return }
        emit(bytes)
        lastDrain += 1
        actions.append(.drain(lastDrain))
    }

    private mutating func emit(_ text: String) { emit(Array(text.utf8)) }

    private mutating func emit(_ bytes: [UInt8]) {
        let damaged = damage.apply(to: bytes)
        guard !damaged.isEmpty else { return }
        if case .send(let before)? = actions.last {
            actions[actions.count - 1] = .send(before + damaged)
        } else {
            actions.append(.send(damaged))
        }
    }
}

extension String {
    /// With CR LF line ends, as a terminal sends them.
    fileprivate func replacingLineEnds() -> String {
        split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    }
}
