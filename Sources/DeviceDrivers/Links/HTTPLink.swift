public import LabModel

/// Requests to a device that speaks HTTP. Called on the device's own thread; every call blocks for at most its time-out.
///
/// Every failure is `infrastructure` and names the host; secrets do not stand in it.
public protocol HTTPLink: AnyObject {
    /// - Returns: the answer, whatever its status is.
    /// - Throws: when no answer came in time, or one of more than 1 MiB.
    func perform(_ request: DeviceHTTPRequest) throws(Failure) -> DeviceHTTPResponse
}

public struct DeviceHTTPRequest: Hashable, Sendable {
    public var method: String
    /// Path and query, percent-encoded, from the first `/`.
    public var target: String
    public var headers: [String: String]
    public var body: [UInt8]
    public var timeout: Duration

    public init(
        _ method: String = "GET", _ target: String, headers: [String: String] = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(3)
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

public struct DeviceHTTPResponse: Hashable, Sendable {
    public var status: Int
    /// Names in lower case.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
