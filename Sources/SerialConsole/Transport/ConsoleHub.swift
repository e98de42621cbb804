import Glibc
public import LabModel
public import NIOCore
public import NIOPosix
import SystemPackage

/// Makes consoles: shares event loops, compiled patterns and the threads that write transcripts among them.
public final class ConsoleHub: Sendable {
    private let group: any EventLoopGroup
    private let clock: any LabClock
    private let transcripts: String
    private let transcriptLimit: UInt64
    private let threadPool: NIOThreadPool
    private let cache = PatternCache()

    /// - Parameters:
    ///   - group: Each console stays on one loop of it.
    ///   - transcripts: The folder for transcripts; made when the first console is opened.
    ///   - transcriptLimit: The largest transcript of a console, in bytes; what comes after is left out of it.
    ///   - threadPool: Its threads write the transcripts.
    public init(
        group: any EventLoopGroup, clock: any LabClock, transcripts: String, transcriptLimit: UInt64 = 2 << 30,
        threadPool: NIOThreadPool = .singleton
    ) {
        self.transcriptLimit = transcriptLimit
        self.group = group
        self.clock = clock
        self.transcripts = transcripts
        self.threadPool = threadPool
    }

    /// Opens a console that is not connected yet. Its transcript is `<name>.log` and `<name>.idx` in
    /// `transcriptFolder`, a path below the hub's folder; a number is added when they exist already.
    ///
    /// - Parameter name: Such as `uart0`: letters, digits, `.`, `_` and `-`.
    /// - Throws: `Failure` of type `configuration` when the name or the folder is not allowed, `infrastructure` when
    ///   the files cannot be made.
    public func open(name: String, transcriptFolder: String = "") async throws -> SerialConsole {
        let eventLoop = group.next()
        let folder = try folder(transcriptFolder, for: name)
        let pool = threadPool
        let files = try await pool.runIfActive {
            try makeFolder(folder)
            return try TranscriptFiles(folder: folder, name: name)
        }
        let box = try await eventLoop.submit { [clock, transcriptLimit] in
            let log = TranscriptLog(
                files: files, eventLoop: eventLoop, pool: pool, clock: clock, limit: transcriptLimit)
            let core = try ConsoleCore(name: name, eventLoop: eventLoop, clock: clock, transcript: log)
            return NIOLoopBoundBox(core, eventLoop: eventLoop)
        }.get()
        return SerialConsole(core: box, name: name, eventLoop: eventLoop, files: files, cache: cache)
    }

    private func folder(_ relative: String, for name: String) throws(Failure) -> String {
        let plain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard plain, !name.isEmpty, name.utf8.count <= 64, !name.hasPrefix(".") else {
            throw Failure(.configuration, "'\(name)' is not a name for a console", advice: "such as uart0")
        }
        guard !relative.hasPrefix("/"), !relative.split(separator: "/").contains("..") else {
            throw Failure(.configuration, "'\(relative)' is not below the folder of the transcripts")
        }
        return relative.isEmpty ? transcripts : transcripts + "/" + relative
    }
}

/// Makes a folder and those above it.
///
/// - Throws: `Failure` of type `infrastructure`.
private func makeFolder(_ path: String) throws(Failure) {
    var current = FilePath(path).isAbsolute ? FilePath("/") : FilePath("")
    for component in FilePath(path).components {
        current.append(component)
        guard mkdir(current.string, 0o750) != 0, errno != EEXIST else { continue }
        throw Failure(
            .infrastructure, "cannot make the folder \(current): \(String(cString: strerror(errno)))",
            advice: "check its permissions")
    }
}
