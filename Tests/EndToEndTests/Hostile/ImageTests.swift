import Foundation
import LabWire
import Testing

/// Images that are not what the job says, from submission to the job's failure.
@Suite(.serialized) struct HostileImageTests {
    struct Case: Sendable {
        var image: String
        var type: String
        var says: String
    }

    static let cases = [
        Case(image: "url: file://@/absent.img", type: "Job", says: "absent.img"),
        Case(image: "url: file:///etc/hostname", type: "Job", says: "/etc/hostname"),
        Case(
            image: "url: file://@/small.img, sha256sum: \(String(repeating: "0", count: 64))", type: "Job",
            says: "has the sha256 digest"),
        Case(image: "url: file://@/small.img, compression: gz", type: "Job", says: "small.img"),
        Case(
            image: "url: http://127.0.0.1:9/small.img", type: "Infrastructure",
            says: "http://127.0.0.1:9/small.img was not fetched in time: nothing had come"),
    ]

    @Test func anImageThatIsNotWhatItShouldBeEndsTheJobWithItsPlace() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "no image".write(toFile: folder + "/small.img", atomically: true, encoding: .utf8)
        try "extends: sim\ndeploy_methods: [overlay, download]\n"
            .write(toFile: folder + "/sim-images.yaml", atomically: true, encoding: .utf8)
        let more = """
            - {name: images, type: sim-images, driver: sim, tags: [images]}
            device_types: ['\(folder)']
            images: {file_folders: ['\(folder)']}
            """
        try await HostileLab.with(more: more) { lab in
            for hostile in Self.cases {
                let image = hostile.image.replacing("@", with: folder)
                let first = """
                    - deploy:
                        to: download
                        timeout: {seconds: 4}
                        images:
                          one: {\(image)}
                    - boot: {method: minimal, prompts: ['/ # ']}
                    """
                let ending = try await lab.run(
                    HostileJob(tag: "images", type: "sim-images", blocks: [], first: first))
                print("hostile: \(hostile.image): \(ending.failure) (\(ending.job.failure?.place ?? "no place"))")
                #expect(ending.job.failure?.type == hostile.type, "\(image): \(ending.failure)")
                #expect(ending.failure.lowercased().contains(hostile.says), "\(image): \(ending.failure)")
                #expect(ending.job.failure?.place?.isEmpty == false, "\(image)")
                #expect(ending.results.contains { $0.name == "download-retry" && $0.result == "fail" })
            }
        }
    }
}
