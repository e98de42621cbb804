import Glibc
import LabModel

/// Where a job's copy of an image goes.
struct ImageTarget {
    private static let suffixes: [ImageRequest.Compression: [String]] = [
        .gz: [".gz"], .xz: [".xz"], .bz2: [".bz2"], .zstd: [".zst", ".zstd"], .zip: [".zip"],
    ]

    private let directory: String
    private let names: [String]

    /// - Parameter unpacked: the compression that is taken off, whose suffix goes too.
    init(_ image: ImageRequest, _ url: ImageURL, in directory: String, unpacked: ImageRequest.Compression?) {
        self.directory = directory
        var name = url.fileName ?? "image"
        let suffix = unpacked.flatMap { Self.suffixes[$0] }?.first { name.hasSuffix($0) && name.count > $0.count }
        if let suffix { name.removeLast(suffix.count) }
        let label = String(image.name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" }.prefix(64))
        names = [name, "\(label)-\(name)"] + (2...9).map { "\(label)-\($0)-\(name)" }
    }

    /// Creates the file under the first name that is free: two images of a job may have the same.
    func create() throws -> HostFile {
        try HostFolder.create(directory)
        for name in names {
            do {
                return try HostFile.create(directory + "/" + name)
            } catch let error as HostError where error.code == EEXIST {
                continue
            }
        }
        throw HostError("create", directory + "/" + (names.first ?? ""), code: EEXIST)
    }
}
