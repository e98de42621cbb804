import Hummingbird
import LabModel
import LabWire

/// What is plugged into the host, and which drivers there are.
struct DiscoveryRoutes {
    var services: APIServices

    var routes: [Route] { [devices, drivers] }

    private var devices: Route {
        Route(
            .get, "/api/v1/discovery",
            .init(
                name: "discoverDevices", summary: "What is plugged into the host, and which drivers fit.",
                answers: [.json(200, "The devices.", .named("DiscoveryInfo"))])
        ) { [services] _ in
            try .json(DiscoveryInfo(devices: await services.dependencies.discovery?.discover() ?? []))
        }
    }

    private var drivers: Route {
        Route(
            .get, "/api/v1/drivers",
            .init(
                name: "listDrivers", summary: "Every driver for devices that switch boards.",
                answers: [.json(200, "The drivers.", .named("DriverList"))])
        ) { [services] _ in
            try .json(DriverList(drivers: services.dependencies.discovery?.drivers ?? []))
        }
    }
}
