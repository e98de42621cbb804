import Foundation

/// A folder that looks like `/sys`, made of the files that a test names.
struct FakeSys: ~Copyable {
    let root: String

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/labd-sys-\(ProcessInfo.processInfo.processIdentifier)-"
            + String(UInt32.random(in: 0 ... .max), radix: 16)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// - Parameter attributes: relative to the device's folder.
    func device(_ name: String, _ attributes: [String: String]) throws {
        for (file, text) in attributes {
            let path = "\(root)/bus/usb/devices/\(name)/\(file)"
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
        }
    }
}
