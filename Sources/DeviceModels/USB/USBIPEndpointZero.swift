/// Endpoint 0 of a model: answers what every device answers (USB 2.0, section 9.4), and asks the model for the rest.
struct USBIPEndpointZero {
    private enum Standard: UInt8 {
        case getStatus = 0, clearFeature, setFeature = 3, setAddress = 5, getDescriptor
        case getConfiguration = 8, setConfiguration, getInterface, setInterface
    }

    private let model: any USBDeviceModel
    private let descriptors: USBIPDescriptors
    private var configuration: UInt8 = 0

    init(_ model: any USBDeviceModel) {
        self.model = model
        descriptors = USBIPDescriptors(model.identity)
    }

    /// - Returns: what goes to the host, empty when nothing does; nil stalls.
    mutating func answer(_ setup: USBSetup, data: [UInt8]) -> [UInt8]? {
        let isStandard = setup.requestType & 0x60 == 0
        let answer = isStandard ? standard(setup) : nil
        return (answer ?? model.control(setup, data: data)).map { Array($0.prefix(Int(setup.length))) }
    }

    /// Nil for what the model may know.
    private mutating func standard(_ setup: USBSetup) -> [UInt8]? {
        switch Standard(rawValue: setup.request) {
        case .getDescriptor: return descriptors.answer(setup)
        case .getStatus: return [0, 0]
        case .clearFeature, .setFeature, .setAddress, .setInterface: return []
        case .setConfiguration:
            configuration = UInt8(truncatingIfNeeded: setup.value)
            return []
        case .getConfiguration: return [configuration]
        case .getInterface: return [0]
        case nil: return nil
        }
    }
}
