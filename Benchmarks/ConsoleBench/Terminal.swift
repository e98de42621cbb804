import BenchKit
import CSerial
import Foundation
import Synchronization

/// A pseudo-terminal as a board's serial port: the bench holds the master and writes, somebody reads the slave.
final class Terminal: Sendable {
    let master: CInt
    let path: String
    private let slave: CInt

    init() throws {
        var path = [CChar](repeating: 0, count: 64)
        var slave: CInt = -1
        master = cserial_pty_open(&path, path.count, &slave)
        guard master >= 0 else { throw BenchFailure("no pseudo-terminal: error \(-master)") }
        self.slave = slave
        self.path = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        close(master)
        close(slave)
    }

    /// A descriptor of the slave, in raw mode, which does not block.
    func openSlave() throws -> CInt {
        var actual: CUnsignedInt = 0
        let descriptor = cserial_tty_open(path, 0, &actual)
        guard descriptor >= 0 else { throw BenchFailure("cannot open \(path): error \(-descriptor)") }
        return descriptor
    }

    /// Writes all of `bytes`, at most `piece` with one call, waiting while the reader is behind.
    func say(_ bytes: [UInt8], piece: Int = .max) {
        bytes.withUnsafeBytes { bytes in
            var place = 0
            while place < bytes.count, let start = bytes.baseAddress {
                let written = write(master, start + place, min(piece, bytes.count - place))
                if written > 0 {
                    place += written
                } else {
                    var ready = pollfd(fd: master, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, 1000)
                }
            }
        }
    }

    /// Writes on a thread of its own and returns the processor seconds that took.
    func sayAside(_ bytes: [UInt8], piece: Int) async -> Double {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                let begun = Cost.threadProcessor
                say(bytes, piece: piece)
                continuation.resume(returning: Cost.threadProcessor - begun)
            }
        }
    }
}
