/// A command of the device type's own, and how it is undone at the end of the job.
public struct UserCommand: Hashable, Sendable, Codable {
    public var perform: [String]
    public var undo: [String]

    public init(perform: [String], undo: [String] = []) {
        self.perform = perform
        self.undo = undo
    }
}
