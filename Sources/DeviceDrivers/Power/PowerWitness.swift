import LabModel

/// Looks at a board from its own side of the contacts, after its power was switched.
struct PowerWitness: Sendable {
    let plan: PowerEvidencePlan
    let rails: [PowerRail]
    let console: (any Console)?
    let tree: SysfsUSB
    let clock: any LabClock

    /// How often devices are looked for while they come or go.
    private static let step = Duration.milliseconds(50)

    /// Everything that can be seen now. Waits for silence, and for USB devices to come or go.
    ///
    /// - Parameters:
    ///   - switched: when the switch had taken its command.
    ///   - spoke: when the console had last spoken before that; nil when it never did.
    func look(
        after target: PowerTarget, switched: MonotonicTime, spoke: MonotonicTime?
    ) async throws(Failure) -> [PowerEvidence] {
        var evidence: [PowerEvidence] = []
        if let word = await readBack() { evidence.append(word) }
        if plan.discharge > .zero, target == .off { try await sleep(until: switched.advanced(by: plan.discharge)) }
        if let seen = try await consoleEvidence(target, switched: switched, spoke: spoke) { evidence.append(seen) }
        if let seen = try await usbEvidence(target, switched: switched) { evidence.append(seen) }
        if let seen = await meterEvidence() { evidence.append(seen) }
        return evidence
    }

    /// The switch's own word on all rails together: on while every rail is, off while the first one is off.
    func readBack() async -> PowerEvidence? {
        var states: [PowerState] = []
        for rail in rails where rail.device.facts.readBack != .none {
            states.append(await rail.device.read(rail.channel).map(rail.state) ?? .unknown)
        }
        guard !states.isEmpty else { return nil }
        if states.contains(.unknown) { return PowerEvidence(.readBack, .unknown, "the switch does not tell") }
        if states.count == rails.count, states.allSatisfy({ $0 == .on }) {
            return PowerEvidence(.readBack, .on, "the switch reads on")
        }
        if states.allSatisfy({ $0 == .off }) { return PowerEvidence(.readBack, .off, "the switch reads off") }
        return PowerEvidence(.readBack, .unknown, "some rails read on and some off")
    }

    private func consoleEvidence(
        _ target: PowerTarget, switched: MonotonicTime, spoke: MonotonicTime?
    ) async throws(Failure) -> PowerEvidence? {
        guard plan.watchesConsole, let console else { return nil }
        if target == .on {
            guard let last = await console.lastActivity(), last > switched else { return nil }
            return PowerEvidence(.console, .on, "the board speaks")
        }
        let start = await console.end()
        try await sleep(until: max(clock.monotonic(), switched).advanced(by: plan.silence))
        let bytes = await console.end().rawValue - start.rawValue
        guard bytes == 0 else {
            return PowerEvidence(.console, .on, "the board still spoke: \(bytes) bytes after it was switched off")
        }
        // A board that was silent anyway proves nothing by its silence.
        guard let spoke, switched.duration(since: spoke) <= plan.consoleMemory else { return nil }
        return PowerEvidence(.console, .off, "the board fell silent")
    }

    private func usbEvidence(_ target: PowerTarget, switched: MonotonicTime) async throws(Failure) -> PowerEvidence? {
        guard !plan.usb.isEmpty else { return nil }
        let limit = switched.advanced(by: plan.usbWithin)
        while true {
            let present = plan.usb.filter { tree.identity(at: $0) != nil }
            let isAsWanted = target == .on ? present.count == plan.usb.count : present.isEmpty
            if isAsWanted {
                let paths = plan.usb.joined(separator: ", ")
                return PowerEvidence(.usb, target.state, target == .on ? "\(paths) appeared" : "\(paths) vanished")
            }
            guard clock.monotonic() < limit else {
                if target == .off {
                    return PowerEvidence(.usb, .on, "\(present.joined(separator: ", ")) is still there")
                }
                // A board may need longer, or not bring its USB up at all.
                return PowerEvidence(.usb, .unknown, "not all of its USB devices came")
            }
            try await sleep(until: clock.monotonic().advanced(by: Self.step))
        }
    }

    private func meterEvidence() async -> PowerEvidence? {
        var watts: Double?
        for rail in rails {
            guard let reading = await rail.device.measure(rail.channel) else { continue }
            if reading.hasMains == false {
                return PowerEvidence(.meter, .off, "there is no mains voltage before the switch")
            }
            if let power = reading.power { watts = (watts ?? 0) + power }
        }
        guard let limit = plan.watts, let watts else { return nil }
        let shown = (watts * 100).rounded() / 100
        return PowerEvidence(.meter, watts > limit ? .on : .off, "\(shown) W")
    }

    private func sleep(until time: MonotonicTime) async throws(Failure) {
        do {
            try await clock.sleep(until: time)
        } catch {
            throw Failure(.canceled, "canceled while the board's power was verified")
        }
    }
}
