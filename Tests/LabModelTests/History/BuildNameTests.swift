import LabModel
import Testing

@Suite struct BuildNameTests {
    @Test(arguments: [
        (["build": "1234", "version": "2"] as DataValue, "metadata: build", "1234"),
        (["Git-Commit": "abc", "kernel.version": "6.1"] as DataValue, "metadata: Git-Commit", "abc"),
        (["build_number": 17] as DataValue, "metadata: build_number", "17"),
        (["kernel.version": "6.1.9"] as DataValue, "metadata: kernel.version", "6.1.9"),
    ])
    func theJobsOwnWord(metadata: DataValue, source: String, name: String) {
        #expect(BuildName(metadata: metadata) == BuildName(source: source, name: name))
    }

    @Test(arguments: [["owner": "ada"] as DataValue, ["build": ""], ["build": ["a", "b"]], .null, "build"])
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
