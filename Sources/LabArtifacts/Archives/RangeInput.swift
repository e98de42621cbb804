import CArchive

/// Lets libarchive read a part of a file. It must outlive the archive that reads it.
final class RangeInput {
    private let file: HostFile
    private let range: Range<Int64>
    private var position: Int64
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 4096)

    init(_ file: HostFile, _ range: Range<Int64>) {
        self.file = file
        self.range = range
        position = range.lowerBound
    }

    deinit {
        block.deallocate()
    }

    /// - Returns: libarchive's status.
    func open(_ archive: ArchiveHandle) -> Int32 {
        archive_read_open(
            archive.pointer, Unmanaged.passUnretained(self).toOpaque(), nil,
            { _, context, result in
                guard let context else { return -1 }
                let input = Unmanaged<RangeInput>.fromOpaque(context).takeUnretainedValue()
                result?.pointee = UnsafeRawPointer(input.block.baseAddress)
                return input.next()
            }, nil)
    }

    /// The size of the next piece in `block`; 0 at the end, negative for an error.
    private func next() -> Int {
        let count = Int(min(Int64(block.count), range.upperBound - position))
        if count == 0 { return 0 }
        guard let got = try? file.read(into: UnsafeMutableRawBufferPointer(rebasing: block[..<count]), at: position)
        else { return -1 }
        position += Int64(got)
        return got
    }
}
