import DeviceDrivers
import DeviceModels
import LabModel
import Testing

/// What every driver must do, whatever device it is for.
@Suite struct SwitchDriverConformanceTests {
    /// More than any call may take with a device that does not answer.
    private let patience = Duration.seconds(6)

    @Test(arguments: DriverBench.all) func switchesOneChannelAndNoOther(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        var expected = Dictionary(uniqueKeysWithValues: bench.channels.map { ($0, false) })
        let upwards = Array(bench.channels)
        let orders = [upwards, upwards.reversed(), upwards.filter { $0 % 2 == 0 } + upwards.filter { $0 % 2 == 1 }]
        for order in orders {
            for isOn in [true, true, false] {
                for channel in order {
                    try driver.set(channel, isOn)
                    expected[channel] = isOn
                    #expect(device.truth == expected, "after setting \(channel) to \(isOn)")
                    #expect(try driver.read(channel) == (bench.tells ? isOn : nil))
                }
            }
        }
        for channel in bench.channels { #expect(try driver.read(channel) == (bench.tells ? false : nil)) }
    }

    @Test(arguments: DriverBench.all) func switchesOneAfterTheOther(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        for channel in bench.channels {
            for isOn in [true, false] {
                try driver.set(channel, isOn)
                #expect(device.truth.filter(\.value).keys.sorted() == (isOn ? [channel] : []))
            }
        }
    }

    @Test(arguments: DriverBench.all) func survivesClosing(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        var expected = Dictionary(uniqueKeysWithValues: bench.channels.map { ($0, false) })
        for channel in bench.channels {
            try driver.set(channel, true)
            expected[channel] = true
            driver.close()
            driver.close()
            #expect(try driver.read(channel) == (bench.tells ? true : nil))
            if bench.tells { #expect(device.truth == expected) }
        }
        #expect(device.truth == expected)
    }

    @Test(arguments: DriverBench.all) func keepsTheChannelsForTheNextOwner(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        guard device.kind.facts.ownerDeath == .keeps, bench.channels.count > 1 else { return }
        var first = try device.driver()
        try first.set(bench.channels.lowerBound, true)
        first.close()
        var second = try device.driver()
        #expect(try second.read(bench.channels.lowerBound) == (bench.tells ? true : nil))
        try second.set(bench.channels.upperBound, true)
        #expect(device.truth.filter(\.value).keys.sorted() == [bench.channels.lowerBound, bench.channels.upperBound])
    }

    @Test(arguments: DriverBench.all) func isBackWithItsDevice(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        let channel = bench.channels.upperBound
        try driver.set(channel, true)
        device.unplug()
        for _ in 0..<2 {
            let failure = #expect(throws: Failure.self) { try driver.set(channel, false) }
            #expect(failure?.type == .infrastructure)
            #expect(failure?.place == "relays")
            driver.close()
        }
        device.plug()
        try driver.set(channel, false)
        #expect(device.truth[channel] == false)
        try driver.set(channel, true)
        #expect(device.truth[channel] == true)
        #expect(try driver.read(channel) == (bench.tells ? true : nil))
    }

    /// What a cut does beforehand: the device is reached, also one that cannot tell its state.
    @Test(arguments: DriverBench.all) func isOpenedWithoutBeingSwitched(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        device.unplug()
        var driver = try device.driver()
        let failure = #expect(throws: Failure.self) {
            try driver.open()
            _ = try driver.read(bench.channels.lowerBound)
        }
        #expect(failure?.type == .infrastructure)
        driver.close()
        device.plug()
        try driver.open()
        #expect(try driver.read(bench.channels.lowerBound) != true)
        let frames = device.links.traffic.frames.count
        try driver.open()
        #expect(device.links.traffic.frames.count == frames)
        #expect(device.truth.values.allSatisfy { !$0 })
    }

    @Test(arguments: DriverBench.all) func aDeviceThatIsNotThereIsNamed(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        device.unplug()
        var driver = try device.driver()
        let failure = #expect(throws: Failure.self) { try driver.set(bench.channels.lowerBound, true) }
        #expect(failure?.type == .infrastructure)
        #expect(failure?.place == "relays")
        device.plug()
        driver.close()
        try driver.set(bench.channels.lowerBound, true)
        #expect(device.truth[bench.channels.lowerBound] == true)
    }

    @Test(arguments: DriverBench.all, 0..<4) func noticesAPulledPlugAtAnyCommand(
        _ bench: DriverBench, commands: Int
    ) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        let channel = bench.channels.lowerBound
        device.model.faults = [.vanishes(afterCommands: commands)]
        var failure: Failure?
        for turn in 0..<12 where failure == nil {
            do throws(Failure) {
                try driver.set(channel, turn % 2 == 0)
                let seen = try driver.read(channel)
                if let seen { #expect(seen == device.truth[channel]) }
            } catch {
                failure = error
            }
        }
        #expect(failure?.type == .infrastructure)
        #expect(failure?.place == "relays")
        driver.close()
        device.plug()
        try driver.set(channel, true)
        #expect(device.truth[channel] == true)
    }

    @Test(arguments: DriverBench.all) func givesUpOnASilentDevice(_ bench: DriverBench) throws {
        // Control lines are the host's own and cannot be silent.
        if bench.name == "serial-lines" { return }
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        let channel = bench.channels.lowerBound
        try driver.set(channel, true)
        _ = try driver.read(channel)
        device.model.faults = [.silent]
        device.links.traffic.clear()
        let reading = answer { () throws(Failure) in try driver.read(channel) }
        #expect(bench.tells ? reading.failure?.type == .infrastructure : reading.value == .some(nil))
        driver.close()
        let setting = answer { () throws(Failure) in try driver.set(channel, false) }
        #expect((setting.failure?.type == .infrastructure) == bench.acknowledges)
        #expect(device.links.traffic.waited <= patience)
        #expect(device.truth[channel] == true)
        driver.close()
        device.model.faults = []
        try driver.set(channel, false)
        #expect(device.truth[channel] == false)
        #expect(try driver.read(channel) == (bench.tells ? false : nil))
    }

    @Test(arguments: DriverBench.all) func waitsForASlowDeviceButNotForEver(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        let channel = bench.channels.upperBound
        device.model.faults = [.slow(.milliseconds(20))]
        try driver.set(channel, true)
        let slow = try driver.read(channel)
        #expect(slow == (bench.tells ? true : nil))
        device.links.traffic.clear()
        device.model.faults = [.slow(.seconds(30))]
        let late = answer { () throws(Failure) in try driver.read(channel) }
        if let value = late.value, let value { #expect(value == device.truth[channel]) }
        driver.close()
        #expect(device.links.traffic.waited <= patience)
        device.model.faults = []
        // What comes too late must not be taken for an answer to something else.
        try driver.set(channel, false)
        #expect(device.truth[channel] == false)
        #expect(try driver.read(channel) == (bench.tells ? false : nil))
    }

    @Test(arguments: DriverBench.all) func aDamagedAnswerIsAFailureAndNeverAValue(_ bench: DriverBench) throws {
        // Control lines are no answer of a device.
        if bench.name == "serial-lines" { return }
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        device.model.faults = [.corrupt]
        for isOn in [true, false, true] {
            for channel in bench.channels {
                _ = answer { () throws(Failure) in try driver.set(channel, isOn) }
                let reading = answer { () throws(Failure) in try driver.read(channel) }
                if bench.tells {
                    #expect(reading.failure?.type == .infrastructure, "read \(String(describing: reading.value))")
                    #expect(reading.failure?.place == "relays")
                } else {
                    #expect(reading.value == .some(nil))
                }
                driver.close()
            }
        }
        device.model.faults = []
        let channel = bench.channels.lowerBound
        try driver.set(channel, false)
        #expect(device.truth[channel] == false)
        #expect(try driver.read(channel) == (bench.tells ? false : nil))
    }

    @Test(arguments: DriverBench.all) func noticesDamageWhileItIsOpen(_ bench: DriverBench) throws {
        if bench.name == "serial-lines" || !bench.tells { return }
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        let channel = bench.channels.upperBound
        for isOn in [true, false, true] {
            try driver.set(channel, isOn)
            #expect(try driver.read(channel) == isOn)
            device.model.faults = [.corrupt]
            let reading = answer { () throws(Failure) in try driver.read(channel) }
            #expect(reading.failure?.type == .infrastructure, "read \(String(describing: reading.value))")
            device.model.faults = []
            driver.close()
        }
    }

    @Test(arguments: DriverBench.all) func tellsWhatTheDeviceSaysAndNotWhatItWasTold(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        let channel = bench.channels.lowerBound
        try driver.set(channel, false)
        device.model.faults = [.stuck]
        try driver.set(channel, true)
        #expect(device.truth[channel] == false)
        #expect(try driver.read(channel) == (bench.tells ? false : nil))
    }

    @Test(arguments: DriverBench.all) func refusesChannelsItDoesNotHaveWithoutAWord(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        let facts = device.kind.facts
        for channel in [facts.channels.lowerBound - 1, facts.channels.upperBound + 1, -1, 1000] {
            var driver = try device.driver()
            for call in 0..<3 {
                let failure = #expect(throws: Failure.self) {
                    switch call {
                    case 0: try driver.set(channel, true)
                    case 1: _ = try driver.read(channel)
                    default: if try !driver.set([channel: true]) { try driver.set(channel, true) }
                    }
                }
                #expect(failure?.type == .configuration)
                #expect(failure?.place == "relays")
            }
        }
        #expect(device.links.traffic.frames.isEmpty)
    }

    @Test(arguments: DriverBench.all) func switchesSeveralAtOnceOrNone(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        for channel in bench.channels { try driver.set(channel, false) }
        for isOn in [true, false] {
            let before = device.truth
            let several = Dictionary(uniqueKeysWithValues: bench.channels.prefix(3).map { ($0, isOn) })
            let did = try driver.set(several)
            #expect(device.truth == (did ? before.merging(several) { $1 } : before))
        }
    }

    @Test(arguments: DriverBench.all) func keepsThePromiseAboutPulses(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        let channel = bench.channels.lowerBound
        try driver.set(channel, false)
        let moves = device.model.events.count
        let did = try driver.pulse(channel, true, for: .milliseconds(100))
        #expect(did == device.kind.facts.timesPulses)
        if !did { #expect(device.model.events.count == moves) }
    }

    @Test(arguments: DriverBench.all) func saysOneLineOfItselfAtMost(_ bench: DriverBench) throws {
        let device = try BenchDevice(bench)
        var driver = try device.driver()
        let line = try driver.describe()
        if let line { #expect(!line.isEmpty && !line.contains("\n")) }
        #expect(device.model.contacts.allSatisfy { !$0 })
    }

    /// A call's value or failure.
    private func answer<Value>(
        _ call: () throws(Failure) -> Value
    ) -> (value: Value?, failure: Failure?) {
        do throws(Failure) {
            return (try call(), nil)
        } catch {
            return (nil, error)
        }
    }
}
