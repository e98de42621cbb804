import Glibc
import LabModel

/// Lets jobs name the board kit's files as `kit://arm64-ab/kernel`, wherever the kit lies on this machine.
struct KitSource: ArtifactSource {
    let kits: String
    let wrapped: any ArtifactSource

    private static let scheme = "kit://"

    func fetch(
        _ image: ImageRequest, into directory: String, keepsCompression: Bool,
        progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(Failure) -> FetchedImage {
        var image = image
        if image.url.hasPrefix(Self.scheme) {
            image.url = try fileURL(image.url)
        }
        return try await wrapped.fetch(
            image, into: directory, keepsCompression: keepsCompression, progress: progress)
    }

    private func fileURL(_ url: String) throws(Failure) -> String {
        let parts = url.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
        guard parts.count == 2, isPlain else {
            throw Failure(.job, "'\(url.prefix(200))' does not have the form kit://KIT/FILE")
        }
        let folder = "\(kits)/\(parts[0])/current"
        guard access(folder, F_OK) == 0 else {
            throw Failure(
                .infrastructure, "the board kit '\(parts[0].prefix(64))' is not built on this machine",
                advice: "`make kit` builds the kits that come with labd")
        }
        return "file://\(folder)/\(parts[1])"
    }
}
