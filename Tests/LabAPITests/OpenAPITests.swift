import Foundation
import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Testing

@testable import LabAPI

@Suite struct OpenAPITests {
    private func document() async throws -> DataValue {
        try await Lab().test { try await $0.call(DataValue.self, .get, "/api/v1/openapi.json") }
    }

    @Test func everyServedRouteIsDescribedAndEveryDescribedOneServed() async throws {
        let document = try await document()
        let described = (document["paths"]?.map ?? [:]).flatMap { path, operations in
            (operations.map ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
        }
        let served = Lab().server().servedRoutes
        #expect(Set(described) == Set(served))
        #expect(served.count == 65)
        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?["version"] == "1.2.3")
    }

    @Test func operationsHaveNamesOfTheirOwn() async throws {
        let operations = (try await document()["paths"]?.map ?? [:]).values.flatMap { ($0.map ?? [:]).values }
        let names = operations.compactMap { $0["operationId"]?.string }
        #expect(names.count == operations.count && Set(names).count == names.count)
    }

    @Test func everyReferenceLeadsSomewhere() async throws {
        let document = try await document()
        let schemas = try #require(document["components"]?["schemas"]?.map)
        func references(_ value: DataValue) -> [String] {
            switch value {
            case .map(let members):
                (members["$ref"]?.string.map { [$0] } ?? []) + members.values.flatMap(references)
            case .list(let elements): elements.flatMap(references)
            default: []
            }
        }
        let names = Set(references(document).map { $0.replacingOccurrences(of: "#/components/schemas/", with: "") })
        #expect(names.subtracting(schemas.keys).isEmpty)
        #expect(Set(schemas.keys).subtracting(names) == [])
    }

    /// Every structure with all its keys set, held against the schema of its name.
    @Test(arguments: WireSamples.all.keys.sorted())
    func schemasHaveTheKeysThatAreSent(name: String) throws {
        let sample = try #require(WireSamples.all[name])
        guard case .object(let properties) = try #require(WireSchemas.all[name]) else {
            Issue.record("\(name) is not an object")
            return
        }
        let text = try JSONText.encode(sample)
        let value = try JSONDecoder().decode(DataValue.self, from: Data(text.utf8))
        #expect(Set(value.map?.keys.map(\.self) ?? []) == Set(properties.map(\.name)))
    }

    @Test func everySchemaHasASample() {
        #expect(Set(WireSamples.all.keys) == Set(WireSchemas.all.keys))
    }

    @Test func systemTellsWhatRuns() async throws {
        let lab = Lab()
        lab.store.add(1)
        lab.store.add(2, state: .running)
        lab.store.add(3, state: .finished)
        try await lab.test { client in
            let system = try await client.call(SystemInfo.self, .get, "/api/v1/system")
            #expect(
                system
                    == SystemInfo(
                        version: "1.2.3", epoch: 7, api: [], state: "/state", boards: 1, queued: 1, running: 1,
                        started: FakeStore.submitted.iso8601))
        }
    }
}
