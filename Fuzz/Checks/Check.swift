import Glibc

/// What must hold for any input to a part of labd.
public protocol Check {
    /// - Throws: what does not hold for `input`.
    static func run(_ input: [UInt8]) throws(BrokenInvariant)
}

/// Something that should hold for any input, and does not for one.
public struct BrokenInvariant: Error, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Holds `check` to one input of libFuzzer. What it throws is a crash there: that is how an input is kept.
public func runCheck(_ check: (some Check).Type, _ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    do {
        try check.run(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
    } catch {
        var text = "broken invariant: \(error)\n"
        text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
        abort()
    }
}

/// - Throws: when `condition` does not hold.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws(BrokenInvariant) {
    guard condition else { throw BrokenInvariant(what()) }
}
