/// The device's side of a serial line: bytes in, bytes out. Calls come one at a time.
public protocol SerialModel: SwitchingModel {
    /// Takes what the host sent, and says what the device sends in return; nothing when it has nothing to say.
    ///
    /// A model keeps what is not yet a whole command until the rest comes.
    func take(_ data: [UInt8]) -> [UInt8]
}
