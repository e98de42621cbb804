public import LabModel

/// Packs overlays with libarchive, and file systems with e2fsprogs.
///
/// The same entries give the same bytes: owners are root, all files are from one second after 1970.
public struct ArchivePacker: OverlayPacker {
    private let limits: ArchiveLimits
    private let unpackLimits: UnpackLimits

    /// - Parameters:
    ///   - limits: bounds of what is packed, tar layers included.
    ///   - unpackLimits: bounds of a compressed ramdisk while its names are read.
    public init(
        limits: ArchiveLimits = ArchiveLimits(), unpackLimits: UnpackLimits = UnpackLimits(maximumBytes: 8 << 30)
    ) {
        self.limits = limits
        self.unpackLimits = unpackLimits
    }

    public func packTar(_ entries: [OverlayEntry], to path: String) async throws(Failure) {
        try await write(path) { [limits] file, cancellation in
            let writer = try ArchiveWriter(.gzippedTar, to: file)
            for item in try OverlayTree(entries, limits: limits).items { try writer.add(item, cancellation) }
            try writer.finish()
        }
    }

    public func extendRamdisk(
        _ ramdisk: String, with layers: [RamdiskLayer], to path: String, header: RamdiskHeader?
    ) async throws(Failure) {
        try await write(path) { [limits, unpackLimits] file, cancellation in
            let wrapper = try header.map { header throws(Failure) in
                try UBootImage(.ramdisk, architecture: header.architecture, name: "ramdisk")
            }
            let extender = RamdiskExtender(limits: limits, unpackLimits: unpackLimits, cancellation: cancellation)
            try extender.extend(
                RamdiskImage(ramdisk), with: layers, to: file,
                at: wrapper == nil ? 0 : Int64(UBootImage.headerSize))
            try wrapper?.seal(file, cancellation)
        }
    }

    public func wrapKernel(
        _ kernel: String, to path: String, architecture: String, loadAddress: String
    ) async throws(Failure) {
        try await write(path) { file, cancellation in
            let image = try UBootImage(
                .kernel, architecture: architecture, loadAddress: loadAddress, name: "Linux kernel")
            var position = Int64(UBootImage.headerSize)
            try HostFile.read(kernel).forEachBlock(cancellation: cancellation) { bytes in
                try file.write(bytes, at: position)
                position += Int64(bytes.count)
            }
            try image.seal(file, cancellation)
        }
    }

    public func packExt4(_ entries: [OverlayEntry], to path: String) async throws(Failure) {
        try await asFailures {
            let staging = path + ".tree"
            let part = path + ".part"
            defer {
                try? HostFolder.remove(staging)
                try? HostFolder.remove(part)
            }
            let image = try await BlockingWork.run { [limits] cancellation in
                try HostFolder.remove(staging)
                let items = try OverlayTree(entries, limits: limits).items
                try Ext4Image.stage(items, in: staging, cancellation)
                let image = Ext4Image(items)
                try HostFile.replace(part).truncate(to: image.size)
                return image
            }
            try await Tool("mke2fs", image.arguments(tree: staging, image: part)).run(failing: .infrastructure)
            try HostFolder.rename(part, to: path)
        }
    }

    /// Writes `path` beside itself first, so that it is whole or not there; `path` may also be an input.
    private func write(
        _ path: String, _ body: @escaping @Sendable (HostFile, CancellationFlag) throws -> Void
    ) async throws(Failure) {
        try await asFailures {
            try await BlockingWork.run { cancellation in
                let part = path + ".part"
                do {
                    try body(try HostFile.replace(part), cancellation)
                    try HostFolder.rename(part, to: path)
                } catch {
                    try? HostFolder.remove(part)
                    throw error
                }
            }
        }
    }
}
