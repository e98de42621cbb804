/// What the keeper does to lines. The real one is libgpiod; a test has its own.
public protocol LineBackend {
    associatedtype Lines

    /// Reads free lines without moving them.
    func peek(chip: String, offsets: [UInt32]) throws(LineError) -> [Bool]
    /// Takes lines as outputs with these levels from the first moment on.
    func take(chip: String, offsets: [UInt32], levels: [Bool], drive: UInt8, bias: UInt8) throws(LineError) -> Lines
    func set(_ lines: Lines, _ levels: [Bool]) throws(LineError)
    func get(_ lines: Lines, count: Int) throws(LineError) -> [Bool]
    func release(_ lines: Lines)
}

/// Why the kernel refused.
public struct LineError: Error, Hashable {
    public var errno: Int32

    public init(errno: Int32) { self.errno = errno }
}
