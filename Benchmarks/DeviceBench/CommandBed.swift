import BenchKit
import DeviceModels
import Foundation
import LabModel

/// A program that opens or closes a contact by writing into a pipe: the floor starts the same one with posix_spawn and
/// nothing else.
enum CommandBed {
    static func measure(_ row: DeviceRow, _ turns: Int) async throws -> BenchRow {
        let (ours, bare) = (try PipeContact("ours"), try PipeContact("floor"))
        defer {
            ours.end()
            bare.end()
        }
        func words(_ contact: PipeContact, _ isOn: Bool) -> [DataValue] {
            contact.command(isOn).map { .string($0) }
        }
        let bench = try await CutBench(
            driver: row.driver, options: ["on": .list(words(ours, true)), "off": .list(words(ours, false))],
            channel: 1, watch: ours.watch)
        let floor = BareSwitch(name: "one posix_spawn of the same program", watch: bare.watch) { isOn in
            var arguments: [UnsafeMutablePointer<CChar>?] = bare.command(isOn).map { strdup($0) } + [nil]
            defer { for argument in arguments { free(argument) } }
            var child = pid_t()
            guard posix_spawnp(&child, arguments[0] ?? strdup(""), nil, nil, &arguments, environ) == 0 else {
                throw BenchFailure("the floor's program cannot be started")
            }
            waitpid(child, nil, 0)
        }
        return try await bench.row(row, turns: turns, floor: floor)
    }

    /// A contact at the end of a named pipe: `1` closes it, `0` opens it.
    private final class PipeContact: Sendable {
        let watch = ContactWatch()
        private let path: String

        init(_ name: String) throws {
            path = "/tmp/labd-device-bench-\(getpid())-\(name)"
            unlink(path)
            // Open for writing too: whoever writes need not wait for a reader, and there is no end between two writers.
            guard mkfifo(path, 0o600) == 0 else { throw BenchFailure("no named pipe: error \(errno)") }
            let descriptor = open(path, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { throw BenchFailure("the named pipe cannot be opened: error \(errno)") }
            let watch = watch
            Thread.detachNewThread {
                var byte: UInt8 = 0
                while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "q") {
                    let isOn = byte == UInt8(ascii: "1")
                    watch.note(ContactEvent(contact: 0, isOn: isOn, time: SystemLabClock().monotonic()))
                }
                close(descriptor)
            }
        }

        func command(_ isOn: Bool) -> [String] { ["/bin/sh", "-c", "printf \(isOn ? 1 : 0) >'\(path)'"] }

        func end() {
            let descriptor = open(path, O_WRONLY | O_NONBLOCK)
            if descriptor >= 0 {
                write(descriptor, "q", 1)
                close(descriptor)
            }
            unlink(path)
        }
    }
}
