/// A boot loader that is talked to over the console, by the name of LAVA's boot method.
public enum BootloaderKind: String, Sendable, Codable, CodingKeyRepresentable, CaseIterable, Comparable {
    case uboot = "u-boot"
    case barebox
    case grub
    case grubEFI = "grub-efi"
    case ipxe
    case depthcharge
    /// The shell of a UEFI firmware.
    case uefi

    public static func < (left: BootloaderKind, right: BootloaderKind) -> Bool { left.rawValue < right.rawValue }
}
