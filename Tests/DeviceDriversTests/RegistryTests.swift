import DeviceDrivers
import Testing

@testable import DeviceBench

@Suite struct RegistryTests {
    @Test func namesAreUnique() {
        let names = DriverRegistry.kinds.map(\.facts.name)
        #expect(Set(names).count == names.count)
    }

    /// `make bench` has a row for each driver of what is plugged into the lab's host, and none for others.
    @Test func everyLocalDriverIsMeasured() {
        let local = DriverRegistry.kinds.map(\.facts).filter { $0.link != .network }.map(\.name)
        #expect(DeviceRow.all.map(\.driver).sorted() == local.sorted())
    }
}
