/// What went wrong, where, and what to try: the one error type that people see.
public struct Failure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// Whose fault it is.
    public var type: ErrorType
    /// What failed, as one sentence without a final stop.
    public var message: String
    /// Where: a step, a board, `file:line:column`.
    public var place: String?
    /// What the reader can try.
    public var advice: String?

    public init(_ type: ErrorType, _ message: String, at place: String? = nil, advice: String? = nil) {
        self.type = type
        self.message = message
        self.place = place
        self.advice = advice
    }

    /// The same failure, placed at `place` unless it already knows its place.
    public func placed(at place: String) -> Failure {
        var copy = self
        copy.place = self.place ?? place
        return copy
    }

    public var description: String {
        var text = place.map { "\($0): \(message)" } ?? message
        if let advice { text += " (\(advice))" }
        return text
    }
}
