import Glibc
import LabModel

/// A new ext4 file system, made and filled by `mke2fs`.
struct Ext4Image {
    static let blockSize: Int64 = 4096

    /// Of the whole image, in bytes.
    let size: Int64
    private let inodes: Int

    init(_ items: [PackItem]) {
        let data = items.reduce(Int64(0)) { sum, item in
            // A folder takes a block at least; a file as many as it fills.
            sum + max(1, (item.size + Self.blockSize - 1) / Self.blockSize) * Self.blockSize
        }
        inodes = items.count + items.count / 4 + 64
        let tables = Int64(inodes) * 256
        // Room for block maps, for results that a test writes, and for what a small file system needs itself.
        let mebibyte: Int64 = 1 << 20
        size = ((data + tables) * 5 / 4 / mebibyte + 17) * mebibyte
    }

    func arguments(tree: String, image: String) -> [String] {
        [
            "-q", "-F", "-t", "ext4", "-b", "\(Self.blockSize)", "-I", "256", "-N", "\(inodes)", "-m", "0",
            "-L", "lava-overlay", "-O", "^has_journal,^resize_inode", "-E", "root_owner=0:0,lazy_itable_init=0",
            "-d", tree, image,
        ]
    }

    /// Makes the tree that `mke2fs` reads.
    static func stage(_ items: [PackItem], in folder: String, _ cancellation: CancellationFlag) throws {
        try HostFolder.create(folder)
        for item in items {
            try cancellation.check()
            let path = folder + "/" + item.path.joined(separator: "/")
            switch item.content {
            case .directory: try HostFolder.create(path)
            case .link(let target):
                try HostFolder.remove(path)
                guard symlink(target, path) == 0 else { throw HostError("link", path) }
            case .bytes, .file:
                let file = try HostFile.replace(path)
                var writer = SparseWriter(file)
                try item.readData(cancellation) { try writer.write($0) }
                try writer.finish()
                guard fchmod(file.descriptor, mode_t(item.mode)) == 0 else { throw HostError("chmod", path) }
            }
        }
        // Last and from the inside out, so that a folder without write permission can still be filled.
        for item in items.reversed() where item.content == .directory {
            let path = folder + "/" + item.path.joined(separator: "/")
            guard chmod(path, mode_t(item.mode)) == 0 else { throw HostError("chmod", path) }
        }
    }
}
