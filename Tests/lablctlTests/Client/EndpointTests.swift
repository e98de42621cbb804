import LabModel
import Testing

@testable import lablctl

@Suite struct EndpointTests {
    private func resolution(
        environment: [String: String] = [:], sockets: [String: UInt32] = [:], files: [String: String] = [:]
    ) -> EndpointResolution {
        EndpointResolution(
            environment: environment, userID: 1000, socketOwner: { sockets[$0] }, readFile: { files[$0] })
    }

    @Test(arguments: [
        ("unix:/run/labd.sock", Endpoint.unix(path: "/run/labd.sock")),
        ("unix:///run/labd.sock", .unix(path: "/run/labd.sock")),
        ("/run/labd.sock", .unix(path: "/run/labd.sock")),
        ("127.0.0.1:8384", .http(base: "http://127.0.0.1:8384")),
        ("http://lab:8384/", .http(base: "http://lab:8384")),
        ("https://lab", .http(base: "https://lab")),
    ])
    func addressesAreRead(text: String, endpoint: Endpoint) throws {
        #expect(try Endpoint(parsing: text) == endpoint)
    }

    @Test(arguments: [
        "unix:", "unix:relative.sock", "foo", "lab:", "lab:port", "lab:99999", "http://", "http://lab/path",
        "two words", "",
        "unix:/" + String(repeating: "x", count: 107),
    ])
    func otherTextIsRefused(text: String) {
        #expect(throws: Failure.self) { try Endpoint(parsing: text) }
    }

    @Test func aSocketsPathIsEncodedIntoTheURL() {
        let endpoint = Endpoint.unix(path: "/tmp/a b/labd.sock")
        #expect(endpoint.url("/healthz") == "http+unix://%2Ftmp%2Fa%20b%2Flabd.sock/healthz")
    }

    @Test func theOptionWinsOverTheEnvironment() throws {
        let resolution = resolution(environment: ["LABD_SERVER": "unix:/env.sock"])
        #expect(try resolution.resolve(option: "unix:/option.sock").endpoint == .unix(path: "/option.sock"))
        #expect(try resolution.resolve(option: nil).endpoint == .unix(path: "/env.sock"))
    }

    @Test func theStateFoldersSocketComesBeforeTheRuntimeFolders() throws {
        let environment = ["HOME": "/home/me", "XDG_RUNTIME_DIR": "/run/user/1000"]
        let state = "/home/me/.local/state/labd/labd.sock"
        let runtime = "/run/user/1000/labd-1000/labd.sock"
        let both = resolution(environment: environment, sockets: [state: 1000, runtime: 1000])
        #expect(try both.resolve(option: nil).endpoint == .unix(path: state))
        let one = resolution(environment: environment, sockets: [runtime: 1000])
        #expect(try one.resolve(option: nil).endpoint == .unix(path: runtime))
    }

    @Test func theStateHomeOfTheEnvironmentIsFollowed() throws {
        let environment = ["HOME": "/home/me", "XDG_STATE_HOME": "/state"]
        #expect(resolution(environment: environment).candidates.first == "/state/labd/labd.sock")
    }

    @Test func aSocketOfSomebodyElseIsPassedOver() {
        let resolution = resolution(environment: ["HOME": "/h"], sockets: ["/tmp/labd-1000/labd.sock": 1001])
        #expect(throws: CommandError.self) { try resolution.resolve(option: nil) }
    }

    @Test func withoutADaemonTheMessageSaysWhatToDo() throws {
        let error = try #require(throws: CommandError.self) {
            try resolution(environment: ["HOME": "/h"]).resolve(option: nil)
        }
        #expect(error.status == .noDaemon)
        #expect(error.failure.advice == "start one with `labd`, or run a single job with `lablctl run FILE`")
    }

    @Test func aWrongAddressIsAUsageError() throws {
        let error = try #require(throws: CommandError.self) { try resolution().resolve(option: "unix:x") }
        #expect(error.status == .usage)
    }

    @Test func theLocalTokenStaysOnThisMachine() throws {
        let resolution = resolution(
            environment: ["HOME": "/h"], files: ["/h/.local/state/labd/token": "secret\n"])
        #expect(try resolution.resolve(option: "http://127.0.0.1:8384").token == "secret")
        #expect(try resolution.resolve(option: "http://[::1]:8384").token == "secret")
        #expect(try resolution.resolve(option: "http://lab.example:8384").token == nil)
        #expect(try resolution.resolve(option: "http://127.0.0.1.example:8384").token == nil)
    }

    @Test func aTokenOfTheEnvironmentGoesAnywhere() throws {
        let resolution = resolution(environment: ["LABD_TOKEN": "t"])
        #expect(try resolution.resolve(option: "http://lab.example:8384").token == "t")
    }

    @Test func submittersArePlainNames() {
        #expect(resolution(environment: ["LABD_USER": "ci", "USER": "me"]).userName == "ci")
        #expect(resolution(environment: ["USER": "a b"]).userName == nil)
        #expect(resolution(environment: ["USER": "x\r\nHost: y"]).userName == nil)
    }
}
