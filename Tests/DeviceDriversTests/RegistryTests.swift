import DeviceDrivers
import Testing

@Suite struct RegistryTests {
    @Test func namesAreUnique() {
        let names = DriverRegistry.kinds.map(\.facts.name)
        #expect(Set(names).count == names.count)
    }
}
