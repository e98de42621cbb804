import BenchKit
import Foundation
import Glibc

/// The floor of a job: the same machine with the same kernel and ramdisk, talked to over its pipes by nobody but us.
struct BareMachine {
    static let program = "qemu-system-aarch64"
    let kit: String

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/root") + "/.cache"
        kit = cache + "/labd/kits/arm64-ab/current"
        guard FileManager.default.fileExists(atPath: kit + "/kernel") else {
            throw BenchError("there is no board kit in \(kit); run `make kit`")
        }
    }

    /// What labd gives its emulator for the job, less the control socket.
    private var arguments: [String] {
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-sandbox",
            "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny", "-machine",
            "virt,gic-version=2", "-cpu", "cortex-a53", "-m", "256M", "-kernel", kit + "/kernel", "-initrd",
            kit + "/ramdisk.cpio.gz", "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile=",
            "-object", "rng-builtin,id=rng", "-device", "virtio-rng-pci,rng=rng", "-serial", "stdio",
        ]
    }

    struct Run {
        /// From exec to the end of the process, in seconds.
        var wall: Double
        /// Until the shell's prompt.
        var boot: Double
        /// Processor seconds of the emulator.
        var processor: Double
    }

    /// Boots, runs three commands, and ends the machine.
    func run() throws -> Run {
        let begin = Cost.now
        let machine = try Child(Self.program, arguments, isTalkedTo: true)
        guard let input = machine.input, let output = machine.output else { throw BenchError("no pipes") }
        try output.read(until: "/ # ")
        let boot = Cost.now - begin
        for number in 1...3 {
            // Its echo must not be taken for its output.
            try input.write("true; echo case-\(number)-$?.\n".utf8)
            try output.read(until: "case-\(number)-0.")
        }
        let processor = machine.processor
        machine.end(SIGKILL)
        return Run(wall: Cost.now - begin, boot: boot, processor: processor)
    }
}
