import JobDSL
import LabModel

/// Where the configuration file says what about a board.
struct BoardOrigin {
    var board: SourcePosition
    var type: SourcePosition
    /// Of each key of `variables`.
    var variables: [String: SourcePosition]
    /// Every key of `options`, at any depth, in the order of the file.
    var options: [(key: String, position: SourcePosition)]
    /// Every text and number below `options`, in the order of the file.
    var values: [(text: String, position: SourcePosition)] = []

    /// Where a driver's complaint belongs: the option that it quotes, else the value that it quotes last, else the board.
    func position(of failure: Failure) -> SourcePosition {
        let quoted = failure.message.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
        if let option = options.last(where: { quoted.contains($0.key) }) { return option.position }
        for word in quoted.reversed() {
            if let value = values.last(where: { $0.text == word }) { return value.position }
        }
        return board
    }

    /// The scalars below `node` with their places.
    static func values(below node: YAMLNode?) -> [(text: String, position: SourcePosition)] {
        guard let node else { return [] }
        if let scalar = node.scalar { return [(scalar.text, node.position)] }
        return (node.entries ?? []).flatMap { values(below: $0.value) }
            + (node.elements ?? []).flatMap { values(below: $0) }
    }

    /// The keys below `node` with their places.
    static func keys(below node: YAMLNode?) -> [(key: String, position: SourcePosition)] {
        guard let node else { return [] }
        let own = (node.entries ?? []).flatMap { [($0.key, $0.keyPosition)] + keys(below: $0.value) }
        return own + (node.elements ?? []).flatMap { keys(below: $0) }
    }
}
