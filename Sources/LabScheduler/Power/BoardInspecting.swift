import LabModel

/// Holds a board against what its file and its type say of it: switches it on, listens, stops its boot loader, asks for
/// its memory, and switches it off.
struct BoardInspecting {
    let profile: DeviceProfile
    let board: any Board
    /// Journalled.
    let power: JournaledPower
    let clock: any LabClock
    var patience = Patience()

    /// How long a board may take.
    struct Patience {
        /// To print its first line, or its console is not wired.
        var firstLine = Duration.seconds(30)
        /// To its boot loader's greeting.
        var greeting = Duration.seconds(120)
        /// To show its prompt again.
        var answer = Duration.seconds(20)
    }

    /// Leaves the board off.
    ///
    /// - Throws: `canceled`; what goes wrong with the board stands in the report.
    func run() async throws(Failure) -> InspectionReport {
        var report = InspectionReport()
        do {
            try await look(into: &report)
        } catch let failure as Failure where failure.type != .canceled {
            report.findings.append(.init(.console, .failed, failure.message, advice: failure.advice))
        } catch let failure as Failure {
            _ = try? await power.set(.off)
            throw failure
        } catch {
            _ = try? await power.set(.off)
            throw Failure(.canceled, "canceled while the board was inspected")
        }
        report.findings.append(try await switchedOff())
        let seen = Set(report.findings.map(\.subject))
        for subject in InspectionReport.Subject.allCases where !seen.contains(subject) {
            report.findings.append(.init(subject, .skipped, "something before it failed"))
        }
        let order = InspectionReport.Subject.allCases
        report.findings.sort { order.firstIndex(of: $0.subject) ?? 0 < order.firstIndex(of: $1.subject) ?? 0 }
        return report
    }

    private func look(into report: inout InspectionReport) async throws {
        // One that is on already would not be seen to start.
        if await power.observed() == .on { try await power.set(.off) }
        let start = await board.console.end()
        do throws(Failure) {
            try await power.set(.on)
            report.findings.append(finding(.powerOn, wanted: .on, await power.report(), await power.observed()))
        } catch {
            if error.type == .canceled { throw error }
            report.findings.append(.init(.powerOn, .failed, error.message, advice: error.advice ?? Self.powerAdvice))
            return
        }
        let console = try await firstWords(from: start)
        report.findings.append(console)
        guard console.outcome == .passed else { return }
        guard let (kind, bootloader) = primaryBootloader else {
            let detail = "the type `\(profile.type)` has no boot loader that is talked to"
            report.findings.append(.init(.bootloader, .skipped, detail))
            report.findings.append(.init(.loadAddresses, .skipped, detail))
            return
        }
        let prompt = try await stop(kind, bootloader, from: start)
        report.findings.append(prompt.finding)
        guard let end = prompt.end else { return }
        report.findings.append(try await addresses(kind, bootloader, from: end))
    }

    /// The one that the first of the type's boot methods talks to.
    private var primaryBootloader: (BootloaderKind, BootloaderFacts)? {
        profile.bootMethods.lazy.compactMap { BootloaderKind(rawValue: $0) }.compactMap { kind in
            profile.bootloaders[kind].map { (kind, $0) }
        }.first
    }

    // MARK: Power

    private static let powerAdvice = "check the device, its channel and its cable: lablctl discover, docs/hardware.md"

    private func finding(
        _ subject: InspectionReport.Subject, wanted: PowerTarget, _ report: PowerReport?, _ observed: PowerState
    ) -> InspectionReport.Finding {
        guard let report else { return finding(subject, wanted: wanted, observed) }
        let evidence = report.evidence.map(\.description).joined(separator: "; ")
        let detail = evidence.isEmpty ? "switched \(wanted.rawValue)" : "switched \(wanted.rawValue): \(evidence)"
        switch report.verified {
        case .stuck:
            return .init(
                subject, .failed, detail,
                advice: "the board does not follow its switch: is the channel right, are its contacts inverted "
                    + "(`inverted`), does something else feed it (USB, the console's adapter)?")
        case .unknown:
            return .init(
                subject, .unknown, detail,
                advice: "give its power something to be seen by: `verify`, in docs/hardware.md")
        case .on, .off: return .init(subject, .passed, detail)
        }
    }

