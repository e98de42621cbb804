import LabModel
import Synchronization

/// What boards may fetch: exact names, each with an unguessable part. There is no folder to list or to climb out of.
final class PublishedFiles: Sendable {
    struct File: Hashable, Sendable {
        var path: String
        var job: JobID
    }

    private struct State {
        var http: [String: File] = [:]
        var tftp: [String: File] = [:]
        var generator: any RandomNumberGenerator & Sendable
    }

    private let state: Mutex<State>

    init(generator: any RandomNumberGenerator & Sendable) {
        state = Mutex(State(generator: generator))
    }

    /// - Returns: `token/name`.
    func publishHTTP(_ path: String, for job: JobID) -> String {
        let name = Self.safeName(path.split(separator: "/").last.map(String.init) ?? "file")
        return state.withLock { state in
            let key = "\(Self.token(&state.generator))/\(name)"
            state.http[key] = File(path: path, job: job)
            return key
        }
    }

    /// - Returns: `job/token/name`.
    func publishTFTP(_ path: String, as name: String, for job: JobID) -> String {
        state.withLock { state in
            let key = "\(job)/\(Self.token(&state.generator))/\(Self.safeName(name))"
            state.tftp[key] = File(path: path, job: job)
            return key
        }
    }

    func withdraw(_ job: JobID) {
        state.withLock { state in
            state.http = state.http.filter { $0.value.job != job }
            state.tftp = state.tftp.filter { $0.value.job != job }
        }
    }

    /// - Parameter target: the request's path, with its leading slash.
    func file(httpTarget target: String) -> File? {
        guard target.hasPrefix("/") else { return nil }
        return state.withLock { $0.http[String(target.dropFirst())] }
    }

    /// A leading slash is allowed: some boot loaders add one.
    func file(tftpName name: String) -> File? {
        let key = name.hasPrefix("/") ? String(name.dropFirst()) : name
        return state.withLock { $0.tftp[key] }
    }

    /// 128 bits, in hexadecimal.
    private static func token(_ generator: inout any RandomNumberGenerator & Sendable) -> String {
        (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// What every boot loader and shell takes without quoting.
    private static func safeName(_ name: String) -> String {
        let safe = name.utf8.prefix(64).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        return safe.isEmpty ? "file" : String(decoding: safe, as: UTF8.self)
    }
}
