import Foundation

/// A folder that looks like `/sys`, made of the files that a test names.
struct FakeSys: ~Copyable {
    let root: String

    init() throws {
        var template = Array((FileManager.default.temporaryDirectory.path + "/labd-sys-XXXXXX").utf8CString)
        root = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { String(cString: mkdtemp($0)) } ?? "" }
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
