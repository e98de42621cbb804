import JobDSL
import LabModel
import Testing

@Suite struct ProfileCacheTests {
    private let type = DeviceTypeName(rawValue: "board")

    @Test func everyContextGetsItsOwnProfile() throws {
        let folder = try TypeFolder([
            "board.yaml": "vars: {arch: arm64, note: }\narchitecture: '{arch}'\ndescription: '{note}'\n"
        ])
        let catalog = folder.catalog
        // More of them than are remembered, and each of them twice.
        for number in Array(0..<150) + Array(0..<150) {
            let profile = try catalog.profile(
                of: type, variables: ["note": .string("board \(number)")], context: ["arch": .string("a\(number)")])
            #expect(profile.description == "board \(number)" && profile.architecture == "a\(number)")
        }
        #expect(try catalog.profile(of: type, variables: ["note": "x"]).architecture == "arm64")
    }

    @Test func whatIsRefusedStaysRefused() throws {
        let catalog = try TypeFolder(["board.yaml": "architecture: arm64\n"]).catalog
        for _ in 1...2 {
            let failure = #expect(throws: Failure.self) { try catalog.profile(of: type, variables: ["nope": 1]) }
            #expect(failure?.type == .configuration)
        }
    }
}
