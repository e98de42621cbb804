import Foundation
import LabModel
import Testing

@testable import VirtualBoards

@Suite struct QemuCommandLineTests {
    private func settings(_ emulator: DataValue, options: DataValue = [:]) throws(Failure) -> QemuSettings {
        let definition = BoardDefinition(
            name: BoardName(rawValue: "v1"), type: DeviceTypeName(rawValue: "qemu"), driver: "qemu", options: options)
        return try QemuSettings(
            profile: DeviceProfile(type: definition.type, emulator: emulator), definition: definition)
    }

    private func words(_ settings: QemuSettings, _ media: QemuCommandLine.Media) -> [String] {
        QemuCommandLine(
            board: BoardName(rawValue: "v1"), network: settings.network, arguments: settings.arguments, media: media,
            consoleSocket: "/run/c", controlSocket: "/run/q"
        ).words
    }

    private func values(of option: String, in words: [String]) -> [String] {
        words.indices.dropLast().filter { words[$0] == option }.map { words[$0 + 1] }
    }

    @Test func theArchitectureHasADefaultMachine() throws {
        let line = words(try settings([:]), .images(formats: [:]))
        #expect(values(of: "-machine", in: line) == ["virt,gic-version=2"])
        #expect(values(of: "-cpu", in: line) == ["cortex-a53"])
        #expect(values(of: "-m", in: line) == ["256M"])
    }

    @Test func theBoardOverridesItsType() throws {
        let settings = try settings(["memory": 256, "cpu": "cortex-a53"], options: ["memory": "1G", "smp": 2])
        #expect(settings.arguments.memory == 1024)
        #expect(settings.arguments.processors == "2")
    }

    @Test func otherNamesOfAnArchitecture() throws {
        #expect(try settings(["arch": "x86_64"]).architecture == "amd64")
        #expect(try EmulatorProgram(architecture: "amd64").package == "qemu-system-x86")
    }

    @Test(
        arguments: [
            ["unknown": 1], ["memory": ["a"]], ["network": "tap"], ["network_model": "vfio-pci"],
            ["extra_options": ["-chardev file,id=x,path=/x"]], ["machine": "virt,dumpdtb=/x"],
        ] as [DataValue])
    func aWrongOptionIsTheConfigurationsFault(_ options: DataValue) {
        let failure = #expect(throws: Failure.self) { try settings(options) }
        #expect(failure?.type == .configuration)
    }

    @Test func nothingListensAndNothingIsRead() throws {
        let line = words(try settings([:]), .images(formats: [:]))
        #expect(line.contains("-nodefaults") && line.contains("-no-user-config"))
        #expect(values(of: "-chardev", in: line).allSatisfy { $0.contains("server=off") })
        #expect(values(of: "-netdev", in: line) == ["user,id=labd-net"])
        #expect(values(of: "-device", in: line).contains("virtio-net-pci,netdev=labd-net,romfile="))
    }

    @Test func aNetworkOfTheJobReplacesTheLabs() throws {
        var settings = try settings([:])
        try settings.arguments.add("-netdev user,id=n,restrict=on -device virtio-net-device,netdev=n", images: [:])
        let line = words(settings, .images(formats: [:]))
        #expect(values(of: "-netdev", in: line) == ["user,id=n,restrict=on"])
        #expect(values(of: "-device", in: line).contains("virtio-net-device,netdev=n"))
    }

    @Test func drivesGetTheFormatThatTheirFileHas() throws {
        var settings = try settings([:])
        try settings.arguments.add("-drive file={a},format=raw,if=none,id=x", images: ["{a}": "/w/a,b"])
        let line = words(settings, .images(formats: ["/w/a,b": .qcow2]))
        #expect(values(of: "-drive", in: line) == ["if=none,id=x,format=qcow2,cache=unsafe,file=/w/a,,b"])
    }

    @Test func anImageWithABackingFileIsRefused() async throws {
        try await withServices { _, folder in
            var header = [UInt8](repeating: 0, count: 104)
            header.replaceSubrange(0..<8, with: [0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 3])
            try write(header, to: folder + "/plain")
            header[15] = 104
            try write(header, to: folder + "/backed")
            header[15] = 0
            header[79] = 4
            try write(header, to: folder + "/external")
            try write([1, 2, 3], to: folder + "/raw")
            #expect(try ImageFormat.detect(folder + "/plain") == .qcow2)
            #expect(try ImageFormat.detect(folder + "/raw") == .raw)
            #expect(throws: Failure.self) { try ImageFormat.detect(folder + "/backed") }
            #expect(throws: Failure.self) { try ImageFormat.detect(folder + "/external") }
        }
    }

