import LabModel
import Testing

@testable import LabImport

@Suite struct LabgridImportTests {
    @Test func groupsOfAnExporterAreBoards() throws {
        let source = try Labs.source("labgrid/exporter.yaml")
        try expectGolden(LabgridImport(source, type: nil, types: Labs.types).result(), "labgrid-exporter")
    }

    @Test func targetsOfAnEnvironmentAreBoards() throws {
        let source = try Labs.source("labgrid/environment.yaml")
        try expectGolden(LabgridImport(source, type: "panda", types: Labs.types).result(), "labgrid-environment")
    }

    @Test(arguments: [
        ("a: {{ b }}", "1:1: error: this file is a Jinja template"),
        ("a:\n# for i in range(3)\n  b: {cls: X}", "2:1: error: this file is a Jinja template"),
        ("- a\n", "1:1: error: a labgrid file is a mapping of groups"),
        ("a: 1\n", "1:1: error: the group `a` needs resources"),
        ("targets: [a]\n", "1:10: error: `targets` needs a mapping"), ("a: [\n", "error: the text is not YAML"),
    ])
    func whatIsNoneOfItsFilesIsRefused(text: String, message: String) {
        let source = SourceText(path: "f.yaml", name: "f", text: text)
        let error = #expect(throws: Diagnostic.self) {
            try LabgridImport(source, type: nil, types: Labs.types)
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}

@Suite struct PDUDaemonImportTests {
    @Test func pdusGetOurDriversWhereTheyAreTheSame() throws {
        let source = try Labs.source("pdudaemon/pdudaemon.conf")
        try expectGolden(PDUDaemonImport(source, host: nil, goesThroughDaemon: false).result(), "pdudaemon")
    }

    @Test func orStayBehindPdudaemon() throws {
        let source = try Labs.source("pdudaemon/pdudaemon.conf")
        let result = try PDUDaemonImport(source, host: "pdu.example", goesThroughDaemon: true).result()
        let text = try #require(result.files.first?.text)
        #expect(text.split(separator: "\n").count { $0 == "    driver: pdudaemon" } == result.report.items.count)
        #expect(text.contains("host: pdu.example"))
    }

    @Test(arguments: ["", "[", "{\"daemon\": {}}", "pdus: {}", String(repeating: "[", count: 10_000)])
    func whatIsNoConfigurationIsRefused(text: String) {
        #expect(throws: Diagnostic.self) {
            try PDUDaemonImport(SourceText(path: "f", name: "f", text: text), host: nil, goesThroughDaemon: false)
        }
    }
}

@Suite struct TwisterImportTests {
    @Test func boardsOfAMapAreBoards() throws {
        let source = try Labs.source("twister/map.yaml")
        try expectGolden(TwisterImport(source, type: nil, types: Labs.types).result(), "twister")
    }

    @Test func aMapIsAList() {
        #expect(throws: Diagnostic.self) {
            try TwisterImport(SourceText(path: "f", name: "f", text: "a: b\n"), type: nil, types: Labs.types)
        }
    }
}
