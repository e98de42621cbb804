/// Writes encodable values as JSON while they are walked, with no tree in between; several times as fast as
/// Foundation's encoder on a job's plan.
///
/// Lists and maps stay open until their parent goes on: containers must be filled one after another, as all the
/// types of `LabModel` do.
final class JSONOutput {
    private var writer = JSONWriter()

    var depth: Int { writer.depth }

    /// All that was written.
    ///
    /// - Throws: when a container was used after it was closed.
    func text() throws -> String { try writer.text() }

    func write<Value: Encodable>(_ value: Value) throws {
        if writer.writeScalar(value) { return }
        let (depth, start) = (writer.depth, writer.count)
        try value.encode(to: JSONTextEncoder(output: self, depth: depth))
        writer.close(to: depth)
        // A value without any member asks for no container.
        if writer.count == start { writer.writeEmptyMap() }
    }

    func writeNull() { writer.writeNull() }

    func open(map isMap: Bool) -> JSONWriter.Place { writer.open(map: isMap) }

    /// The container that stands open at `depth`, if it is of this kind: a type may ask for its container twice.
    func reopen(map isMap: Bool, at depth: Int) -> JSONWriter.Place? { writer.reopen(map: isMap, at: depth) }

    /// Begins the next member of a map, or with no key the next element of a list.
    ///
    /// - Throws: when the container was closed already, because one around it went on.
    func next(_ key: String?, in place: JSONWriter.Place) throws { try writer.next(key, in: place) }
}