    /// A kit's folder with empty files and a description.
    private func kit(_ description: String, files: [String]) throws -> String {
        let kits = FileManager.default.temporaryDirectory.path + "/labd-kits-\(UUID().uuidString)"
        let folder = kits + "/some-kit/0"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in files { try Data().write(to: URL(filePath: "\(folder)/\(file)")) }
        try description.write(toFile: folder + "/kit.json", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: kits + "/some-kit/current", withDestinationPath: "0")
        return kits
    }

    @Test func aKitSaysWhatItsMachineGets() throws {
        let kits = try kit(
            #"{"files": {"firmware": "bios.bin", "loader": "loader.bin", "disk": "a.img"}}"#,
            files: ["bios.bin", "loader.bin", "a.img"])
        defer { try? FileManager.default.removeItem(atPath: kits) }
        let kit = try BoardKit(named: "some-kit", in: kits)
        let line = words(try settings(["arch": "riscv64"]), .kit(kit, disk: .file("/somewhere/disk.img")))
        #expect(values(of: "-bios", in: line) == [kit.folder + "/bios.bin"])
        #expect(values(of: "-kernel", in: line) == [kit.folder + "/loader.bin"])
        #expect(values(of: "-drive", in: line) == ["if=none,id=disk,format=raw,cache=unsafe,file=/somewhere/disk.img"])
        #expect(kit.disk == kit.folder + "/a.img" && kit.update == nil)
    }

    @Test func aKitWithAKernelNeedsNoBootLoader() throws {
        let kits = try kit(
            #"{"files": {"kernel": "k", "ramdisk": "r", "disk": "a.img"}}"#, files: ["k", "r", "a.img"])
        defer { try? FileManager.default.removeItem(atPath: kits) }
        let kit = try BoardKit(named: "some-kit", in: kits)
        let settings = try settings(["arch": "amd64", "append": "console=ttyS0 quiet"])
        let line = words(settings, .kit(kit, disk: .file("/somewhere/disk.img")))
        #expect(!line.contains("-bios"))
        #expect(values(of: "-kernel", in: line) == [kit.folder + "/k"])
        #expect(values(of: "-initrd", in: line) == [kit.folder + "/r"])
        #expect(values(of: "-append", in: line) == ["console=ttyS0 quiet"])
        // The kernel has the first place in the boot order.
        #expect(values(of: "-device", in: line).contains("virtio-blk-pci,drive=disk,request-merging=off"))
    }

    @Test func aKitWithoutNamesHasThoseOfOld() throws {
        let files = ["u-boot.bin", "factory-env.img", "disk.img", "update.img"]
        let kits = try kit("{}", files: files)
        defer { try? FileManager.default.removeItem(atPath: kits) }
        let kit = try BoardKit(named: "some-kit", in: kits)
        let line = words(try settings([:]), .kit(kit, disk: .file("/somewhere/disk.img")))
        #expect(!line.contains("-kernel"))
        #expect(values(of: "-drive", in: line).count == 3)
        #expect(values(of: "-device", in: line).contains("virtio-blk-pci,drive=update"))
    }

    @Test(arguments: [
        ("{", "cannot read"), (#"{"files": {"firmware": "../b", "disk": "a.img"}}"#, "which is no file beside it"),
        (#"{"files": {"firmware": "gone.bin", "disk": "a.img"}}"#, "cannot read"),
        (#"{"files": {"kernel": "gone", "disk": "a.img"}}"#, "cannot read"),
    ])
    func aBrokenKitIsRefused(_ description: String, _ expected: String) throws {
        let kits = try kit(description, files: ["a.img"])
        defer { try? FileManager.default.removeItem(atPath: kits) }
        let failure = #expect(throws: Failure.self) { try BoardKit(named: "some-kit", in: kits) }
        #expect(failure?.message.contains(expected) == true, "\(String(describing: failure))")
        #expect(failure?.advice?.contains("--kit some-kit") == true)
    }
}
