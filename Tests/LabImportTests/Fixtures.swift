import Foundation
import LabModel
import Testing

@testable import LabImport

/// The labs of these tests: files of our own writing.
enum Labs {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Labs").path

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
    }

    static func source(_ path: String) throws -> SourceText {
        let last = String(path.split(separator: "/").last ?? "")
        return SourceText(path: path, name: last.replacing(".jinja2", with: ""), text: try text(path))
    }

    /// The files of a folder, by name, without what lies below it.
    static func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/" + path).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// A LAVA server with twenty boards.
    static func lava() throws -> LavaLab {
        func sources(_ part: String) throws -> [SourceText] {
            try names("lava/\(part)").map { name in
                var source = try source("lava/\(part)/\(name)")
                source.path = "\(part)/\(name)"
                return source
            }
        }
        return LavaLab(
            devices: try sources("devices"), deviceTypes: try sources("device-types"),
            templates: try sources("templates"),
            others: [LavaLab.OtherFile(path: "health-checks/beaglebone-black.yaml", reason: "labd has none")])
    }

    /// What Jinja answered about them when these files were written; `JudgeTests` asks it again.
    static func recordedAnswers() throws -> RenderAnswers {
        let list = try JSONDecoder().decode([RenderAnswer].self, from: Data(try text("lava-answers.json").utf8))
        return .answered(Dictionary(list.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    private static let uboot: Set = [
        "console_device", "baud_rate", "extra_kernel_args", "base_ip_args", "bootloader_prompt", "interrupt_prompt",
        "interrupt_char", "boot_character_delay", "test_character_delay", "uboot_mac_addr", "uboot_set_mac",
        "uboot_needs_usb", "uboot_mkimage_arch", "uboot_extra_error_message", "usb_uuid", "usb_device_id", "sata_uuid",
        "sata_label", "booti_kernel_addr", "booti_ramdisk_addr", "booti_dtb_addr", "bootm_kernel_addr",
        "bootm_ramdisk_addr", "bootm_dtb_addr", "bootz_kernel_addr", "bootz_ramdisk_addr", "bootz_dtb_addr",
    ]
    private static let fastboot: Set = [
        "adb_serial_number", "fastboot_serial_number", "fastboot_options", "device_info", "board_id",
        "extra_kernel_args",
    ]
    private static let boards = [
        "uboot", "beaglebone-black", "bcm2711-rpi-4-b", "imx8mp-evk", "juno-uboot", "x15", "panda", "cubietruck",
        "odroid-xu3", "hifive-unleashed-a00", "r8a7795-salvator-x",
    ]

    /// Some types, as far as an import needs to know them.
    static let types = KnownTypes(
        names: Set(boards + ["base", "fastboot", "dragonboard-845c", "dragonboard-410c", "qemu", "frdm-k64f"])
    ) { name in
        switch name {
        case "beaglebone-black":
            KnownTypes.Declared(
                variables: uboot.subtracting(["bootz_kernel_addr"]), constants: ["bootz_kernel_addr"])
        case "base": KnownTypes.Declared(variables: ["extra_kernel_args"])
        case "fastboot", "dragonboard-845c", "dragonboard-410c": KnownTypes.Declared(variables: fastboot)
        case "qemu": KnownTypes.Declared(variables: ["arch", "memory", "no_kvm"])
        case "frdm-k64f": KnownTypes.Declared(variables: ["board_id"])
        default: KnownTypes.Declared(variables: uboot)
        }
    }
}

/// Holds an import against the files below `Labs/golden`. With `LABD_UPDATE_GOLDEN` set it writes them instead.
func expectGolden(_ result: ImportResult, _ name: String) throws {
    let root = "golden/\(name)"
    var files = Dictionary(result.files.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
    files["report.txt"] = report(result.report)
    if ProcessInfo.processInfo.environment["LABD_UPDATE_GOLDEN"] != nil {
        let place = Labs.folder + "/" + root
        try? FileManager.default.removeItem(atPath: place)
        for (path, text) in files {
            let file = URL(filePath: place + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }
    var expected: [String: String] = [:]
    for part in ["", "boards", "device-types"] {
        let folder = part.isEmpty ? root : "\(root)/\(part)"
        for name in (try? Labs.names(folder)) ?? [] where name.contains(".") {
            expected[part.isEmpty ? name : "\(part)/\(name)"] = try Labs.text("\(folder)/\(name)")
        }
    }
    #expect(files.keys.sorted() == expected.keys.sorted())
    for (path, text) in files { #expect(text == expected[path], "\(path)") }
}

/// The report, a line for each thing that is said.
private func report(_ report: ImportReport) -> String {
    var lines: [String] = []
    for item in report.items {
        lines.append("\(item.kind.rawValue) \(item.name): \(item.quality.rawValue)")
        lines += item.findings.map { finding in
            let place = finding.place.map { " [\($0)]" } ?? ""
            return "  \(finding.quality.rawValue) \(finding.subject): \(finding.message)\(place)"
        }
    }
    return (lines + report.notes.map { "note: \($0)" }).joined(separator: "\n") + "\n"
}
