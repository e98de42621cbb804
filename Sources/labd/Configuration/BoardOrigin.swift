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

    /// Where a driver's complaint belongs: the option that it quotes, else the board.
    func position(of failure: Failure) -> SourcePosition {
        options.last { failure.message.contains("'\($0.key)'") }?.position ?? board
    }

    /// The keys below `node` with their places.
    static func keys(below node: YAMLNode?) -> [(key: String, position: SourcePosition)] {
        guard let node else { return [] }
        let own = (node.entries ?? []).flatMap { [($0.key, $0.keyPosition)] + keys(below: $0.value) }
        return own + (node.elements ?? []).flatMap { keys(below: $0) }
    }
}
