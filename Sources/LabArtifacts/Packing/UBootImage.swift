import CArchive
import LabModel

/// U-Boot's legacy image header (U-Boot, include/image.h, `struct legacy_img_hdr`): 64 bytes, big endian.
struct UBootImage {
    static let headerSize = 64
    static let magic: UInt32 = 0x2705_1956

    enum Kind: UInt8 {
        case kernel = 2
        case ramdisk = 3
    }

    /// mkimage's names and numbers (`IH_ARCH_…`), with the names that kernels use.
    private static let architectures: [String: UInt8] = [
        "arm": 2, "x86": 3, "i386": 3, "mips": 5, "mips64": 6, "ppc": 7, "powerpc": 7, "sh": 9, "m68k": 12,
        "microblaze": 14, "nios2": 15, "sandbox": 19, "arm64": 22, "aarch64": 22, "arc": 23, "x86_64": 24,
        "xtensa": 25, "riscv": 26,
    ]

    var kind: Kind
    var architecture: UInt8
    /// Also the entry point.
    var loadAddress: UInt32
    /// At most 32 bytes of ASCII.
    var name: String

    /// - Throws: `configuration` for an architecture or address that the header cannot hold.
    init(_ kind: Kind, architecture: String, loadAddress: String? = nil, name: String) throws(Failure) {
        guard let number = Self.architectures[architecture] else {
            throw Failure(
                .configuration, "`\(architecture)` is no architecture of U-Boot's image header",
                advice: "use one of \(Self.architectures.keys.sorted().joined(separator: ", "))")
        }
        self.kind = kind
        self.architecture = number
        self.name = name
        self.loadAddress = 0
        guard let loadAddress else { return }
        let digits = loadAddress.hasPrefix("0x") ? loadAddress.dropFirst(2) : loadAddress[...]
        guard let address = UInt32(digits, radix: 16) else {
            throw Failure(.configuration, "`\(loadAddress)` is no load address: up to 8 hexadecimal digits")
        }
        self.loadAddress = address
    }

    func header(size: UInt32, dataChecksum: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        // One second after 1970, so that the same input gives the same image.
        for word in [Self.magic, 0, 1, size, loadAddress, loadAddress, dataChecksum] { bytes += Self.bigEndian(word) }
        // Linux; architecture; type; no compression.
        bytes += [5, architecture, kind.rawValue, 0]
        bytes += name.utf8.prefix(31)
        bytes += [UInt8](repeating: 0, count: Self.headerSize - bytes.count)
        bytes.replaceSubrange(4..<8, with: Self.bigEndian(Self.checksum(bytes)))
        return bytes
    }

    /// Writes the header into the 64 bytes left free at the start of `file`.
    func seal(_ file: HostFile, _ cancellation: CancellationFlag) throws {
        var checksum = crc32(0, nil, 0)
        try file.forEachBlock(from: Int64(Self.headerSize), cancellation: cancellation) { bytes in
            checksum = crc32(checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count))
        }
        guard let size = UInt32(exactly: try file.size() - Int64(Self.headerSize)) else {
            throw Failure(.job, "is larger than 4 GiB, more than U-Boot's header can say")
        }
        try file.write(header(size: size, dataChecksum: UInt32(truncatingIfNeeded: checksum)), at: 0)
    }

    private static func bigEndian(_ word: UInt32) -> [UInt8] {
        [UInt8(word >> 24), UInt8(word >> 16 & 0xff), UInt8(word >> 8 & 0xff), UInt8(word & 0xff)]
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
    }

    /// A header that was found on a file.
    struct Header {
        let size: UInt32
        private let bytes: [UInt8]

        /// Nil when the file has none.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == UBootImage.headerSize, Self.word(bytes, 0) == UBootImage.magic else { return nil }
            self.bytes = bytes
            size = Self.word(bytes, 12)
        }

        func isSound(fileSize: Int64) -> Bool {
            var blank = bytes
            blank.replaceSubrange(4..<8, with: [0, 0, 0, 0])
            return Self.word(bytes, 4) == UBootImage.checksum(blank)
                && Int64(UBootImage.headerSize) + Int64(size) <= fileSize
        }

        private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
            bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
