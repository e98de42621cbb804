import LabModel

/// Boots a board again and again, from power-on to its marker, and looks at its power each time.
struct BoardQualifying {
    let request: BoardQualification
    let board: any Board
    /// Journalled.
    let power: JournaledPower
    let clock: any LabClock

    /// As many failures in a row say enough.
    private static let patience = 3

    /// Leaves the board off.
    ///
    /// - Throws: `canceled`; what goes wrong with the board stands in the report.
    func run() async throws(Failure) -> QualificationReport {
        var report = QualificationReport(wanted: request.boots)
        for number in 1...request.boots {
            report.boots.append(try await boot(number))
            let last = report.boots.suffix(Self.patience)
            if last.count == Self.patience, last.allSatisfy({ $0.failure != nil }) { break }
        }
        return report
    }

    private func boot(_ number: Int) async throws(Failure) -> QualifiedBoot {
        var boot = QualifiedBoot(number: number)
        do throws(Failure) {
            // One that is on already would not be seen to start.
            if await power.observed() == .on { try await power.set(.off) }
            let start = await board.console.end()
            try await power.set(.on)
            boot.on = await verdict(.on)
            let began = clock.monotonic()
            try await marker(from: start)
            boot.bootTime = clock.monotonic().duration(since: began)
        } catch {
            if error.type == .canceled { throw await switchedOff(error) }
            boot.failure = error.message
        }
        do throws(Failure) {
            try await power.set(.off)
        } catch {
            if error.type == .canceled { throw error }
            boot.failure = boot.failure ?? error.message
        }
        boot.off = await verdict(.off)
        return boot
    }

    private func marker(from start: ConsoleOffset) async throws(Failure) {
        do {
            _ = try await board.console.expect(
                [ConsolePattern(request.marker)], from: start, until: clock.monotonic().advanced(by: request.within))
        } catch let failure as Failure {
            throw failure
        } catch is ConsoleTimeout {
            let seconds = Int(request.within.inSeconds.rounded())
            let line = await board.console.lastLines(1).last.map { ", last `\($0.text.prefix(80))`" } ?? ""
            throw Failure(.infrastructure, "the marker did not come within \(seconds) s\(line)")
        } catch {
            throw Failure(.canceled, "canceled while the board booted")
        }
    }

    private func verdict(_ target: PowerTarget) async -> PowerVerdict {
        if let report = await power.report() { return report.verified }
        return PowerVerdict(await power.observed())
    }

    /// Whoever cancels leaves no board powered.
    private func switchedOff(_ failure: Failure) async -> Failure {
        _ = try? await power.set(.off)
        return failure
    }
}
