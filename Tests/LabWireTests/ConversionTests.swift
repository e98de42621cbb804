import Foundation
import LabModel
import LabWire
import Testing

@Suite struct ConversionTests {
    private let time = WallTime(nanoseconds: 1_787_220_000_123_456_000)

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func jobIsWrittenWithLAVAsNamesAndWithoutEmptyKeys() throws {
        let record = JobRecord(
            id: JobID(rawValue: 4), name: "n", submitter: "ada", deviceType: DeviceTypeName(rawValue: "qemu"),
            requestedBoard: nil, priority: 50, tags: ["usb"], state: .finished, health: .incomplete,
            board: BoardName(rawValue: "q1"), submitted: time, started: time, ended: time, attempt: 2,
            failure: Failure(.lavaTimeout, "too slow", at: "boot"), queueTimeout: .seconds(5))
        let info = JobInfo(record)
        let at = time.iso8601
        #expect(
            try json(info) == """
                {"attempt":2,"board":"q1","deviceType":"qemu","ended":"\(at)","failure":{"message":"too slow",\
                "place":"boot","type":"LAVATimeout"},"health":"Incomplete","id":4,"name":"n","priority":50,\
                "started":"\(at)","state":"Finished","submitted":"\(at)","submitter":"ada","tags":["usb"]}
                """)
        #expect(info.isFinished)
        #expect(try JSONDecoder().decode(JobInfo.self, from: Data(try json(info).utf8)) == info)
    }

    @Test func durationsAreSeconds() throws {
        let record = PowerCutRecord(
            name: "cut", outcome: .brick, brickKind: .bootloaderPrompt, isAllowed: false, isAlive: false, boots: 3,
            commandLatency: .microseconds(1500), silenceLatency: .milliseconds(20))
        let info = PowerCutInfo(record)
        #expect(info.commandLatency == 0.0015 && info.silenceLatency == 0.02 && info.recoveryTime == nil)
        #expect(info.outcome == "brick" && info.brickKind == "bootloader-prompt")
        #expect(try JSONDecoder().decode(PowerCutInfo.self, from: Data(try json(info).utf8)) == info)
    }

    @Test func resultsAreCountedByKind() {
        let results = [TestResult.pass, .pass, .fail, .skip, .unknown].map {
            ResultRecord(suite: "s", name: "n", result: $0, logged: time)
        }
        #expect(ResultCounts(results) == ResultCounts(pass: 2, fail: 1, skip: 1, unknown: 1))
    }

    @Test func aJobsOwnStepsAreCountedApart() throws {
        let results = [
            ("lava", TestResult.pass), ("lava", .fail), ("lava", .pass), ("0_x", .pass), ("power-cut", .fail),
        ]
        let counts = ResultCounts(
            results.map { ResultRecord(suite: $0.0, name: "n", result: $0.1, logged: time) })
        #expect(counts == ResultCounts(pass: 1, fail: 1, steps: StepCounts(pass: 2, fail: 1)))
        #expect(
            try json(counts) == #"{"fail":1,"pass":1,"skip":0,"steps":{"fail":1,"pass":2},"unknown":0}"#)
        #expect(try JSONDecoder().decode(ResultCounts.self, from: Data(try json(counts).utf8)) == counts)
    }

    @Test func explanationReadsAMissingValueAsNull() throws {
        let explanation = Explanation(key: "k", value: .null, layers: [])
        #expect(try json(explanation) == #"{"key":"k","layers":[],"value":null}"#)
        let read = try JSONDecoder().decode(Explanation.self, from: Data(#"{"key":"k","layers":[]}"#.utf8))
        #expect(read == explanation)
    }

    @Test func logEntryHasLAVAsKeys() throws {
        let entry = LogEntry(at: time, level: .target, message: "hi", namespace: nil)
        #expect(try json(LogLine(entry)) == #"{"dt":"\#(time.iso8601)","lvl":"target","msg":"hi"}"#)
    }

    @Test func profileCarriesEveryFieldInCamelCase() throws {
        var profile = DeviceProfile(type: DeviceTypeName(rawValue: "t"), timeouts: ["boot": .milliseconds(1500)])
        profile.bootloaders[.uboot] = BootloaderFacts()
        profile.network = NetworkFacts(httpAddress: "a", tftpAddress: "b")
        profile.loadAddresses = ["booti": LoadAddresses(kernel: "1", ramdisk: "2", deviceTree: "3")]
        profile.userCommands = ["x": UserCommand(perform: ["true"])]
        let value = DeviceTypeInfo(profile).profile
        #expect(value["timeouts"]?["boot"] == 1.5)
        // The model's own fields, by reflection: a field added there must come here too.
        expectKeys(of: profile, in: value)
        expectKeys(of: profile.constants, in: value["constants"])
        expectKeys(of: profile.images, in: value["images"])
        expectKeys(of: try #require(profile.bootloaders[.uboot]), in: value["bootloaders"]?["u-boot"])
        expectKeys(of: try #require(profile.network), in: value["network"])
        expectKeys(of: profile.characterDelays, in: value["characterDelays"])
        expectKeys(of: profile.power, in: value["power"])
        expectKeys(of: try #require(profile.loadAddresses["booti"]), in: value["loadAddresses"]?["booti"])
        expectKeys(of: try #require(profile.userCommands["x"]), in: value["userCommands"]?["x"])
    }

    private func expectKeys(of model: Any, in value: DataValue?) {
        let fields = Set(Mirror(reflecting: model).children.compactMap(\.label))
        #expect(Set((value?.map ?? [:]).keys) == fields)
    }
}
