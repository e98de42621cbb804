import Crypto
import LabModel

/// Digests of a file, and what a job expects of them.
package enum ImageDigests {
    static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func sha256(_ text: String) -> String {
        hexadecimal(SHA256.hash(data: Array(text.utf8)))
    }

    package static func sha256(of file: HostFile, _ cancellation: CancellationFlag) throws -> String {
        try digest(of: file, with: SHA256(), cancellation)
    }

    /// Compares `file` with the digests that `image` names.
    ///
    /// - Throws: `job` for the first that differs.
    static func check(
        _ file: HostFile, sha256: String, against image: ImageRequest, _ cancellation: CancellationFlag
    ) throws {
        try compare("sha256", sha256, image.sha256)
        if let md5 = image.md5 {
            try compare("md5", try digest(of: file, with: Insecure.MD5(), cancellation), md5)
        }
        if let sha512 = image.sha512 {
            try compare("sha512", try digest(of: file, with: SHA512(), cancellation), sha512)
        }
    }

    private static func compare(_ name: String, _ actual: String, _ expected: String?) throws(Failure) {
        guard let expected, expected.lowercased() != actual else { return }
        throw Failure(
            .job, "has the \(name) digest \(actual), not \(expected.lowercased()) as the job says",
            advice: "check that the URL names the file that was meant; the digest is that of the file as downloaded")
    }

    private static func digest(
        of file: HostFile, with function: some HashFunction, _ cancellation: CancellationFlag
    ) throws -> String {
        var function = function
        try file.forEachBlock(cancellation: cancellation) { function.update(bufferPointer: $0) }
        return hexadecimal(function.finalize())
    }
}