    /// Of a switch that knows nothing but its own state.
    private func finding(
        _ subject: InspectionReport.Subject, wanted: PowerTarget, _ observed: PowerState
    ) -> InspectionReport.Finding {
        switch observed {
        case wanted.state: .init(subject, .passed, "switched \(wanted.rawValue), and its switch says so")
        case .unknown:
            .init(subject, .unknown, "switched \(wanted.rawValue); the board's power has nothing that tells")
        case .on, .off:
            .init(
                subject, .failed, "switched \(wanted.rawValue), and its switch says \(observed.rawValue)",
                advice: Self.powerAdvice)
        }
    }

    private func switchedOff() async throws(Failure) -> InspectionReport.Finding {
        do throws(Failure) {
            try await power.set(.off)
        } catch {
            if error.type == .canceled { throw error }
            return .init(.powerOff, .failed, error.message, advice: error.advice ?? Self.powerAdvice)
        }
        return finding(.powerOff, wanted: .off, await power.report(), await power.observed())
    }

    // MARK: Console

    private func firstWords(from start: ConsoleOffset) async throws -> InspectionReport.Finding {
        do {
            let match = try await board.console.expect(
                [ConsolePattern(#"[^\n]{4,}\n"#)], from: start,
                until: clock.monotonic().advanced(by: patience.firstLine))
            let odd = match.text.unicodeScalars.count {
                $0 == "\u{fffd}" || ($0.value < 32 && !"\r\n\t\u{1b}".unicodeScalars.contains($0))
            }
            guard odd * 4 <= match.text.unicodeScalars.count else {
                return .init(
                    .console, .failed, "the console prints, but no text",
                    advice: "check the speed: `baud` of the console, and `baud_rate` of the type")
            }
            return .init(.console, .passed, "it says `\(Self.excerpt(match.text))`")
        } catch is ConsoleTimeout {
            let count = await board.console.end().rawValue - start.rawValue
            let advice =
                "check that receive and transmit are crossed, that ground is connected, that this is the board's "
                + "console and not another one's (lablctl discover), and its speed"
            return .init(
                .console, .failed,
                count == 0
                    ? "the console prints nothing within \(Int(patience.firstLine.inSeconds)) s"
                    : "the console prints \(count) bytes and no line within \(Int(patience.firstLine.inSeconds)) s",
                advice: advice)
        }
    }

    // MARK: Boot loader

    private func stop(
        _ kind: BootloaderKind, _ bootloader: BootloaderFacts, from start: ConsoleOffset
    ) async throws -> (finding: InspectionReport.Finding, end: ConsoleOffset?) {
        var from = start
        if bootloader.needsInterrupt {
            do {
                let match = try await board.console.expect(
                    [ConsolePattern(bootloader.interruptPrompt)], from: from,
                    until: clock.monotonic().advanced(by: patience.greeting))
                from = match.end
            } catch is ConsoleTimeout {
                return (
                    .init(
                        .bootloader, .failed,
                        "`\(bootloader.interruptPrompt)` did not come within \(Int(patience.greeting.inSeconds)) s\(await lastLine())",
                        advice: "look at what the board says (lablctl console \(board.name)), and give its file the "
                            + "variable `interrupt_prompt`, or `uboot_needs_interrupt: false`"), nil
                )
            }
            try await board.console.send(bootloader.interruptKeys, pacing: profile.characterDelays.boot)
        }
        do {
            let match = try await board.console.expect(
                [ConsolePattern(bootloader.prompt)], from: from, until: clock.monotonic().advanced(by: patience.answer))
            return (.init(.bootloader, .passed, "\(kind.rawValue) stops at `\(Self.excerpt(match.line))`"), match.end)
        } catch is ConsoleTimeout {
            return (
                .init(
                    .bootloader, .failed, "the prompt `\(bootloader.prompt)` did not come\(await lastLine())",
                    advice: "give the board's file the variable `bootloader_prompt`; if the boot went on, "
                        + "`interrupt_char` or `interrupt_ctrl_list`"), nil
            )
        }
    }

    private func lastLine() async -> String {
        await board.console.lastLines(1).last.map { ", the last line is `\(Self.excerpt($0.text))`" } ?? ""
    }

    private static func excerpt(_ text: String) -> String {
        let line = text.drop { $0.isWhitespace }.prefix { !$0.isNewline }
        return String(line.prefix(80))
    }

    // MARK: Load addresses

    private func addresses(
        _ kind: BootloaderKind, _ bootloader: BootloaderFacts, from end: ConsoleOffset
    ) async throws -> InspectionReport.Finding {
        let entries = LoadAddressCheck.entries(profile.loadAddresses)
        guard kind == .uboot, !entries.isEmpty else {
            return .init(.loadAddresses, .skipped, "the type has no load addresses for \(kind.rawValue)")
        }
        guard let (text, after) = try await output(of: "bdinfo", bootloader, from: end) else {
            return .init(.loadAddresses, .unknown, "`bdinfo` was not answered\(await lastLine())")
        }
        guard let memory = UBootMemory(bdinfo: text) else {
            return .init(.loadAddresses, .unknown, "`bdinfo` names no memory, or is not known to this boot loader")
        }
        var values: [String: UInt64] = [:]
        var from = after
        for variable in Set(entries.map(\.text).filter { $0.hasPrefix("${") }).sorted() {
            // The boot loader's own variables: it says what they are.
            guard let (text, after) = try await output(of: "echo value=\(variable)", bootloader, from: from) else {
                break
            }
            from = after
            let lines = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("value=") }
            values[variable] = lines.last.flatMap { LoadAddressCheck.number(String($0.dropFirst(6))) }
        }
        let value = { (entry: LoadAddressCheck.Entry) in values[entry.text] ?? LoadAddressCheck.number(entry.text) }
        let objections = LoadAddressCheck.objections(entries, memory: memory, value: value)
        let unknown = Set(entries.filter { value($0) == nil }.map(\.text)).sorted()
        guard objections.isEmpty else {
            return .init(
                .loadAddresses, .failed, objections.prefix(6).joined(separator: "; "),
                advice: "give the board's file addresses that lie in its memory, below U-Boot, such as "
                    + "`booti_kernel_addr`; lablctl device-type show \(profile.type) --explain load_addresses")
        }
        guard unknown.isEmpty else {
            return .init(
                .loadAddresses, .unknown, "U-Boot has no value for \(unknown.joined(separator: ", "))",
                advice: "give the board's file addresses of its own, or set them in U-Boot's environment")
        }
        return .init(.loadAddresses, .passed, "all \(entries.count) lie in the board's memory, below U-Boot")
    }

    /// What the console printed between two places, at most 64 KiB.
    private func text(from start: ConsoleOffset, to end: ConsoleOffset) async -> String {
        var bytes: [UInt8] = []
        for await chunk in await board.console.bytes(from: start) {
            bytes += chunk.bytes
            if chunk.offset.rawValue + UInt64(chunk.bytes.count) >= end.rawValue || bytes.count >= 1 << 16 { break }
        }
        return String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
    }

    /// What a command prints, up to the next prompt; nil when that does not come.
    private func output(
        of command: String, _ bootloader: BootloaderFacts, from start: ConsoleOffset
    ) async throws -> (String, ConsoleOffset)? {
        try await board.console.send(command + "\n", pacing: profile.characterDelays.boot)
        do {
            let match = try await board.console.expect(
                [ConsolePattern(#"\n(?:\#(bootloader.prompt))"#)], from: start,
                until: clock.monotonic().advanced(by: patience.answer))
            return (await text(from: start, to: match.end), match.end)
        } catch is ConsoleTimeout {
            return nil
        }
    }
}
