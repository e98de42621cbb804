import LabModel
import Testing

@testable import LabArtifacts

@Suite struct TransferStateTests {
    private typealias Head = TransferState.Head

    private func state(cached: CacheIndex.Entry? = nil, maximum: Int64 = 1000) -> TransferState {
        TransferState(cached: cached, maximumBytes: maximum)
    }

    private func headers(_ state: TransferState) -> [String] {
        state.requestHeaders.map { "\($0.name): \($0.value)" }
    }

    @Test func aBrokenTransferContinuesUnderItsValidator() {
        var state = state()
        #expect(state.responded(Head(status: 200, contentLength: 100, etag: "\"v1\"")) == .receive(from: 0))
        #expect(state.took(40) == nil)
        #expect(!state.isComplete)
        #expect(state.broke() == true)
        #expect(headers(state) == ["Range: bytes=40-", "If-Range: \"v1\""])
        #expect(
            state.responded(Head(status: 206, contentRange: "bytes 40-99/100", etag: "\"v1\"")) == .receive(from: 40))
        #expect(state.took(60) == nil)
        #expect(state.isComplete)
    }

    @Test func aChangedFileBeginsAgain() {
        var state = state()
        _ = state.responded(Head(status: 200, contentLength: 100, etag: "\"v1\""))
        _ = state.took(40)
        _ = state.broke()
        #expect(state.responded(Head(status: 200, contentLength: 90, etag: "\"v2\"")) == .receive(from: 0))
        #expect(state.received == 0 && state.total == 90)
    }

    @Test(arguments: [nil, "W/\"weak\""]) func withoutAStrongValidatorNothingIsKept(etag: String?) {
        var state = state()
        _ = state.responded(Head(status: 200, contentLength: 100, etag: etag))
        _ = state.took(40)
        #expect(state.broke() == false)
        #expect(headers(state).isEmpty)
    }

    @Test(arguments: ["bytes 50-99/100", "bytes 30-99/100", "rows 40-99/100", "bytes 40"])
    func aContinuationInTheWrongPlaceIsThrownAway(range: String) {
        var state = state()
        _ = state.responded(Head(status: 200, contentLength: 100, etag: "\"v1\""))
        _ = state.took(40)
        _ = state.broke()
        guard case .tryAgain = state.responded(Head(status: 206, contentRange: range)) else {
            Issue.record("taken: \(range)")
            return
        }
        #expect(state.received == 0)
    }

    @Test func aCachedCopyIsAskedFor() {
        let entry = CacheIndex.Entry(sha256: "00", etag: "\"v1\"", lastModified: "yesterday")
        var state = state(cached: entry)
        #expect(headers(state) == ["If-None-Match: \"v1\"", "If-Modified-Since: yesterday"])
        #expect(state.responded(Head(status: 304)) == .notModified)
        var blank = self.state()
        guard case .refuse = blank.responded(Head(status: 304)) else {
            Issue.record("304 without a copy was taken")
            return
        }
    }

    @Test func theSizeIsBoundedBeforeAndWhileItComes() {
        var promised = state(maximum: 10)
        guard case .refuse = promised.responded(Head(status: 200, contentLength: 11)) else {
            Issue.record("too large a length was taken")
            return
        }
        var endless = state(maximum: 10)
        _ = endless.responded(Head(status: 200))
        #expect(endless.took(10) == nil)
        #expect(endless.took(1) != nil)
    }

    @Test(arguments: [408, 429, 500, 503, 416]) func troubleIsTriedAgain(status: Int) {
        var state = state()
        guard case .tryAgain = state.responded(Head(status: status)) else {
            Issue.record("not tried again")
            return
        }
    }

    @Test(arguments: [400, 401, 403, 404, 410, 301]) func refusalsAreFinal(status: Int) {
        var state = state()
        guard case .refuse = state.responded(Head(status: status)) else {
            Issue.record("not final")
            return
        }
    }
}

@Suite struct ImageURLTests {
    @Test func partsAreFound() throws {
        let url = try ImageURL("https://me:pass@host:8080/a/b%20c.img?token=x#frag")
        #expect(url.userInfo == "me:pass" && url.host == "host:8080" && url.path == "/a/b%20c.img")
        #expect(url.request == "https://host:8080/a/b%20c.img?token=x")
        #expect(url.masked == "https://***@host:8080/a/b%20c.img?***")
        #expect(url.fileName == "b_20c.img")
    }

    @Test(arguments: [
        "", "ftp://x/y", "http://", "http:/x", "file://host/etc", "file://x", "http://a b/", "http+unix://%2fx/",
    ])
    func otherFormsAreRefused(text: String) {
        #expect(throws: Failure.self) { try ImageURL(text) }
    }

    @Test func redirectsStayOnTheWeb() throws {
        let url = try ImageURL("https://host/a/b")
        #expect(url.redirected(to: "c")?.request == "https://host/a/c")
        #expect(url.redirected(to: "/c?d")?.request == "https://host/c?d")
        #expect(url.redirected(to: "//other/c")?.request == "https://other/c")
        #expect(url.redirected(to: "https://other/c")?.request == "https://other/c")
        #expect(url.redirected(to: "http://host/c") == nil)
        #expect(url.redirected(to: "file:///etc/passwd") == nil)
        #expect(url.redirected(to: "unix:///run/x") == nil)
    }

    @Test func credentialsNeverShow() {
        let text = "fatal: 'https://u:p@host/x' and https://t@h/y failed at a@b"
        #expect(ImageURL.masked(text) == "fatal: 'https://***@host/x' and https://***@h/y failed at a@b")
    }
}
