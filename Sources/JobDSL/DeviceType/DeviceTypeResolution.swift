import LabModel

/// One type resolved with one set of variables: the merged tree, and what it came to.
struct DeviceTypeResolution {
    let variables: VariableLayers
    /// With variables and conditions still in it.
    let merged: YAMLNode
    /// Without them.
    let resolved: YAMLNode
    /// Variables inside texts, by the texts' places.
    let used: [SourcePosition: [String]]

    init(
        _ chain: DeviceTypeLibrary.Chain, lab: [String: DataValue], board: [String: DataValue],
        context: [String: DataValue], findings: Findings
    ) {
        var variables = VariableLayers(findings: findings)
        var body: [YAMLEntry] = []
        for file in chain {
            variables.add(file)
            body = LayerMerge(findings: findings).merge(file.body, over: body)
        }
        variables.add(lab, layer: .lab, mustBeKnown: false)
        variables.add(board, layer: .board, mustBeKnown: true)
        variables.add(context, layer: .job, mustBeKnown: false)
        let position = SourcePosition(file: chain.last?.file, line: 1, column: 1)
        let merged = YAMLNode(.mapping(body), at: position)
        var interpolation = Interpolation(variables: variables, findings: findings)
        self.variables = variables
        self.merged = merged
        resolved = interpolation.resolve(merged) ?? YAMLNode(.mapping([]), at: position)
        used = interpolation.used
    }
}
