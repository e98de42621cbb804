import Foundation
import LabModel

/// Requests to one device, with answers checked as far as all devices are alike. Failures name the device; neither the
/// target of a request nor a header stands in them, since both can hold passwords.
struct DeviceHTTP {
    let device: String
    private let link: any HTTPLink
    private let timeout: Duration

    /// - Parameters:
    ///   - scheme: how the device is logged in to, where its options have a password.
    ///   - user: the standard for the option `user`.
    init(
        _ options: DriverOptions, _ links: any DriverLinks, port: Int = 80, scheme: HTTPCredentials.Scheme? = nil,
        user: String = "admin", timeout: Duration = .seconds(3)
    ) throws(Failure) {
        device = options.device
        self.timeout = options.timeout(timeout)
        let isSecure = options.bool("tls") ?? false
        let host = options.text("host") ?? ""
        // An IPv6 address has colons of its own.
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        let url = "\(isSecure ? "https" : "http")://\(name):\(options.integer("port") ?? (isSecure ? 443 : port))"
        var credentials: HTTPCredentials?
        if let scheme, let password = options.text("password") {
            credentials = HTTPCredentials(scheme: scheme, user: options.text("user") ?? user, secret: password)
        }
        do {
            link = try links.http(url, credentials: credentials)
        } catch {
            throw error.placed(at: options.device)
        }
    }

    /// The body of a good answer.
    func ask(_ target: String, method: String = "GET", json: DataValue? = nil) throws(Failure) -> [UInt8] {
        var request = DeviceHTTPRequest(method, target, timeout: timeout)
        if let json {
            request.headers["Content-Type"] = "application/json"
            request.body = Array(try encoded(json))
        }
        return try perform(request)
    }

    /// Posts fields as a page's form does.
    func post(_ target: String, form: [(String, String)]) throws(Failure) -> [UInt8] {
        let pairs = form.map { "\(PercentCode.encoded($0.0))=\(PercentCode.encoded($0.1))" }
        return try perform(
            DeviceHTTPRequest(
                "POST", target, headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: Array(pairs.joined(separator: "&").utf8), timeout: timeout))
    }

    /// A good answer as JSON.
    func json(_ body: [UInt8]) throws(Failure) -> DataValue {
        guard let value = try? JSONDecoder().decode(DataValue.self, from: Data(body)) else {
            throw unexpected(body)
        }
        return value
    }

    func unexpected(_ body: [UInt8], _ what: String = "an answer that it should not give") -> Failure {
        Failure(.infrastructure, "\(what): \(DeviceAnswer.excerpt(body))", at: device)
    }

    /// The device took a command, and says that the channel is not so.
    func refused(_ channel: Int, _ isOn: Bool) -> Failure {
        Failure(
            .infrastructure,
            "channel \(channel) reads \(isOn ? "off" : "on") after it was switched "
                + "\(isOn ? "on" : "off")", at: device)
    }

    private func perform(_ request: DeviceHTTPRequest) throws(Failure) -> [UInt8] {
        let response: DeviceHTTPResponse
        do { response = try link.perform(request) } catch { throw error.placed(at: device) }
        switch response.status {
        case 200...299: return response.body
        case 401, 403:
            throw Failure(
                .infrastructure, "it refuses the login (HTTP \(response.status))", at: device,
                advice: "check 'user' and 'password'")
        default:
            throw unexpected(response.body, "HTTP \(response.status)")
        }
    }

    private func encoded(_ value: DataValue) throws(Failure) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return try encoder.encode(value) } catch {
            throw Failure(.bug, "a request cannot be written as JSON: \(error)", at: device)
        }
    }
}
