import CGPIO

/// Lines through libgpiod.
public struct GPIODLines: LineBackend {
    public init() {}

    public func peek(chip: String, offsets: [UInt32]) throws(LineError) -> [Bool] {
        var levels = [Int32](repeating: 0, count: offsets.count)
        try Self.check(cgpio_peek(chip, "labd", offsets, &levels, offsets.count))
        return levels.map { $0 != 0 }
    }

    public func take(
        chip: String, offsets: [UInt32], levels: [Bool], drive: UInt8, bias: UInt8
    ) throws(LineError) -> OpaquePointer {
        var request: OpaquePointer?
        let status = cgpio_take(
            chip, "labd", offsets, levels.map { $0 ? 1 : 0 }, offsets.count, cgpio_drive(UInt32(drive)),
            cgpio_bias(UInt32(bias)), &request)
        try Self.check(status)
        guard let request else { throw LineError(errno: LineError.invalid) }
        return request
    }

    public func set(_ lines: OpaquePointer, _ levels: [Bool]) throws(LineError) {
        try Self.check(cgpio_set(lines, levels.map { $0 ? 1 : 0 }))
    }

    public func get(_ lines: OpaquePointer, count: Int) throws(LineError) -> [Bool] {
        var levels = [Int32](repeating: 0, count: Int(CGPIO_MAX_LINES))
        try Self.check(cgpio_get(lines, &levels))
        return levels.prefix(count).map { $0 != 0 }
    }

    public func release(_ lines: OpaquePointer) { cgpio_release(lines) }

    private static func check(_ status: Int32) throws(LineError) {
        if status < 0 { throw LineError(errno: -status) }
    }
}
