import LabModel

extension FindingsLog {
    /// Watches `console` for every known finding until the token is disarmed.
    func watch(_ console: any Console) async throws -> any ConsoleArmament {
        let table = KernelFindings.all
        // The rest of the line says why; a pattern with a capture waits for its line's end.
        let patterns = table.map { ConsolePattern("(?:\($0.expression))([^\r\n]*)") }
        return try await console.watch(patterns, onFailure: { self.addStrain($0.message) }) { match in
            let pattern = table[match.pattern]
            self.add(
                Finding(
                    kind: pattern.kind, line: match.line, isFatal: pattern.isFatal, at: match.at, offset: match.end))
        }
    }
}

extension RunContext {
    /// Ends the block when the kernel said something that the job takes as fatal.
    func checkFatalFindings() throws(Failure) {
        guard let finding = findings.first(of: fatalFindings) else { return }
        throw Failure(.job, "the kernel said '\(finding.line)' (\(finding.kind)), which this job takes as fatal")
    }

    /// Records what the watch found since the last call, as LAVA's `kernel-messages` case of the suite `lava`.
    ///
    /// - Parameters:
    ///   - always: records a passing case when nothing was found, as after a boot.
    ///   - expectedReset: the board was restarted on purpose, so banners are no news.
    func recordFindings(always: Bool, expectedReset: Bool) async throws(Failure) {
        let (all, dropped, strains) = findings.take()
        let found = all.filter { !(expectedReset && $0.kind == KernelFindings.resetKind) }
        guard always || !found.isEmpty || !strains.isEmpty else { return }
        let isFatal = found.contains { $0.isFatal }
        var metadata: [String: DataValue] = [
            "level": .string(level),
            "extra": .list(found.map { ["kind": .string($0.kind), "message": .string($0.line)] }),
        ]
        if dropped > 0 { metadata["dropped"] = .integer(Int64(dropped)) }
        // Output too costly to search was passed over for a while: the list may not be complete, and says so.
        if !strains.isEmpty { metadata["not_watched"] = .list(strains.map { .string($0) }) }
        for finding in found {
            log.warning("console: \(finding.kind): \(finding.line)")
            try await publish(
                .consoleFinding,
                ["kind": .string(finding.kind), "line": .string(finding.line), "fatal": .bool(finding.isFatal)])
        }
        try await record(
            ResultRecord(
                suite: "lava", name: "kernel-messages", result: isFatal ? .fail : .pass, metadata: metadata,
                logged: clock.wall()))
    }
}
