import LabModel
import Testing

@Suite struct BuildNameTests {
    private static let words: [(metadata: DataValue, source: String, name: String)] = [
        (["build": "1234", "version": "2"], "metadata: build", "1234"),
        (["Git-Commit": "abc", "kernel.version": "6.1"], "metadata: Git-Commit", "abc"),
        (["build_number": 17], "metadata: build_number", "17"),
        (["kernel.version": "6.1.9"], "metadata: kernel.version", "6.1.9"),
    ]

    @Test(arguments: words)
    func theJobsOwnWord(metadata: DataValue, source: String, name: String) {
        #expect(BuildName(metadata: metadata) == BuildName(source: source, name: name))
    }

    private static let nothing: [DataValue] = [
        ["owner": "ada"], ["build": ""], ["build": ["a", "b"]], .null, "build",
    ]

    @Test(arguments: nothing)
    func saysNothing(metadata: DataValue) {
        #expect(BuildName(metadata: metadata) == nil)
    }

    @Test func imagesAreNamedByTheirDigests() {
        let name = BuildName(images: ["ramdisk": "fedcba9876543210", "kernel": "0123456789abcdef"])
        #expect(name == BuildName(source: "images", name: "kernel 0123456789ab, ramdisk fedcba987654"))
        #expect(BuildName(images: [:]) == nil)
    }

    @Test func namesAreBounded() {
        #expect(BuildName(metadata: ["build": .string(String(repeating: "x", count: 5000))])?.name.count == 200)
    }
}
