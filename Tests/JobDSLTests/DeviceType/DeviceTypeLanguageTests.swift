import JobDSL
import LabModel
import Testing

@Suite struct DeviceTypeLanguageTests {
    private let base = """
        abstract: true
        vars: {console: ttyS0, baud: 9600, extra: }
        architecture: arm64
        deploy_methods: [overlay]
        timeouts: {power-off: 10s, lava-test-shell: 3m}
        environment: {A: a, B: b}
        emulator: {list: [one], deep: {x: 1, y: 2}}

        """

    private func profile(
        _ text: String, board: [String: DataValue] = [:], context: [String: DataValue] = [:]
    ) throws -> DeviceProfile {
        let folder = try TypeFolder(["base/base.yaml": base, "board.yaml": "extends: base\n" + text])
        return try folder.catalog.profile(of: DeviceTypeName(rawValue: "board"), variables: board, context: context)
    }

    @Test func inheritsAtAnyDepth() throws {
        let folder = try TypeFolder([
            "a.yaml": "abstract: true\narchitecture: arm64\ndescription: a\n",
            "x/b.yaml": "extends: a\ndescription: b\n",
            "x/y/c.yaml": "extends: b\n", "d.yaml": "extends: c\n",
        ])
        let profile = try folder.catalog.profile(of: DeviceTypeName(rawValue: "d"))
        #expect(profile.description == "b")
        #expect(profile.type.rawValue == "d")
        #expect(folder.catalog.names.map(\.rawValue) == ["b", "c", "d"])
        #expect(folder.lint.isEmpty)
    }

