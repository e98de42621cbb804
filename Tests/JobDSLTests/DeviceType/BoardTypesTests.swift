import Foundation
import JobDSL
import LabModel
import Testing

/// The boards that come with the product, as a whole. What each of them says is held against LAVA's own templates by
/// `make test-types`.
@Suite struct BoardTypesTests {
    /// One for all tests: reading and resolving all types takes seconds without optimization.
    private static let shared = DeviceTypeCatalog(folders: [shippedTypes])
    private var catalog: DeviceTypeCatalog { Self.shared }

    /// Files of boards with their texts.
    private let files: [String: String] = {
        let folder = shippedTypes + "/board"
        var files: [String: String] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".yaml") {
            files[String(name.dropLast(5))] = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        }
        return files
    }()

    @Test func allAreClean() {
        #expect(catalog.lint().map(\.description) == [])
    }

    @Test func thereAreFourHundredAndFifty() {
        #expect(catalog.names.count >= 450)
    }

    @Test func aBoardsFileIsShort() throws {
        let lengths = files.values.map { $0.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }
            .sorted()
        let median = try #require(lengths.isEmpty ? nil : lengths[lengths.count / 2])
        #expect(median < 10)
    }

    @Test func everyBoardSaysWhatItIs() throws {
        for name in catalog.names {
            let profile = try catalog.profile(of: name)
            #expect(!profile.description.isEmpty, "\(name)")
            #expect(!profile.bootMethods.isEmpty, "\(name)")
        }
        for (name, text) in files {
            // Of its own, not its parent's.
            #expect(text.contains("\ndescription: "), "\(name)")
        }
    }

    @Test func noTwoBoardsAreDescribedAlike() throws {
        var seen: [String: DeviceTypeName] = [:]
        for name in catalog.names {
            let description = try catalog.profile(of: name).description
            if let other = seen[description] { Issue.record("\(name) and \(other): \(description)") }
            seen[description] = name
        }
    }

    @Test func everyBoardThatLavaKnowsIsThere() throws {
        var url = URL(fileURLWithPath: shippedTypes).deletingLastPathComponent()
        url.appendPathComponent("Tests/types/boards.csv")
        let rows = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
        let known = Set(catalog.names.map(\.rawValue))
        let wanted = rows.compactMap { $0.split(separator: ",").first.map(String.init) }
        #expect(wanted.count >= 450)
        #expect(wanted.filter { !known.contains($0) } == [])
    }

    /// What is forgotten in a soc file shows here first: U-Boot without an address boots nothing.
    @Test func boardsThatLoadHaveWhereTo() throws {
        // Nobody knows their addresses, or they load nothing.
        let without: Set<String> = [
            "imx7s-warp", "imx8mp-verdin-laa", "kv260", "qrb4210-rb2-uboot", "rk3588-rock-5-itx", "sharkl2",
            "sun8i-h2-plus-bananapi-m2-zero", "tc2", "vexpress",
        ]
        for name in catalog.names {
            let profile = try catalog.profile(of: name)
            guard profile.bootloaders[.uboot] != nil, profile.bootMethods.contains("u-boot") else { continue }
            #expect(profile.loadAddresses.isEmpty == without.contains(name.rawValue), "\(name)")
        }
    }
}
