/// A device that speaks HTTP, without the HTTP: one file each says what a product's pages answer.
public protocol HTTPDeviceModel: AnyObject, Sendable {
    var contacts: Contacts { get }

    func answer(_ request: ModelRequest) -> ModelResponse
}

/// One request to a modelled device.
public struct ModelRequest: Hashable, Sendable {
    public var method: String
    /// Without the query, percent codes resolved.
    public var path: String
    /// Of the query and of a posted form.
    public var fields: [String: String]
    public var authorization: String?
    /// As it was sent, for digests.
    public var target: String
    public var body: [UInt8]
}

public struct ModelResponse: Hashable, Sendable {
    public var status: Int
    public var body: String
    public var headers: [String: String] = [:]

    public static func json(_ body: String) -> ModelResponse {
        ModelResponse(status: 200, body: body, headers: ["Content-Type": "application/json"])
    }

    public static let notFound = ModelResponse(status: 404, body: "Not Found")
}
