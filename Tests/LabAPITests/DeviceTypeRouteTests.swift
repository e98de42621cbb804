import Hummingbird
import HummingbirdTesting
import LabModel
import LabWire
import Testing

@testable import LabAPI

@Suite struct DeviceTypeRouteTests {
    @Test func oneWrongFileDoesNotHideTheOthers() async throws {
        try await Lab().test { client in
            let list = try await client.call(DeviceTypeList.self, .get, "/api/v1/device-types")
            #expect(
                list.deviceTypes == [
                    DeviceTypeSummary(name: "broken", description: "broken.yaml:3:1: unknown key", boards: 0),
                    DeviceTypeSummary(name: "qemu", description: "QEMU", boards: 1),
                ])
            let refusal = try await client.refusal(
                .get, "/api/v1/device-types/broken", expecting: .unprocessableContent)
            #expect(refusal.error.place == "broken.yaml:3:1")
        }
    }

    @Test func profileHasTimesInSeconds() async throws {
        try await Lab().test { client in
            let type = try await client.call(DeviceTypeInfo.self, .get, "/api/v1/device-types/qemu")
            #expect(type.profile["timeouts"]?["boot"]?.double == 1.5)
            #expect(type.profile["constants"]?["testShell"] == "/bin/sh")
        }
    }

    @Test func explanationNamesTheLayers() async throws {
        try await Lab().test { client in
            let answer = try await client.call(Explanation.self, .get, "/api/v1/device-types/qemu?explain=a.b")
            #expect(answer.key == "a.b" && answer.value == "b")
            #expect(answer.layers.map(\.wins) == [false, true])
        }
    }
}
