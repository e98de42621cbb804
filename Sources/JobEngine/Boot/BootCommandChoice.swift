import LabModel

/// Which of U-Boot's boot commands starts a kernel, from its form and the addresses the device type knows.
struct BootCommandChoice {
    /// `booti`, `bootz` or `bootm`.
    let command: String
    /// Whether the kernel must be wrapped for `bootm` first.
    let needsWrapping: Bool
    let addresses: LoadAddresses?

    init(kernel: ImageRequest.KernelType, addresses: [String: LoadAddresses]) {
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
