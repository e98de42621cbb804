import BenchKit
import Foundation
import LabArtifacts
import LabModel
import Logging

/// What labd does with images, beside what cannot be done without.
///
/// `ImageBench [TURNS [MEBIBYTES [FORM…]]]`: turns, size of the image, the forms to unpack (all).
@main
struct ImageBench {
    static func main() async throws {
        let turns = Bench.turns(standard: 3)
        let size = CommandLine.arguments.dropFirst(2).first.flatMap(Int.init) ?? 1024
        let named = CommandLine.arguments.dropFirst(3).compactMap(ImageForm.init)
        let forms = named.isEmpty ? ImageForm.allCases : Array(named)
        let folder = URL.temporaryDirectory.path + "/labd-image-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fast = forms.filter { !$0.isSlow }
        if !fast.isEmpty {
            let image = try SampleImage(mebibytes: size, at: folder + "/image.raw")
            try await UnpackRows(image: image, forms: fast, folder: folder, turns: turns).run()
            try await DigestRows(image: image, folder: folder, turns: turns).run()
        }
        // These take so long for a byte that a quarter of the image says as much.
        let slow = forms.filter(\.isSlow)
        if !slow.isEmpty {
            let image = try SampleImage(mebibytes: max(size / 4, 40), at: folder + "/quarter.raw")
            try await UnpackRows(image: image, forms: slow, folder: folder, turns: min(turns, 2)).run()
        }
    }
}
