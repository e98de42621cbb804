import Foundation
import LabImport
import LabModel

/// Reads the files of a LAVA server.
struct LavaFolder {
    let path: String
    /// LAVA's own templates, when the person names them.
    let templates: String?

    private static let debian = "/usr/share/lava-server/device-types"
    private static let mostFiles = 10_000
    private static let largest = 1 << 20

    /// - Throws: with `notFound` when a folder is not there or has no dictionaries.
    func read() throws(CommandError) -> LavaLab {
        try Self.check(path)
        if let templates { try Self.check(templates) }
        var others: [LavaLab.OtherFile] = []
        let hasParts = HostFiles.isFolder(path + "/devices") || HostFiles.isFolder(path + "/device-types")
        let devices = Self.sources(hasParts ? path + "/devices" : path, shownBelow: path, &others)
        let types = hasParts ? Self.sources(path + "/device-types", shownBelow: path, &others) : []
        guard !devices.isEmpty || !types.isEmpty || !others.isEmpty else {
            throw CommandError(
                .notFound,
                Failure(
                    .configuration, "there are no device dictionaries in '\(path)'",
                    advice: "name the folder that has `devices/` and `device-types/`, or one with *.jinja2 files"))
        }
        for (name, reason) in Self.places {
            others += Self.names(path + "/" + name).map { LavaLab.OtherFile(path: "\(name)/\($0)", reason: reason) }
            if HostFiles.isFile(path + "/" + name) { others.append(LavaLab.OtherFile(path: name, reason: reason)) }
        }
        var unread: [LavaLab.OtherFile] = []
        let folder = templates ?? (HostFiles.isFolder(Self.debian) ? Self.debian : nil)
        let own = folder.map { Self.sources($0, shownBelow: $0, &unread) } ?? []
        return LavaLab(devices: devices, deviceTypes: types, templates: own, others: others)
    }

    /// What labd has no place for.
    private static let places = [
        ("health-checks", "labd has no health checks yet: keep the job and submit it as any other"),
        ("dispatcher.d", "settings of LAVA's workers; labd has one configuration"),
        ("dispatcher.yaml", "settings of LAVA's workers; labd has one configuration"),
        ("env.yaml", "variables of LAVA's workers; labd passes its own environment on"),
        ("env-dut.yaml", "variables for all boards: put them under `environment` of a device type"),
    ]

    private static func check(_ folder: String) throws(CommandError) {
        guard HostFiles.isFolder(folder) else {
            throw CommandError(.notFound, Failure(.configuration, "there is no folder '\(folder)'"))
        }
    }

    private static func names(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func sources(
        _ folder: String, shownBelow root: String, _ others: inout [LavaLab.OtherFile]
    ) -> [SourceText] {
        var sources: [SourceText] = []
        for name in names(folder) where name.hasSuffix(".jinja2") && HostFiles.isFile(folder + "/" + name) {
            let full = folder + "/" + name
            let shown = folder == root ? name : String(full.dropFirst(root.count).drop { $0 == "/" })
            guard sources.count < mostFiles else {
                others.append(
                    LavaLab.OtherFile(path: shown, reason: "not read: there are more than \(mostFiles) files"))
                break
            }
            guard let bytes = HostFiles.readBytes(full, limit: largest + 1) else {
                others.append(LavaLab.OtherFile(path: shown, reason: "it cannot be read: \(HostFiles.errorText())"))
                continue
            }
            guard bytes.count <= largest, let text = String(validating: bytes, as: UTF8.self) else {
                let why = bytes.count > largest ? "it is larger than 1 MiB" : "it is not UTF-8 text"
                others.append(LavaLab.OtherFile(path: shown, reason: why))
                continue
            }
            sources.append(SourceText(path: shown, name: String(name.dropLast(7)), text: text))
        }
        return sources
    }
}
