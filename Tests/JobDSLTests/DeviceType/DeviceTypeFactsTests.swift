import Foundation
import JobDSL
import LabModel
import Testing

/// The table of facts, and what is made of it.
@Suite struct DeviceTypeFactsTests {
    @Test func thePageListsWhatTheCheckKnows() throws {
        let page = URL(fileURLWithPath: shippedTypes).deletingLastPathComponent()
            .appendingPathComponent("docs/device-type-facts.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == DeviceTypeReference.markdown, "write it anew: lablctl device-type facts --markdown")
    }

    @Test func everyFactHasItsMeaning() {
        let rows = DeviceTypeReference.rows
        #expect(Set(rows.map(\.path)).count == rows.count)
        for row in rows {
            #expect(!row.meaning.isEmpty && !row.meaning.hasSuffix("."), "\(row.path)")
            #expect(!row.form.isEmpty, "\(row.path)")
        }
        #expect(rows.contains { $0.path == "media.NAME.NAME.device_id" && $0.form == "0 to 255" })
    }

    @Test func theSchemaKnowsEveryFact() throws {
        let schema = DeviceTypeJSONSchema.value
        #expect(schema["additionalProperties"] == false)
        let prompt = schema["properties"]?["bootloaders"]?["anyOf"]
        guard case .list(let branches)? = prompt else { return #expect(Bool(false), "no bootloaders") }
        let uboot = branches.first?["properties"]?["u-boot"]
        #expect(uboot?["description"] == "Das U-Boot")
        for row in DeviceTypeReference.rows where !row.path.contains(".") {
            #expect(schema["properties"]?[row.path]?["description"] == .string(row.meaning))
        }
    }

    private let types = [
        "base.yaml": """
        abstract: true
        architecture: arm64
        vars:
          console: ttyS0
          extra: [one, two]
        bootloaders:
          u-boot:
            command_sets:
              ramdisk:
                - "{extra}"
                - "tftp {KERNEL_ADDR} {KERNEL}"
                - "setenv bootargs console={console}"
                - "tee {TEE}"
        """,
        "board.yaml": """
        extends: base
        vars:
          console: ttyO0
          extra+: [three]
        load_addresses: {booti: {kernel: 0x1, ramdisk: 0x2, device_tree: 0x3}}
        """,
    ]

    @Test func everyLineTellsWhereItComesFrom() throws {
        let folder = try TypeFolder(types)
        let listings = try folder.catalog.bootCommands(
            of: DeviceTypeName(rawValue: "board"), context: ["console": "ttyX"])
        let listing = try #require(listings.first)
        #expect(listing.bootloader == "u-boot" && listing.set == "ramdisk")
        #expect(listing.lines.map(\.text).prefix(3) == ["one", "two", "three"])
        #expect(listing.lines.map(\.place.line) == [5, 5, 4, 11, 12, 13])
        #expect(listing.lines.map(\.place.layer)[2] == "type board")
        let line = listing.lines[4]
        #expect(line.text == "setenv bootargs console=ttyX")
        #expect(line.variables.map(\.name) == ["console"])
        #expect(line.variables.first?.place == BootCommandLine.Place(layer: "job context", file: nil, line: nil))
    }

    @Test func aJobFillsTheLines() throws {
        let folder = try TypeFolder(types)
        let type = DeviceTypeName(rawValue: "board")
        let profile = try folder.catalog.profile(of: type)
        let listing = try #require(try folder.catalog.bootCommands(of: type).first)
        let job = """
            job_name: x
            device_type: board
            timeouts: {job: {minutes: 5}}
            visibility: public
            actions:
            - deploy: {to: tftp, kernel: {url: "http://x/Image", type: image}}
            - boot: {method: u-boot, commands: ramdisk, prompts: ["# "]}
            """
        let plan = try #require(JobCompiler().compile(job).plan)
        let open = BootCommandRendering(profile: profile, plan: nil).render(listing)
        #expect(open.lines[3].text == "tftp {KERNEL_ADDR} {KERNEL}")
        let filled = BootCommandRendering(profile: profile, plan: plan).render(listing)
        #expect(filled.lines[3].text == "tftp 0x1 <job>/kernel")
        #expect(filled.lines[3].leftOut == nil)
        #expect(filled.lines[5].leftOut == "the job has no {TEE}")
    }

    @Test func aFamilyIsKnown() throws {
        let folder = try TypeFolder(types)
        #expect(folder.catalog.lineage(of: DeviceTypeName(rawValue: "board")).map(\.rawValue) == ["base", "board"])
        #expect(folder.catalog.lineage(of: DeviceTypeName(rawValue: "nothing")).isEmpty)
    }
}
