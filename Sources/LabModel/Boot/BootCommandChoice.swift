/// Which of U-Boot's boot commands starts a kernel, from its form and the addresses the device type knows.
public struct BootCommandChoice: Sendable {
    /// `booti`, `bootz` or `bootm`.
    public let command: String
    /// Whether the kernel must be wrapped for `bootm` first.
    public let needsWrapping: Bool
    public let addresses: LoadAddresses?

    public init(kernel: ImageRequest.KernelType, addresses: [String: LoadAddresses]) {
        let own: String? =
            switch kernel {
            case .image: "booti"
            case .zimage: "bootz"
            case .uimage: nil
            }
        if let own, let found = addresses[own] {
            command = own
            needsWrapping = false
            self.addresses = found
        } else {
            command = "bootm"
            needsWrapping = kernel != .uimage
            self.addresses = addresses["bootm"]
        }
    }
}
