import LabModel
import PowerCut
import Testing

/// An update that starts the new version on trial and confirms it later.
@Suite struct TrialOfTheNewVersionTests {
    /// Sector 0: the new version is tried; 1: it was started once; 2: it is confirmed.
    private func space() throws -> CrashSpace {
        var recording = BootRecording()
        var time = 0
        func now() -> MonotonicTime {
            time += 1
            return MonotonicTime(nanoseconds: Int64(time) * 1_000_000)
        }
        func write(_ sector: Int) {
            recording.write(offset: sector * 512, [UInt8](repeating: 1, count: 512), isFUA: true, at: now())
        }
        recording.mark(RecordingMarks.start, at: now())
        recording.mark(RecordingMarks.runs("v1"), at: now())
        recording.mark("LABD-PHASE flip", phase: "flip", at: now())
        write(0)
        recording.mark(RecordingMarks.start, at: now())
        recording.mark("LABD-PHASE trial", phase: "trial", at: now())
        write(1)
        recording.mark(RecordingMarks.runs("v2"), at: now())
        recording.mark("LABD-PHASE commit", phase: "commit", at: now())
        write(2)
        let image = try BaseImage(contents: [UInt8](repeating: 0, count: 3 * 512))
        let header = TraceHeader(
            baseDigest: image.digest(), baseSize: image.size, recordedAt: WallTime(nanoseconds: 0))
        return try CrashSpace(base: image, trace: Trace(header: header, recording: recording))
    }

    private func explore(_ plan: CampaignPlan) throws -> CampaignReport {
        var campaign = ToyCampaign(plan, try space())
        var chance = Chance(1)
        campaign.run(&chance) { state in
            var disk = ViewDisk(state)
            var version = "v1"
            if disk.read(2) == 1 {
                version = "v2"
            } else if disk.read(0) == 1 {
                if disk.read(1) == 0 { version = "v2" }
                disk.write(1, 1)
            }
            return BootOutcome(
                facts: TrialFacts(end: .alive, version: version), log: disk.view.readLog,
                recording: disk.view.recording)
        }
        return campaign.machine.report
    }

    /// The boot that the trial's cut leaves shows the old version alone; that the new one ran before, the recording knows.
    @Test func aCutOfItFallsBack() throws {
        let report = try explore(ToyCampaign.plan([.prefix]))
        let verdicts = Dictionary(uniqueKeysWithValues: report.results.map { ($0.id.description, $0.verdict) })
        #expect(verdicts == ["w0": .old, "w1": .new, "w2": .fellBack, "w3": .new])
    }

    @Test func repeatedCutsBeginInThePhasesThatAreAskedFor() throws {
        var plan = ToyCampaign.plan([.adversary])
        plan.startPhases = ["trial"]
        let report = try explore(plan)
        #expect(report.results.map(\.id.description).first == "w2")
        #expect(report.results.allSatisfy { $0.id.description.hasPrefix("w2") })
    }
}
