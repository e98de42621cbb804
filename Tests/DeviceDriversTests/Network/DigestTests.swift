import LabModel
import Testing

@testable import DeviceDrivers

@Suite struct DigestTests {
    private let sha =
        "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, "
        + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""

    /// RFC 7616, section 3.9.1, has the example and its answers.
    @Test(arguments: [
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
    ])
    func answersAsTheStandardsExample(_ algorithm: String, _ expected: String) throws {
        let challenge = try #require(DigestChallenge(sha.replacing("SHA-256", with: algorithm)))
        let answer = challenge.answer(
            user: "Mufasa", secret: "Circle of Life", method: "GET", target: "/dir/index.html", count: 1,
            clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
        #expect(answer.contains("response=\"\(expected)\""))
        #expect(answer.contains("opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""))
        #expect(answer.contains("nc=00000001"))
        #expect(!answer.contains("Circle"))
    }

    @Test(arguments: [
        "Basic realm=\"x\"", "Digest", "Digest realm=\"x\"", "Digest realm=\"x\", nonce=\"\"",
        "Digest realm=\"x\", nonce=\"y\", algorithm=SHA-512", "Digest realm=\"x\", nonce=\"y\", qop=\"auth-int\"",
        "Digest =,=,=", "",
    ])
    func whatCannotBeAnsweredIsRefused(_ header: String) { #expect(DigestChallenge(header) == nil) }

    @Test func aRefusedPasswordIsNotTriedAgain() {
        var login = HTTPLogin(HTTPCredentials(scheme: .digest, user: "admin", secret: "wrong"), random: { 7 })
        let request = DeviceHTTPRequest("GET", "/rpc")
        #expect(login.header(for: request) == nil)
        #expect(login.learn(sha) == true)
        #expect(login.header(for: request)?.contains("nc=00000001") == true)
        #expect(login.header(for: request)?.contains("nc=00000002") == true)
        #expect(login.learn(sha) == false)
        #expect(login.learn(sha + ", stale=true") == true)
        #expect(login.header(for: request)?.contains("nc=00000001") == true)
        #expect(login.learn(sha.replacing("7ypf", with: "8ypf")) == true)
    }

    @Test func otherSchemesNeedNoChallenge() {
        var basic = HTTPLogin(HTTPCredentials(scheme: .basic, user: "Aladdin", secret: "open sesame"))
        // RFC 7617, section 2.
        #expect(basic.header(for: DeviceHTTPRequest("GET", "/")) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(basic.learn(sha) == false)
        var bearer = HTTPLogin(HTTPCredentials(scheme: .bearer, user: "", secret: "token"))
        #expect(bearer.header(for: DeviceHTTPRequest("GET", "/")) == "Bearer token")
    }
}
