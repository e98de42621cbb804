import DeviceDrivers
import JobDSL
import LabModel
import Testing

@testable import LabImport

@Suite struct LavaImportTests {
    @Test func aLabOfTwentyBoardsIsTakenOver() throws {
        let importer = LavaImport(try Labs.lava(), types: Labs.types)
        try expectGolden(try importer.result(Labs.recordedAnswers()), "lava")
    }

    @Test func importingAgainGivesTheSame() throws {
        let first = LavaImport(try Labs.lava(), types: Labs.types).result(try Labs.recordedAnswers())
        let second = LavaImport(try Labs.lava(), types: Labs.types).result(try Labs.recordedAnswers())
        #expect(first == second)
    }

    @Test func withoutJinjaWhatNeedsItIsLeft() throws {
        let importer = LavaImport(try Labs.lava(), types: Labs.types)
        let result = importer.result(.unavailable("--no-jinja forbids to ask it"))
        let left = result.report.items.filter { item in
            item.findings.contains { $0.message.contains("--no-jinja forbids to ask it") }
        }
        #expect(left.count == importer.questions.count)
        #expect(importer.questions.count >= 6)
        for item in left { #expect(item.file == nil) }
        let exact = result.report.items.filter { $0.kind == .board && $0.file != nil }
        #expect(exact.count + left.count { $0.kind == .board } == (try Labs.lava().devices.count))
    }

    @Test func noneIsNoValueOfABoard() throws {
        let text = "{% extends 'panda.jinja2' %}{% set boot_character_delay = none %}{% set baud_rate = 9600 %}"
        let lab = LavaLab(devices: [SourceText(path: "p", name: "p", text: text)])
        let result = LavaImport(lab, types: Labs.types).result(.answered([:]))
        let board = try #require(result.files.first)
        #expect(board.text.hasSuffix("variables:\n  baud_rate: 9600\n"))
        #expect(
            result.report.items[0].findings.contains { $0.subject == "boot_character_delay" && $0.quality == .left })
    }

    @Test func theTypeOfTheLabMakesWhatDependsOnTheBoard() throws {
        let result = LavaImport(try Labs.lava(), types: Labs.types).result(try Labs.recordedAnswers())
        let som = try #require(result.files.first { $0.path == "device-types/lab-som.yaml" })
        #expect(som.text.contains("extra_kernel_args: \"earlycon mem={som_memory}\""))
        let board = try #require(result.files.first { $0.path == "boards/som-01.yaml" })
        #expect(board.text.contains("som_memory: \"8g\""))
    }
}

/// What imports write is held against the drivers themselves.
@Suite struct ImportedDeviceTests {
    private func check(_ result: ImportResult) throws {
        guard let file = result.files.first(where: { $0.path == "devices.yaml" }) else { return }
        let root = DataValue(try YAMLText.read(file.text))
        let devices = try #require(root["devices"]?.list)
        for device in devices {
            var options = try #require(device.map)
            let name = try #require(options.removeValue(forKey: "name")?.string)
            let driver = try #require(options.removeValue(forKey: "driver")?.string)
            let kind = try #require(DriverRegistry.kind(named: driver), "\(driver)")
            _ = try DriverOptions(options, of: kind.facts, device: name)
            for board in result.files where board.path.hasPrefix("boards/") {
                let options = DataValue(try YAMLText.read(board.text))["options"]
                let channels = [options?["power"]] + (options?["lines"]?.map?.values.map { $0 } ?? [])
                for channel in channels where channel?["device"]?.string == name {
                    let number = try #require(channel?["channel"]?.integer)
                    #expect(kind.facts.channels.contains(Int(number)), "\(board.path)")
                }
            }
        }
    }

    @Test func theDriversTakeEveryDeviceOfLAVA() throws {
        try check(LavaImport(try Labs.lava(), types: Labs.types).result(try Labs.recordedAnswers()))
    }

    @Test func theDriversTakeEveryDeviceOfOthers() throws {
        try check(LabgridImport(try Labs.source("labgrid/exporter.yaml"), type: nil, types: Labs.types).result())
        try check(LabgridImport(try Labs.source("labgrid/environment.yaml"), type: "panda", types: Labs.types).result())
        let pdus = try Labs.source("pdudaemon/pdudaemon.conf")
        try check(PDUDaemonImport(pdus, host: nil, goesThroughDaemon: false).result())
        try check(PDUDaemonImport(pdus, host: "pdu", goesThroughDaemon: true).result())
    }
}
