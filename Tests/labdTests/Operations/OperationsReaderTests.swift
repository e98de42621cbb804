import LabModel
import Testing

@testable import labd

@Suite struct OperationsReaderTests {
    private static func read(_ text: String) throws -> LabdConfiguration {
        var configuration = LabdConfiguration.standard(folders: DefaultFolders(environment: [:]), shared: nil)
        try ConfigurationFile(path: "labd.yaml").apply(text, to: &configuration)
        return configuration
    }

    @Test func withoutAWordNothingGoesByAge() throws {
        let configuration = try Self.read("# nothing\n")
        #expect(configuration.retention.isForEver && configuration.retention.keepLast == 20)
        #expect(configuration.diskMarks == DiskMarks())
    }

    @Test func everyKeyIsRead() throws {
        let configuration = try Self.read(
            """
            retention: {logs: 90d, consoles: 2 weeks, artifacts: 30d, results: 2y, keep_last: 5, every: 10m}
            disk: {low_water: 5%, critical: 512MiB}
            """)
        #expect(
            configuration.retention
                == RetentionPolicy(
                    logs: .seconds(90 * 86_400), consoles: .seconds(14 * 86_400), artifacts: .seconds(30 * 86_400),
                    results: .seconds(730 * 86_400), keepLast: 5, interval: .seconds(600)))
        #expect(configuration.diskMarks == DiskMarks(low: .share(0.05), critical: .bytes(512 << 20)))
        #expect(try Self.read("retention: {logs: never, results: 1y}\n").retention.logs == nil)
    }

    @Test(arguments: [
        ("retention: {logs: 90}", "labd.yaml:1:19: error: `90` is no age"),
        ("retention: {log: 90d}", "`log` is not a key of `retention`; did you mean `logs`?"),
        ("retention: {keep_last: -1}", "keep_last"),
        ("retention: {every: 5s}", "`every` is at least a minute"),
        ("disk: {low_water: lots}", "`lots` is no space on a disk"),
        ("disk: {low_water: 90%}", "`90%` is no space on a disk"),
        ("disk: {critical: 1e9GiB}", "is no space on a disk"),
        ("disk: {high_water: 1GiB}", "`high_water` is not a key of `disk`"),
    ])
    func aMistakeIsNamedWithItsPlace(text: String, complaint: String) {
        let error = #expect(throws: ConfigurationErrors.self) { try Self.read(text + "\n") }
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
    }
}
