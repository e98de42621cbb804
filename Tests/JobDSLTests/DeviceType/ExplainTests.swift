import JobDSL
import LabModel
import Testing

@Suite struct ExplainTests {
    private let type = DeviceTypeName(rawValue: "board")

    private func folder() throws -> TypeFolder {
        try TypeFolder([
            "base.yaml": """
            abstract: true
            vars: {console: ttyS0}
            architecture: arm64
            deploy_methods: [overlay]
            emulator: {a: 1, deep: {x: 1}}
            description: base on {console}

            """,
            "board.yaml": """
            extends: base
            const: {fixed: 1}
            vars: {console: ttyAMA0}
            deploy_methods+: [tftp]
            emulator: {a: 2}

            """,
        ])
    }

    private func layers(_ explanation: Explanation, _ folder: TypeFolder) -> [String] {
        explanation.layers.map { layer in
            let place = layer.file.map { "\($0.replacing(folder.path + "/", with: "")):\(layer.line ?? 0)" } ?? "-"
            return "\(layer.layer) \(place) \(layer.wins)"
        }
    }

    @Test func tellsWhichLayerSetAValue() throws {
        let folder = try folder()
        let explanation = try folder.catalog.explain(type, key: "emulator.a")
        #expect(explanation.value == 2)
        #expect(layers(explanation, folder) == ["type base base.yaml:5 false", "type board board.yaml:5 true"])
        #expect(explanation.layers.map(\.value) == [1, 2])
    }

    @Test func extensionsWinTogether() throws {
        let folder = try folder()
        let explanation = try folder.catalog.explain(type, key: "deploy_methods")
        #expect(explanation.value == ["overlay", "tftp"])
        #expect(explanation.layers.map(\.wins) == [true, true])
    }

    @Test func followsVariables() throws {
        let folder = try folder()
        let explanation = try folder.catalog.explain(
            type, key: "description", variables: ["console": "ttyB"], context: ["console": "ttyJ"])
        #expect(explanation.value == "base on ttyJ")
        #expect(
            layers(explanation, folder) == [
                "type base base.yaml:6 true", "type base, variable console base.yaml:2 false",
                "type board, variable console board.yaml:3 false", "board, variable console - false",
                "job context, variable console - true",
            ])
    }

    @Test func explainsVariablesAndConstants() throws {
        let folder = try folder()
        let explanation = try folder.catalog.explain(type, key: "fixed", context: ["fixed": 2])
        #expect(explanation.value == 1)
        #expect(layers(explanation, folder) == ["type board board.yaml:2 true", "job context - false"])
        #expect(try folder.catalog.explain(type, key: "vars.console").value == "ttyAMA0")
    }

    @Test func unknownKeysAreRefusedWithTheNearest() throws {
        let folder = try folder()
        #expect {
            _ = try folder.catalog.explain(type, key: "emulatr")
        } throws: { error in
            (error as? Failure)?.advice == "did you mean `emulator`?" && (error as? Failure)?.type == .job
        }
    }
}
