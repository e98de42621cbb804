public import LabModel

/// What every power switch must do, model or real. The switch is free to be slow, and to know nothing.
public enum PowerControlConformance {
    /// Switches `power` off, on and off again, cuts it twice, and leaves it off.
    ///
    /// - Returns: one sentence for each promise that was not kept; empty for a good switch.
    public static func violations(of power: any PowerControl, clock: any LabClock) async -> [String] {
        var found: [String] = []
        for target in [PowerTarget.off, .off, .on, .on, .off] {
            await check("set(\(target))", expecting: target.state, power, &found) { () async throws(Failure) in
                try await power.set(target)
            }
        }
        await check("set(on) before a cut", expecting: .on, power, &found) { () async throws(Failure) in
            try await power.set(.on)
        }
        found += await cutViolations(of: power, clock: clock)
        await check("set(on) after a cut", expecting: .on, power, &found) { () async throws(Failure) in
            try await power.set(.on)
        }
        await check("set(off) at the end", expecting: .off, power, &found) { () async throws(Failure) in
            try await power.set(.off)
        }
        return found
    }

    private static func cutViolations(of power: any PowerControl, clock: any LabClock) async -> [String] {
        var found: [String] = []
        do {
            let cut = try await power.prepareCut()
            let armed = await power.observed()
            if armed == .off { found.append("preparing a cut already took the power away") }
            let before = clock.monotonic()
            let first = cut.fire()
            let after = clock.monotonic()
            if first < before || first > after { found.append("fire() told a time at which it was not called") }
            if cut.fire() != first { found.append("a second fire() acted, or told another time") }
            try await cut.confirm()
            let seen = await power.observed()
            if seen == .on { found.append("after a confirmed cut the switch reads on") }
        } catch {
            found.append("the cut failed: \(error)")
        }
        return found
    }

    private static func check(
        _ what: String, expecting state: PowerState, _ power: any PowerControl, _ found: inout [String],
        action: () async throws(Failure) -> Void
    ) async {
        do {
            try await action()
            let seen = await power.observed()
            if seen != state && seen != .unknown { found.append("\(what) left the switch reading \(seen)") }
        } catch {
            found.append("\(what) failed: \(error)")
        }
    }
}
