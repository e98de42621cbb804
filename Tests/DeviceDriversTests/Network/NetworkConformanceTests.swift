import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// What every driver of a device on a network must do, against a model of its device.
@Suite(.timeLimit(.minutes(10))) struct NetworkConformanceTests {
    private static let benches = NetworkBench.all
    /// How long answers are waited for that do not come,
    private static let impatient: [String: DataValue] = ["timeout": "300ms"]
    /// and how long those that do, however busy the machine is.
    private static let patient: [String: DataValue] = ["timeout": "60s"]

    @Test(arguments: benches) func switchesEveryChannelAndNoOther(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            var driver = try device.driver(bench, Self.patient)
            var expected = device.contacts.truth
            let channels = Array(device.contacts.channels)
            for order in [channels, channels.reversed(), Array(channels.dropFirst() + channels.prefix(1))] {
                for (isOn, channel) in order.flatMap({ [(true, $0), (true, $0)] }) + order.map({ (false, $0) }) {
                    try driver.set(channel, isOn)
                    expected[channel] = isOn
                    #expect(device.contacts.truth == expected)
                    #expect(try driver.read(channel) == (bench.tells ? isOn : nil))
                }
            }
            // A mixed pattern, so that a wrong place in an answer shows.
            for channel in channels { try driver.set(channel, channel % 3 == 1) }
            for channel in channels { #expect(try driver.read(channel) == (bench.tells ? channel % 3 == 1 : nil)) }
        }
    }

    @Test(arguments: benches) func survivesBeingClosed(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            let channel = device.contacts.channels.lowerBound
            var driver = try device.driver(bench, Self.patient)
            driver.close()
            for isOn in [true, false, true] {
                try driver.set(channel, isOn)
                driver.close()
                driver.close()
                #expect(device.contacts.truth[channel] == isOn)
                #expect(try driver.read(channel) == (bench.tells ? isOn : nil))
            }
        }
    }

    @Test(arguments: benches) func failsWhileTheDeviceIsGoneAndRecovers(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            let channel = device.contacts.channels.upperBound
            var driver = try device.driver(bench, Self.impatient)
            device.stop()
            check(try failure { try driver.set(channel, true) }, bench, device)
            driver.close()
            if bench.tells { check(try failure { _ = try driver.read(channel) }, bench, device) }
            driver.close()
            try device.start()
            #expect(device.contacts.truth[channel] == false)
            try recover(&driver, device)
        }
    }

    @Test(arguments: benches) func failsInTimeWhenNothingIsSaid(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            let channel = device.contacts.channels.lowerBound
            var driver = try device.driver(bench, Self.impatient)
            device.contacts.fault = .silent
            let clock = SystemLabClock()
            let start = clock.monotonic()
            check(try failure { try driver.set(channel, true) }, bench, device)
            driver.close()
            if bench.tells { check(try failure { _ = try driver.read(channel) }, bench, device) }
            driver.close()
            // Two calls of at most two tries each; the rest is for a busy machine.
            #expect(clock.monotonic().duration(since: start) < .seconds(10))
            device.contacts.fault = nil
            try recover(&driver, device)
        }
    }

    @Test(arguments: benches) func waitsForASlowDevice(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            let channel = device.contacts.channels.lowerBound
            var driver = try device.driver(bench, Self.patient)
            device.contacts.fault = .slow(.milliseconds(120))
            try driver.set(channel, true)
            #expect(device.contacts.truth[channel] == true)
            #expect(try driver.read(channel) == (bench.tells ? true : nil))
        }
    }

    @Test(arguments: benches) func neverBelievesHalfOrGarbledAnswers(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            let channel = device.contacts.channels.lowerBound
            var driver = try device.driver(bench, Self.impatient)
            var patient = try device.driver(bench, Self.patient)
            try patient.set(channel, true)
            for fault in [NetworkFault.vanishes, .corrupt] {
                device.contacts.fault = fault
                // Each answer is garbled in another way.
                for _ in 0..<4 {
                    if bench.tells { check(try failure { _ = try driver.read(channel) }, bench, device) }
                    driver.close()
                }
                // What was done need not be believed; what is said to be done must be.
                for isOn in [false, true] {
                    if (try? driver.set(channel, isOn)) != nil { #expect(device.contacts.truth[channel] == isOn) }
                    driver.close()
                }
            }
            device.contacts.fault = nil
            try recover(&driver, device)
            #expect(try patient.read(channel) == (bench.tells ? true : nil))
        }
    }

    @Test(arguments: benches) func asksForNoChannelThatIsNotThere(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            let facts = try #require(DriverRegistry.kind(named: bench.name)).facts
            var driver = try device.driver(bench, Self.patient)
            for channel in [facts.channels.lowerBound - 1, facts.channels.upperBound + 1, Int.min, Int.max] {
                let calls: [(inout any SwitchDriver) throws -> Void] = [
                    { try $0.set(channel, true) }, { _ = try $0.read(channel) },
                ]
                for call in calls {
                    let failure = try failure { try call(&driver) }
                    #expect(failure.type == .configuration)
                    #expect("\(failure)".contains("the-device"))
                }
            }
            #expect(device.contacts.requests == 0)
        }
    }

    @Test(arguments: benches) func pulsesAreTheDevicesOwn(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            let channel = device.contacts.channels.upperBound
            var driver = try device.driver(bench, Self.patient)
            try driver.set(channel, true)
            let isPulsed = try driver.pulse(channel, false, for: .seconds(2))
            #expect(isPulsed == bench.pulses)
            guard bench.pulses else { return #expect(device.contacts.truth[channel] == true) }
            #expect(device.contacts.truth[channel] == false)
            #expect(
                device.contacts.pulses == [Contacts.Pulse(channel: channel, isOn: false, duration: .seconds(2))])
            device.contacts.elapse()
            #expect(device.contacts.truth[channel] == true)
            #expect(try driver.read(channel) == (bench.tells ? true : nil))
            // No device counts so far, and nothing happens then.
            #expect(try driver.pulse(channel, false, for: .seconds(900_000)) == false)
            #expect(try driver.pulse(channel, false, for: .zero) == false)
            #expect(device.contacts.truth[channel] == true)
        }
    }

    @Test(arguments: benches) func aStuckDeviceIsNotBelievedToHaveSwitched(_ bench: NetworkBench) async throws {
        try await blocking {
            let device = try bench.make()
            let channel = device.contacts.channels.lowerBound
            var driver = try device.driver(bench, Self.patient)
            device.contacts.fault = .stuck
            if bench.acknowledges && bench.name != "snmp" {
                check(try failure { try driver.set(channel, true) }, bench, device)
            } else {
                try driver.set(channel, true)
            }
            #expect(try driver.read(channel) == (bench.tells ? false : nil))
            #expect(device.contacts.truth[channel] == false)
        }
    }

    /// A driver that met a failure works again once its device does. It has little time, and a busy machine may take
    /// more than that now and then.
    private func recover(_ driver: inout any SwitchDriver, _ device: NetworkBench.Device) throws {
        let channel = device.contacts.channels.lowerBound
        for isOn in [false, true] {
            var left = 30
            while left > 0, !switches(&driver, channel, isOn) {
                left -= 1
                driver.close()
            }
            #expect(device.contacts.truth[channel] == isOn)
        }
    }

    private func switches(_ driver: inout any SwitchDriver, _ channel: Int, _ isOn: Bool) -> Bool {
        do {
            try driver.set(channel, isOn)
            return true
        } catch {
            return false
        }
    }

    private func check(_ failure: Failure, _ bench: NetworkBench, _ device: NetworkBench.Device) {
        #expect(failure.type == .infrastructure)
        #expect("\(failure)".contains("the-device"))
        #expect(failure.message.count < 400)
        for secret in ["s3cret", "apple", "netio:"] { #expect(!"\(failure)".contains(secret)) }
    }
}
