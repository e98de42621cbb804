import Foundation
import JobDSL
import LabModel

/// Device type files in a folder of their own, gone when the value is.
final class TypeFolder {
    let path: String

    /// - Parameter files: paths below the folder with their texts.
    init(_ files: [String: String]) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("device-types-\(UUID().uuidString)")
        path = folder.path
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var catalog: DeviceTypeCatalog { DeviceTypeCatalog(folders: [path]) }

    /// What lint says, with paths relative to the folder.
    var lint: [String] { catalog.lint().map { $0.description.replacing(path + "/", with: "") } }
}

/// The folder of the types that come with the product.
let shippedTypes: String = {
    var url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<4 { url.deleteLastPathComponent() }
    return url.appendingPathComponent("device-types").path
}()
