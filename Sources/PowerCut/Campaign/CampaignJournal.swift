import Foundation
import Glibc
public import LabModel

/// The boots of a campaign on disk, so that a crash costs at most the boots that were under way. Every entry is under a
/// checksum; from the first one that is not intact everything is forgotten and booted again.
public final class CampaignJournal {
    /// What was in the journal when it was opened.
    public let entries: [JournalEntry]

    private let file: Int32
    private let path: String
    private var end: Int

    private static let magic: [UInt8] = Array("LABDJRN1".utf8)

    /// Opens the journal at `path`, or begins it. Throws when it belongs to another campaign: see
    /// `CampaignMachine.identity`.
    public init(path: String, identity: String) throws(Failure) {
        self.path = path
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw MappedBytes.failure("cannot open", path) }
        let header = CampaignJournal.magic + CampaignJournal.frame(Array(identity.utf8))
        let bytes: MappedBytes
        do throws(Failure) {
            bytes = try MappedBytes(path: path)
        } catch {
            // An object that was not made whole is not torn down either.
            close(file)
            throw error
        }
        let known = bytes.buffer.prefix(header.count)
        if known.elementsEqual(header) {
            (entries, end) = CampaignJournal.read(bytes.buffer, from: header.count)
        } else if known.count < header.count, header.starts(with: known) {
            (entries, end) = ([], 0)
        } else {
            close(file)
            throw CampaignJournal.foreign(path)
        }
        guard ftruncate(file, end) == 0, lseek(file, end, SEEK_SET) == end else {
            throw MappedBytes.failure("cannot open", path)
        }
        if end == 0 { try put(header) }
    }

    deinit { close(file) }

    /// The entries of the journal at `path`, which a campaign may be writing meanwhile. Throws when it belongs to another
    /// campaign.
    public static func entries(path: String, identity: String) throws(Failure) -> [JournalEntry] {
        let header = magic + frame(Array(identity.utf8))
        // A copy: its writer may shorten the file.
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Failure(.infrastructure, "cannot read \(path)")
        }
        guard bytes.starts(with: header) else { throw foreign(path) }
        return bytes.withUnsafeBytes { read($0, from: header.count).0 }
    }

    private static func foreign(_ path: String) -> Failure {
        Failure(.job, "\(path) is the journal of another campaign", advice: "give each campaign a journal of its own")
    }

    /// Adds what `CampaignMachine.finished` returned. Throws when it could not be written; the journal is then as before.
    public func append(_ entry: JournalEntry) throws(Failure) {
        var writer = ByteWriter()
        entry.encode(&writer)
        try put(CampaignJournal.frame(writer.bytes))
    }

    /// Length, checksum of the length, the bytes, their checksum.
    private static func frame(_ bytes: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(UInt32(bytes.count))
        writer.put(CRC32C.checksum(writer.bytes))
        writer.bytes += bytes
        writer.put(CRC32C.checksum(bytes))
        return writer.bytes
    }

    private static func read(_ bytes: UnsafeRawBufferPointer, from start: Int) -> ([JournalEntry], Int) {
        var entries: [JournalEntry] = []
        var offset = start
        while let body = body(bytes, at: offset) {
            var reader = ByteReader(body)
            guard let entry = try? JournalEntry(&reader), reader.isAtEnd else { break }
            entries.append(entry)
            offset += body.count + 12
        }
        return (entries, offset)
    }

    private static func body(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UnsafeRawBufferPointer? {
        guard bytes.count - offset >= 12 else { return nil }
        func number(_ place: Int) -> UInt32 {
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        }
        let size = Int(number(offset))
        guard CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 4])) == number(offset + 4),
            bytes.count - offset - 12 >= size
        else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[offset + 8..<offset + 8 + size])
        return CRC32C.checksum(body) == number(offset + 8 + size) ? body : nil
    }

    private func put(_ bytes: [UInt8]) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = MappedBytes.failure("cannot write the journal", path)
                // What was half written would hide everything that is appended later.
                if ftruncate(file, end) == 0 { lseek(file, end, SEEK_SET) }
                throw failure
            }
            done += count
        }
        end += bytes.count
    }
}
