import BenchKit
import Foundation
import Glibc

/// A labd of this build with a state folder of its own.
final class LabUnderTest {
    let folder: TemporaryFolder
    let state: String
    let child: Child
    let client: LabClient

    /// Where this build's programs are.
    static let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    private static let startLimit = 30.0

    /// Starts labd and returns once it answers.
    ///
    /// - Parameters:
    ///   - state: an own folder if nil.
    ///   - onTCP: whether the client uses a TCP port, with the token.
    init(state: String? = nil, environment: [String: String] = [:], onTCP: Bool = false) throws {
        folder = try TemporaryFolder()
        self.state = state ?? folder.path + "/state"
        var arguments = ["--state", self.state, "--quiet"]
        var port: UInt16 = 0
        if onTCP {
            // Free a moment ago, and nobody else takes ports here.
            port = try Descriptor.listener().port
            arguments += ["--port", "\(port)"]
        } else {
            arguments.append("--no-tcp")
        }
        let begin = Cost.now
        child = try Child(Self.programs + "/labd", arguments, environment: environment)
        let local = LabClient(place: .unix(self.state + "/labd.sock"))
        while true {
            if let answer = try? local.request("GET", "/api/v1/system"), answer.status == 200 { break }
            guard child.process.isRunning, Cost.now - begin < Self.startLimit else {
                throw BenchError("labd does not start; run `labd doctor`")
            }
            usleep(500)
        }
        startTime = Cost.now - begin
        client = onTCP ? LabClient(place: .loopback(port, token: try Self.token(self.state))) : local
    }

    /// From its start to its first answer, in seconds.
    let startTime: Double

    func stop() { child.end(SIGTERM) }

    private static func token(_ state: String) throws -> String {
        try String(contentsOfFile: state + "/token", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// A folder that is removed with its last user.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/labd-bench.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError("mkdtemp: \(String(cString: strerror(errno)))") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