    @Test func replacesAppendsAndPrepends() throws {
        #expect(try profile("deploy_methods: [tftp]").deployMethods == ["tftp"])
        #expect(try profile("deploy_methods+: [tftp]").deployMethods == ["overlay", "tftp"])
        #expect(try profile("+deploy_methods: [tftp]").deployMethods == ["tftp", "overlay"])
        #expect(
            try profile("deploy_methods+: [download]\ndeploy_methods: [tftp]\n+deploy_methods: [downloads]")
                .deployMethods
                == ["downloads", "tftp", "download"])
        #expect(try profile("boot_methods+: [minimal]").bootMethods == ["minimal"])
        #expect(try profile("emulator: {list+: [two]}").emulator["list"] == ["one", "two"])
    }

    @Test func mergesMappingsDeeplyAndDeletesWithNull() throws {
        let profile = try profile(
            "emulator: {deep: {y: 3, z: 4}, list: null}\nenvironment: {A: ~}\ntimeouts: {power-off: 20s}")
        #expect(profile.emulator == ["deep": ["x": 1, "y": 3, "z": 4]])
        #expect(profile.environment == ["B": "b"])
        #expect(profile.timeouts == ["power-off": .seconds(20), "lava-test-shell": .seconds(180)])
    }

    @Test func laterLayersOverrideVariables() throws {
        let text = "environment: {C: '{console},{baud}n8'}"
        #expect(try profile(text).environment["C"] == "ttyS0,9600n8")
        #expect(try profile("vars: {baud: 1}\n" + text).environment["C"] == "ttyS0,1n8")
        #expect(try profile(text, board: ["baud": 2]).environment["C"] == "ttyS0,2n8")
        #expect(
            try profile(text, board: ["baud": 2], context: ["baud": 3, "other": 1]).environment["C"] == "ttyS0,3n8")
    }

    @Test func variablesOfTheLabLieBetweenTypeAndBoard() throws {
        let folder = try TypeFolder(["t.yaml": "architecture: '{a}{b}'\nvars: {a: 1, b: 1}\n"])
        let catalog = DeviceTypeCatalog(folders: [folder.path], lab: ["a": 2, "b": 2, "unused": 1])
        #expect(try catalog.profile(of: DeviceTypeName(rawValue: "t"), variables: ["b": 3]).architecture == "23")
    }

    @Test func constantsStay() throws {
        let text = "const: {baud: 5}\nenvironment: {C: '{baud}'}"
        #expect(try profile(text, board: ["baud": 2], context: ["baud": 3]).environment["C"] == "5")
    }

    @Test func variablesMayNeedOthersAndKeepTheirKind() throws {
        let text = """
            vars: {all: '{first} {console}', first: hello, methods: [minimal, u-boot], more: ['{first}']}
            boot_methods: '{methods}'
            emulator: {all: '{all}', number: '{baud}', list: [start, '{more}', '{methods}']}
            """
        let profile = try profile(text)
        #expect(profile.bootMethods == ["minimal", "u-boot"])
        #expect(profile.emulator["all"] == "hello ttyS0")
        #expect(profile.emulator["number"] == 9600)
        #expect(profile.emulator["list"] == ["start", "hello", "minimal", "u-boot"])
    }

    @Test(arguments: [
        ("{SERVER_IP}", "{SERVER_IP}"), ("${filesize}", "${filesize}"), ("a{2,3}b{4}", "a{2,3}b{4}"),
        ("{{console}}", "{console}"), ("{ console }", "{ console }"), ("{console", "{console"), ("{}", "{}"),
        ("x{console}y{baud}", "xttyS0y9600"),
    ])
    func onlyLowerCaseNamesAreVariables(_ text: String, _ expected: String) throws {
        #expect(try profile("environment: {C: '\(text)'}").environment["C"] == expected)
    }

    @Test func valuesOfBoardAndJobAreNotReadAgain() throws {
        let text = "environment: {C: '{console}'}"
        #expect(try profile(text, board: ["console": "{baud}"]).environment["C"] == "{baud}")
        #expect(try profile(text, context: ["console": "{baud}{nobody}"]).environment["C"] == "{baud}{nobody}")
    }

    @Test(arguments: [
        ("extra", ["a", "else"], "no"), ("baud", ["a", "b", "c", "d"], "yes"),
    ])
    func conditions(_ variable: String, _ methods: [DataValue], _ single: String) throws {
        let text = """
            emulator:
              list:
                - a
                - {when: {var: \(variable)}, use: [b, c], else: else}
                - {when: {var: \(variable), is: 9600}, use: d}
                - {when: {var: \(variable), is: [1, 2]}, use: e}
              entry: {when: {var: \(variable)}, x: 1}
              single: {when: {var: \(variable)}, use: 'yes', else: {when: {var: console, is: ttyS0}, use: 'no'}}
            """
        let emulator = try profile(text).emulator
        #expect(emulator["list"]?.list == methods)
        #expect(emulator["entry"] == (variable == "baud" ? ["x": 1] : nil))
        #expect(emulator["single"]?.string == single)
    }

    @Test(arguments: [DataValue.bool(false), 0, "", "no", .null, []])
    func theseDoNotHold(_ value: DataValue) throws {
        let text = "emulator: {entry: {when: {var: extra}, use: 1}}"
        #expect(try profile(text, board: ["extra": value]).emulator["entry"] == nil)
        #expect(try profile(text, board: ["extra": "x"]).emulator["entry"] == 1)
    }

    @Test func branchesNotTakenNeedNoValues() throws {
        #expect(try profile("emulator: {e: {when: {var: extra}, use: '{extra}', else: 1}}").emulator["e"] == 1)
    }

    @Test func laterFoldersShadowAndMayExtendWhatTheyShadow() throws {
        let first = try TypeFolder(["t.yaml": "architecture: arm64\ndescription: first\n", "u.yaml": "extends: t\n"])
        let second = try TypeFolder(["deep/t.yaml": "extends: t\ndescription: second\n"])
        let catalog = DeviceTypeCatalog(folders: [first.path, second.path])
        #expect(try catalog.profile(of: DeviceTypeName(rawValue: "t")).description == "second")
        #expect(try catalog.profile(of: DeviceTypeName(rawValue: "u")).description == "second")
        #expect(try catalog.profile(of: DeviceTypeName(rawValue: "t")).architecture == "arm64")
        #expect(catalog.lint().isEmpty)
    }

    @Test func filesAreReadWhenTheirTypeIsAskedFor() throws {
        let folder = try TypeFolder(["good.yaml": "architecture: arm64\n", "bad.yaml": "{"])
        #expect(try folder.catalog.profile(of: DeviceTypeName(rawValue: "good")).architecture == "arm64")
        #expect(folder.lint.count == 1)
    }
}
