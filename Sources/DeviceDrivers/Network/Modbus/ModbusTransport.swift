import LabModel

/// Brings one request to a device and its answer back.
protocol ModbusTransport {
    /// - Returns: the answer without its frame: its function is the request's, or the request's with 0x80 for a refusal.
    /// - Throws: `infrastructure` when none came that fits.
    mutating func exchange(_ request: ModbusRequest, unit: UInt8, timeout: Duration) throws(Failure) -> [UInt8]

    mutating func close()
}

/// Why an answer was none.
enum ModbusAnswer {
    static func none(within timeout: Duration) -> Failure {
        Failure(.infrastructure, "no answer within \(timeout)")
    }

    static func unexpected(_ bytes: [UInt8]) -> Failure {
        Failure(.infrastructure, "an answer that does not fit: \(DeviceAnswer.hex(bytes))")
    }
}
