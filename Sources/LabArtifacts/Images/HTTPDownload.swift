import AsyncHTTPClient
import LabModel
import Logging
import NIOCore
import NIOHTTP1

/// Gets one URL into a file: follows redirects, tries again, continues where a transfer broke.
struct HTTPDownload {
    enum Outcome {
        case file(PartialFile, TransferState)
        case notModified
    }

    /// Pieces are gathered to this size before they go to disk.
    private static let writeSize = 1 << 20

    let client: HTTPClient
    let settings: ImageStoreSettings
    let clock: any LabClock
    let logger: Logger
    let url: ImageURL
    let headers: [String: String]
    let path: String

    /// A failure that another try may mend.
    private struct Broken: Error {
        var reason: String
    }

    /// - Throws: `infrastructure` with the URL (credentials masked) and what to try; `CancellationError`.
    func run(
        cached: CacheIndex.Entry?, progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws -> Outcome {
        var state = TransferState(cached: cached, maximumBytes: settings.maximumDownloadBytes)
        var file = try PartialFile(path)
        var meter = ProgressMeter(interval: settings.progressInterval)
        var attempt = 1
        while true {
            do {
                let isFile = try await transfer(&state, &file) { state, isLast in
                    if meter.isDue(at: clock.monotonic()) || isLast {
                        progress(FetchProgress(bytes: state.received, total: state.total))
                    }
                }
                return isFile ? .file(file, state) : .notModified
            } catch let broken as Broken {
                try Task.checkCancellation()
                let continues = state.broke()
                logger.info(
                    "download broke",
                    metadata: ["url": "\(url.masked)", "reason": "\(broken.reason)", "continues": "\(continues)"])
                guard attempt < settings.attempts else {
                    throw Failure(
                        .infrastructure,
                        "\(url.masked) could not be downloaded in \(attempt) tries: \(broken.reason)",
                        advice: "check that the server is up and reachable from this host, then run the job again")
                }
                try await clock.sleep(for: .seconds(1 << min(attempt - 1, 5)))
                attempt += 1
            }
        }
    }

    /// One try.
    ///
    /// - Returns: false when the cached copy is still right.
    private func transfer(
        _ state: inout TransferState, _ file: inout PartialFile, _ report: (TransferState, _ isLast: Bool) -> Void
    ) async throws -> Bool {
        var target = url
        for _ in 0...settings.maximumRedirects {
            let response = try await ask(target, state)
            switch state.responded(TransferState.Head(response)) {
            case .notModified: return false
            case .tryAgain(let reason): throw Broken(reason: reason)
            case .refuse(let reason, let advice):
                throw Failure(.infrastructure, "\(url.masked) \(reason)", advice: advice)
            case .redirect(let location):
                guard let next = target.redirected(to: location) else {
                    throw Failure(
                        .infrastructure,
                        "\(url.masked) redirects to \(ImageURL.masked(location)), which is not followed",
                        advice: "name the final URL in the job")
                }
                target = next
            case .receive(let offset):
                if offset == 0 { try file.restart() }
                try await receive(response.body, &state, &file, report)
                return true
            }
        }
        throw Failure(.infrastructure, "\(url.masked) redirects more than \(settings.maximumRedirects) times")
    }

    private func ask(_ target: ImageURL, _ state: TransferState) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: target.request)
        request.headers.add(name: "User-Agent", value: "labd")
        request.headers.add(name: "Accept-Encoding", value: "identity")
        // What the job says to one server is not for another.
        if target.hasSameOrigin(as: url) {
            for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
                request.headers.replaceOrAdd(name: name, value: value)
            }
            addCredentials(to: &request)
        }
        for (name, value) in state.requestHeaders { request.headers.replaceOrAdd(name: name, value: value) }
        do {
            return try await client.execute(request, deadline: .distantFuture)
        } catch {
            throw try translated(error)
        }
    }

    private func addCredentials(to request: inout HTTPClientRequest) {
        guard let userInfo = url.userInfo else { return }
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let user = ImageURL.decoded(parts[0]), let password = ImageURL.decoded(parts.count > 1 ? parts[1] : "")
        else { return }
        request.setBasicAuth(username: user, password: password)
    }

    private func receive(
        _ body: HTTPClientResponse.Body, _ state: inout TransferState, _ file: inout PartialFile,
        _ report: (TransferState, _ isLast: Bool) -> Void
    ) async throws {
        var gathered = ByteBuffer()
        do {
            for try await var piece in body {
                if case .refuse(let reason, let advice) = state.took(piece.readableBytes) {
                    throw Failure(.infrastructure, "\(url.masked) \(reason)", advice: advice)
                }
                gathered.writeBuffer(&piece)
                report(state, false)
                if gathered.readableBytes >= Self.writeSize {
                    file = try await file.appending(gathered)
                    gathered.clear()
                }
            }
        } catch  where !(error is Failure) && !(error is HostError) {
            // What came before the break is kept, so that the next try continues after it.
            file = try await file.appending(gathered)
            throw try translated(error)
        }
        file = try await file.appending(gathered)
        report(state, true)
        guard state.isComplete else { throw Broken(reason: "the transfer ended early") }
    }

    private func translated(_ error: any Error) throws -> any Error {
        try Task.checkCancellation()
        switch error {
        case let error as HTTPClientError where error == .cancelled: return CancellationError()
        case let error as HTTPClientError where error == .invalidURL || error == .emptyHost:
            return Failure(.job, "\(url.masked) is not a URL that can be fetched")
        case let error as HTTPClientError where error == .readTimeout:
            return Broken(reason: "the server sent nothing for \(settings.idleTimeout)")
        default: return Broken(reason: ImageURL.masked("\(error)"))
        }
    }
}

extension TransferState.Head {
    init(_ response: HTTPClientResponse) {
        self.init(
            status: Int(response.status.code),
            contentLength: response.headers.first(name: "content-length").flatMap(Int64.init),
            contentRange: response.headers.first(name: "content-range"),
            etag: response.headers.first(name: "etag"),
            lastModified: response.headers.first(name: "last-modified"),
            location: response.headers.first(name: "location"))
    }
}
