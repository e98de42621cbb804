import Hummingbird
import LabModel
import LabWire

/// What the lab knows of kinds of boards.
struct DeviceTypeRoutes {
    var services: APIServices

    var routes: [Route] { [list, show] }

    private var list: Route {
        Route(
            .get, "/api/v1/device-types",
            .init(
                name: "listDeviceTypes", summary: "All device types, and how many boards of each there are.",
                answers: [.json(200, "The types.", .named("DeviceTypeList"))])
        ) { [services] _ in
            let boards = Dictionary(grouping: try await services.store.boards(), by: \.type)
            let catalog = services.dependencies.deviceTypes
            let types = catalog.names().map { name in
                DeviceTypeSummary(
                    name: name.rawValue, description: Self.description(of: name, in: catalog),
                    boards: boards[name]?.count ?? 0)
            }
            return try .json(DeviceTypeList(deviceTypes: types))
        }
    }

    private var show: Route {
        Route(
            .get, "/api/v1/device-types/{name}",
            .init(
                name: "getDeviceType", summary: "A resolved device type, or with `explain` where one value comes from.",
                query: [.init(name: "explain", description: "A key, such as `constants.testShell`.")],
                answers: [
                    Route.Answer(
                        status: 200, description: "`DeviceTypeInfo`; with `explain`, `Explanation`.",
                        contents: ["application/json": .either([.named("DeviceTypeInfo"), .named("Explanation")])]),
                    .notFound,
                    .refusal(422, "The type's file is wrong."),
                ])
        ) { [services] call in
            let name = DeviceTypeName(rawValue: call.name())
            let catalog = services.dependencies.deviceTypes
            if let key = call.query.text("explain") {
                if let explanation = try catalog.explain(key, of: name) { return try .json(explanation) }
            } else if let profile = try catalog.profile(of: name) {
                return try .json(DeviceTypeInfo(profile))
            }
            throw APIError.notFound(
                "there is no device type `\(name.rawValue.prefix(100))`",
                advice: "`lablctl device-type list` lists them; over HTTP: GET /api/v1/device-types")
        }
    }

    /// One wrong file must not hide the other types: its failure takes the description's place.
    private static func description(of name: DeviceTypeName, in catalog: any DeviceTypeReading) -> String {
        do throws(Failure) {
            return try catalog.profile(of: name)?.description ?? ""
        } catch {
            return "\(error)"
        }
    }
}
