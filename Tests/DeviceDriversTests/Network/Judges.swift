import Foundation
import Glibc
import LabModel

@testable import DeviceDrivers

/// Programs that others wrote and that speak the protocols of our drivers: `scripts/judges` puts them into the cache.
enum Judges {
    /// Where they are; nil when they are not there.
    static let folder: String? = {
        let variables = ProcessInfo.processInfo.environment
        let cache = variables["XDG_CACHE_HOME"] ?? (variables["HOME"] ?? "") + "/.cache"
        let folder = cache + "/labd/judges"
        return FileManager.default.fileExists(atPath: folder + "/recipe") ? folder : nil
    }()

    static let absence: String = "no judges in the cache: `scripts/judges` or `make test-all` fetches them"

    /// Our own programs that use what the judges bring.
    static func program(_ name: String) -> String {
        // The package's folder may be one of links to the real one.
        var folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder.appending(path: "scripts/judge-programs/\(name)").path
    }

    static var python: String { (folder ?? "") + "/venv/bin/python" }

    /// A program of a Debian package, without having installed it.
    static func debian(_ path: String, _ arguments: [String]) -> [String] {
        let tree = (folder ?? "") + "/tree"
        let machine =
            (try? FileManager.default.contentsOfDirectory(atPath: tree + "/usr/lib"))?
            .filter { $0.contains("-linux-") } ?? []
        let libraries = machine.flatMap { ["\(tree)/usr/lib/\($0)", "\(tree)/lib/\($0)"] }.joined(separator: ":")
        return ["env", "LD_LIBRARY_PATH=\(libraries)", "MIBS=", "\(tree)/\(path)"] + arguments
    }

    /// Runs a judge to its end. Blocks.
    static func run(_ words: [String]) throws -> (status: Int32, output: String, errors: String) {
        let result = try ProcessLink().run(
            words[0], Array(words.dropFirst()), environment: ["LC_ALL": "C.UTF-8"], timeout: .seconds(120))
        return (
            result.status, String(decoding: result.output, as: UTF8.self),
            String(decoding: result.errors, as: UTF8.self)
        )
    }

    /// A port that was free a moment ago, for programs that cannot choose one themselves.
    static func freePort(datagrams: Bool = false) throws -> Int {
        let kind = Int32(datagrams ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue)
        let socket = Descriptor(Glibc.socket(AF_INET, kind, 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket.number, address, size) == 0 && getsockname(socket.number, address, &size) == 0
            }
        }
        guard bound else { throw Failure(.infrastructure, "no port: \(Descriptor.reason())") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
