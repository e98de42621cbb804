import AsyncHTTPClient
public import LabModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// HTTP to a device, for a caller that may block. Every request has a connection of its own: small devices close theirs
/// whenever they like, and many serve one at a time.
public final class HTTPClientLink: HTTPLink {
    /// More is no device's answer.
    private static let maximumAnswer = 1 << 20

    /// One for all devices, as long as the process lives. Redirects are not followed: where a device sends us must not
    /// get its password.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

    private let url: String
    private var login: HTTPLogin?

    /// - Parameter url: `http://host:port` or `https://host:port`, without a path.
    /// - Throws: `configuration` when that is no such URL.
    public init(_ url: String, credentials: HTTPCredentials?) throws(Failure) {
        guard (try? HTTPClient.Request(url: url)) != nil else {
            throw Failure(.configuration, "\(url.prefix(120)) is no URL of a device, such as http://10.0.0.5:80")
        }
        self.url = url
        login = credentials.map { HTTPLogin($0) }
    }

    public func perform(_ request: DeviceHTTPRequest) throws(Failure) -> DeviceHTTPResponse {
        let deadline = LinkDeadline(request.timeout)
        let first = try send(request, login?.header(for: request), deadline)
        // A digest needs what the device said with its refusal, and again whenever that has become stale.
        guard first.status == 401, login?.learn(first.headers["www-authenticate"]) == true else { return first }
        return try send(request, login?.header(for: request), deadline)
    }

    private func send(
        _ request: DeviceHTTPRequest, _ authorization: String?, _ deadline: LinkDeadline
    ) throws(Failure) -> DeviceHTTPResponse {
        var headers = HTTPHeaders(request.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        headers.replaceOrAdd(name: "Connection", value: "close")
        headers.replaceOrAdd(name: "User-Agent", value: "labd")
        if let authorization { headers.replaceOrAdd(name: "Authorization", value: authorization) }
        do {
            let call = try HTTPClient.Request(
                url: url + request.target, method: HTTPMethod(rawValue: request.method), headers: headers,
                body: request.body.isEmpty ? nil : .bytes(request.body))
            let gather = ResponseAccumulator(request: call, maxBodySize: Self.maximumAnswer)
            let answer = try Self.client.execute(
                request: call, delegate: gather,
                deadline: .now() + .nanoseconds(max(0, deadline.remaining.nanoseconds))
            ).wait()
            let pairs = answer.headers.map { ($0.name.lowercased(), $0.value) }
            return DeviceHTTPResponse(
                status: Int(answer.status.code), headers: Dictionary(pairs) { "\($0), \($1)" },
                body: answer.body.map { Array($0.readableBytesView) } ?? [])
        } catch {
            throw Failure(.infrastructure, "\(url): \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError
        where error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout:
            "no answer in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed: "it closed the connection"
        case let error as IOError: Descriptor.reason(error.errnoCode)
        case is NIOConnectionError: "it cannot be reached"
        default: String("\(error)".prefix(120))
        }
    }
}
