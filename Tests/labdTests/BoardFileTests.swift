import DeviceDrivers
import Foundation
import JobDSL
import LabModel
import Testing

@testable import labd

/// Board files as people get them wrong. The whole text of each complaint is kept here: file, line, column, what is
/// wrong, and what to do.
@Suite struct BoardFileTests {
    private static var checkout: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    /// What labd says of the folder's files, with the folder's own path left out.
    private static func scan(_ folder: TemporaryFolder, _ edit: (inout LabdConfiguration) -> Void = { _ in })
        -> BoardScan
    {
        var configuration = LabdConfiguration.standard(
            folders: DefaultFolders(environment: [:]), shared: SharedFiles(root: checkout))
        configuration.boardsFolder = BoardFolder(path: folder.path, isOptional: false)
        configuration.devices = [
            DeviceDefinition(name: "relays", driver: "dcttech", options: ["serial": "HURTM"])
        ]
        edit(&configuration)
        let types = LabCatalog(folders: configuration.deviceTypes)
        var scanner = BoardScanner(
            configuration: configuration, shared: SharedFiles(root: checkout), types: types)
        return scanner.scan()
    }

    private static func complaints(_ scan: BoardScan, in folder: TemporaryFolder) -> [String] {
        (scan.readings.filter { $0.file != nil }.flatMap(\.diagnostics) + scan.problems).map {
            $0.description.replacingOccurrences(of: folder.path + "/", with: "")
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var complaint: String

        var testDescription: String { name }
    }

    static let mistakes = [
        Mistake(
            name: "a type that is not there",
            text: """
                type: virt-arm64-abb
                driver: qemu
                """,
            complaint: """
                bench-1.yaml:1:7: error: board `bench-1`: there is no device type `virt-arm64-abb`; \
                did you mean `virt-arm64-ab`?
                """),
        Mistake(
            name: "a key that is not there",
            text: """
                type: sim
                driver: sim
                tag: [desk]
                """,
            complaint: "bench-1.yaml:3:1: error: `tag` is not a key of a board; did you mean `tags`?"),
        Mistake(
            name: "a variable that the type does not have",
            text: """
                type: virt-arm64-ab
                variables:
                  boot_character_delays: 5
                """,
            complaint: """
                bench-1.yaml:3:3: error: device type `virt-arm64-ab`: `boot_character_delays` is not a variable of this \
                device type; did you mean `boot_character_delay`?
                """),
        Mistake(
            name: "a device that is not there",
            text: """
                type: qemu
                driver: lab
                options:
                  power: {device: relay, channel: 1}
                """,
            complaint: """
                bench-1.yaml:4:19: error: there is no device 'relay'; `devices` of the configuration has relays
                """),
        Mistake(
            name: "a channel that the device does not have",
            text: """
                type: qemu
                driver: lab
                options:
                  power: {device: relays, channel: 9}
                """,
            complaint: """
                bench-1.yaml:4:36: error: the device 'relays' has no channel '9'; its channels count from 1 to 8
                """),
        Mistake(
            name: "an option that the driver does not have",
            text: """
                type: sim
                driver: sim
                options:
                  promt: "# "
                """,
            complaint: """
                bench-1.yaml:4:3: error: board bench-1: options has the unknown key 'promt'; docs/simboard.md lists the \
                options
                """),
        Mistake(
            name: "a tab",
            text: "type: sim\ndriver: sim\noptions:\n\tprompt: x\n",
            complaint: """
                bench-1.yaml:4:1: error: YAML forbids tabs for indentation in `prompt: x`; indent with spaces
                """),
        Mistake(
            name: "another name",
            text: """
                name: bench-2
                type: sim
                driver: sim
                """,
            complaint: """
                bench-1.yaml:1:7: error: `name` is `bench-2`, and the file is called `bench-1.yaml`; take `name` out, or \
                rename the file
                """),
        Mistake(
            name: "a driver that is not there",
            text: """
                type: sim
                driver: simm
                """,
            complaint: """
                bench-1.yaml:2:9: error: `driver` cannot be `simm`; did you mean `sim`?
                """),
        Mistake(
            name: "no type",
            text: "tags: [desk]\n",
            complaint: "bench-1.yaml:1:1: error: a board needs `type`"),
        Mistake(
            name: "nothing", text: "", complaint: "bench-1.yaml:1:1: error: the text is empty"),
    ]

    @Test(arguments: mistakes)
    func eachMistakeHasItsPlaceAndItsRemedy(mistake: Mistake) throws {
        let folder = try TemporaryFolder()
        try folder.write(mistake.text, to: "bench-1.yaml")
        try folder.write("type: sim\ndriver: sim\n", to: "bench-2.yaml")
        let scan = Self.scan(folder)
        #expect(Self.complaints(scan, in: folder) == [mistake.complaint])
        // The others are as good as ever.
        let others = scan.readings.filter { $0.name != "bench-1" }
        #expect(others.count == scan.readings.count - 1)
        #expect(others.allSatisfy { $0.fit != nil })
    }

    @Test func aNameThatIsTakenNamesBothPlaces() throws {
        let folder = try TemporaryFolder()
        try folder.write("type: sim\ndriver: sim\n", to: "desk.yaml")
        try folder.write("type: sim\ndriver: sim\n", to: "virt-1.yaml")
        let scan = Self.scan(folder) { configuration in
            let text = "device_types: []\nboards:\n- {name: desk, type: sim, driver: sim}\n"
            try? ConfigurationFile(path: "labd.yaml").apply(text, to: &configuration)
        }
        #expect(
            Self.complaints(scan, in: folder) == [
                "desk.yaml:1:1: error: there is a board `desk` already, at labd.yaml:3:10; this file is passed over; "
                    + "rename the file, or take the board out of the configuration"
            ])
        #expect(scan.readings.map(\.name) == ["desk", "virt-1"])
        #expect(scan.readings.first?.file == nil)
        let builtIn = Self.scan(folder)
        #expect(
            Self.complaints(builtIn, in: folder).contains(
                "virt-1.yaml:1:1: error: there is a built-in board `virt-1` already; this file is passed over; rename "
                    + "the file, or leave the built-in boards out with `boards: []` in the configuration"))
    }

    @Test func filesThatAreNoBoardFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write("type: sim\ndriver: sim\n", to: "my board.yaml")
        try folder.write("type: sim\ndriver: sim\n", to: "old.yml")
        try folder.write(String(repeating: "# long\n", count: 20_000), to: "long.yaml")
        #expect(symlink("/nowhere/at/all", folder.path + "/link.yaml") == 0)
        #expect(mkfifo(folder.path + "/pipe.yaml", 0o600) == 0)
        try Data([0xff, 0xfe, 0x00]).write(to: URL(fileURLWithPath: folder.path + "/bytes.yaml"))
        try FileManager.default.createDirectory(
            atPath: folder.path + "/folder.yaml", withIntermediateDirectories: false)
        #expect(
            Self.complaints(Self.scan(folder), in: folder) == [
                "bytes.yaml:1:1: error: the file is not UTF-8; save it as UTF-8 text",
                "link.yaml:1:1: error: this link leads to no file; mend the link, or remove it",
                "long.yaml:1:1: error: the file is larger than 64 KiB; a board file describes one board",
                "pipe.yaml:1:1: error: this is not a file",
                "old.yml:1:1: warning: this is no board file and is passed over; board files end in `.yaml`",
                "my board.yaml:1:1: error: `my board` is not a name for a board; rename the file: "
                    + "use 1 to 64 letters, digits, `.`, `_` and `-`, the first one a letter, a digit or `_`",
            ])
    }

    @Test func aFolderThatIsGoneKeepsItsBoards() throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/boards"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        try folder.write("type: sim\ndriver: sim\n", to: "boards/desk.yaml")
        var configuration = LabdConfiguration.standard(
            folders: DefaultFolders(environment: [:]), shared: SharedFiles(root: Self.checkout))
        configuration.boards = []
        configuration.boardsFolder = BoardFolder(path: place, isOptional: true)
        var scanner = BoardScanner(
            configuration: configuration, shared: nil, types: LabCatalog(folders: configuration.deviceTypes))
        #expect(scanner.scan().readings.map(\.name) == ["desk"])
        #expect(rename(place, folder.path + "/away") == 0)
        let gone = scanner.scan()
        #expect(gone.readings.map(\.name) == ["desk"])
        #expect(gone.problems.map(\.message) == ["the folder of board files is gone; its boards stay as they were"])
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let empty = scanner.scan()
        #expect(empty.readings.isEmpty && empty.problems.isEmpty)
    }

    @Test func aChangedTypeIsHeldAgainstItsBoards() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/types", withIntermediateDirectories: false)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/boards", withIntermediateDirectories: false)
        let good = "extends: sim\ndescription: of this lab\n"
        try folder.write(good, to: "types/mine.yaml")
        try folder.write("type: mine\ndriver: sim\n", to: "boards/desk.yaml")
        var configuration = LabdConfiguration.standard(
            folders: DefaultFolders(environment: [:]), shared: SharedFiles(root: Self.checkout))
        configuration.boards = []
        configuration.deviceTypes.append(folder.path + "/types")
        configuration.boardsFolder = BoardFolder(path: folder.path + "/boards", isOptional: true)
        var scanner = BoardScanner(
            configuration: configuration, shared: nil, types: LabCatalog(folders: configuration.deviceTypes))
        #expect(scanner.scan().readings.compactMap(\.fit).count == 1)
        try folder.write("extends: simm\n", to: "types/mine.yaml")
        let broken = scanner.scan()
        let message = try #require(broken.readings.first?.diagnostics.first?.description)
        #expect(message.hasPrefix(folder.path + "/boards/desk.yaml:1:7: error: "))
        #expect(message.contains(folder.path + "/types/mine.yaml:1:10: "))
        #expect(message.contains("there is no device type `simm` to extend"))
        try folder.write(good + "# mended\n", to: "types/mine.yaml")
        #expect(scanner.scan().readings.compactMap(\.fit).count == 1)
    }
}
