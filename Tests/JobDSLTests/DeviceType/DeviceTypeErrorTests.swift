import JobDSL
import LabModel
import Testing

@Suite struct DeviceTypeErrorTests {
    @Test(arguments: [
        (
            "achitecture: arm64",
            "t.yaml:1:1: error: `achitecture` is not a key of a device type; did you mean `architecture`?"
        ),
        (
            "architecture: a\nextend: b",
            "t.yaml:2:1: error: `extend` is not a key of a device type; did you mean `extends`?"
        ),
        (
            "architecture: a\nbootloaders: {u-boot: {promt: x}}",
            "t.yaml:2:24: error: `promt` is not a key of `bootloaders.u-boot`; did you mean `prompt`?"
        ),
        (
            "architecture: a\nload_addresses: {booti: {kernl: 0x1}}",
            "t.yaml:2:26: error: `kernl` is not a key of `load_addresses.booti`; did you mean `kernel`?"
        ),
        (
            "architecture: a\nconstants: {when: {var: x}, tst: 1}",
            "t.yaml:2:29: error: `tst` is not a key of `constants`"
        ),
        (
            "architecture: a\nvars: {console: 1}\ndescription: 'x {consol}'",
            "t.yaml:3:14: error: there is no variable `consol`; did you mean `console`?"
        ),
        (
            "architecture: a\nvars: {console: }\ndescription: '{console}'",
            "t.yaml:3:14: error: the variable `console` has no value; give it one in the type, for the board, "
                + "or guard this with `when: {var: console}`"
        ),
        (
            "architecture: a\nemulator: {a: {when: {var: nope}, use: 1}}",
            "t.yaml:2:28: error: there is no variable `nope`"
        ),
        (
            "architecture: a\nvars: {a: '{b}', b: '{a}'}\ndescription: '{a}'",
            "t.yaml:2:21: error: the variable `a` needs itself: a → b → a"
        ),
        (
            "architecture: a\nvars: {a: [1]}\ndescription: 'x{a}'",
            "t.yaml:3:14: error: the variable `a` is a list, which cannot stand inside text"
        ),
        (
            "architecture: a\nvars: {A: 1}",
            "t.yaml:2:8: error: `A` cannot name a variable; use lower-case letters, digits and `_`, starting with a letter"
        ),
        (
            "architecture: a\nvars: {a: 1}\nconst: {a: 1}",
            "t.yaml:3:9: error: `a` is also in `vars`, at line 2; keep it in one of them"
        ),
        ("architecture: a\ndescription: ~", "t.yaml:2:1: error: `description` deletes what no parent has"),
        ("architecture: a\ndeploy_methods+: tftp", "t.yaml:2:18: error: `deploy_methods+` needs a list, not `tftp`"),
        (
            "architecture: a\ndeploy_methods: [tftpp]",
            "t.yaml:2:18: error: an entry of `deploy_methods` cannot be `tftpp`; did you mean `tftp`?"
        ),
        (
            "architecture: a\ntimeouts: {x: soon}",
            "t.yaml:2:15: error: `timeouts.x` needs a duration, not `soon`; write for example `300 ms`, `2s` or `1m`"
        ),
        (
            "architecture: a\ncharacter_delays: {boot: -1}",
            "t.yaml:2:26: error: `character_delays.boot` must be from 0 to 60000, not -1"
        ),
        (
            "architecture: a\nload_addresses: {booti: {kernel: x, ramdisk: 1, device_tree: 1}}",
            "t.yaml:2:34: error: `load_addresses.booti.kernel` is not an address in `x`; write hexadecimal digits such as "
                + "0x40400000, or the boot loader's variable such as ${loadaddr}"
        ),
        (
            "architecture: a\nload_addresses: {boot: {kernel: 1, ramdisk: 1, device_tree: 1}}",
            "t.yaml:2:18: error: `boot` is not a key of `load_addresses`; did you mean `booti`?"
        ),
        (
            "architecture: a\nimages: {ramdisk_format: cooked}",
            "t.yaml:2:26: error: `images.ramdisk_format` cannot be `cooked`; it is one of u-boot, raw"
        ),
        ("architecture: a\nenvironment: [x]", "t.yaml:2:14: error: `environment` needs a mapping, not a list"),
        (
            "architecture: a\nusb: {vendor_id: 1366}",
            "t.yaml:2:18: error: `usb.vendor_id` is a number without quotes; put it in quotes: \"1366\""
        ),
        (
            "architecture: a\nusb: {product_id: '0x105'}",
            "t.yaml:2:19: error: `usb.product_id` is not four hexadecimal digits in `0x105`"
        ),
        (
            "architecture: a\nbootloaders: {grub: {needs_interrupt: never}}",
            "t.yaml:2:39: error: `bootloaders.grub.needs_interrupt` needs true or false, not `never`"
        ),
        (
            "architecture: a\nvars: {delay: 99999}\ncharacter_delays: {boot: '{delay}'}",
            "t.yaml:2:15: error: `character_delays.boot` must be from 0 to 60000, not 99999"
        ),
        ("description: x", "t.yaml:1:1: error: the device type needs `architecture`"),
        ("extends: nobody", "t.yaml:1:10: error: there is no device type `nobody` to extend"),
        ("extends: t", "t.yaml:1:10: error: there is no device type `t` to extend"),
        (
            "a: [",
            "t.yaml:2:1: error: the text is not YAML: did not find expected node content while parsing a flow node of line 2"
        ),
        (
            "architecture: a\nemulator: {x: {when: {var: y}, use: {a+: [1]}}}",
            "t.yaml:2:38: error: `a+` cannot stand under a condition"
        ),
    ])
    func mistakesAreNamedWithTheirPlace(_ text: String, _ expected: String) throws {
        #expect(try TypeFolder(["t.yaml": text + "\n"]).lint.first == expected)
    }

    @Test func aChildCannotOverrideAConstant() throws {
        let folder = try TypeFolder([
            "a.yaml": "architecture: x\nconst: {c: 1}\n", "b.yaml": "extends: a\nvars:\n  c: 2\n",
            "d.yaml": "extends: a\nconst: {c: 2}\n",
        ])
        #expect(folder.lint == ["b.yaml:3:3: error: `c` is a constant of `type a`; set it under `const`"])
    }

    @Test func circlesAndDuplicatesAreFound() throws {
        let circle = try TypeFolder(["a.yaml": "extends: b\n", "b.yaml": "extends: a\n"])
        #expect(circle.lint.contains("b.yaml:1:10: error: the device type `a` extends itself"))
        let twice = try TypeFolder(["x/a.yaml": "architecture: a\n", "y/a.yaml": "architecture: a\n"])
        #expect(twice.lint.first?.contains("the device type `a` is also in") == true)
    }

    @Test func variablesCannotGrowWithoutBound() throws {
        var text = "architecture: '{v40}'\nvars:\n  v0: xxxxxxxxxx\n"
        for level in 1...40 { text += "  v\(level): '{v\(level - 1)}{v\(level - 1)}'\n" }
        let folder = try TypeFolder(["t.yaml": text])
        #expect(folder.lint.contains { $0.contains("the variables make more than") })
    }

    @Test func listsCannotGrowWithoutBound() throws {
        var text = "architecture: a\nboot_methods: '{v40}'\nvars:\n  v0: []\n"
        for level in 1...40 { text += "  v\(level): ['{v\(level - 1)}', '{v\(level - 1)}']\n" }
        #expect(
            try TypeFolder(["t.yaml": text]).lint.contains { $0.contains("the variables make more than 100000 values") }
        )
    }

    private func failure(
        _ type: String, in folder: TypeFolder, board: [String: DataValue] = [:], context: [String: DataValue] = [:]
    ) -> Failure? {
        do {
            _ = try folder.catalog.profile(of: DeviceTypeName(rawValue: type), variables: board, context: context)
            return nil
        } catch {
            return error
        }
    }

    @Test func tellsWhoseFaultItIs() throws {
        let folder = try TypeFolder([
            "base.yaml": "abstract: true\n",
            "t.yaml": "extends: base\narchitecture: a\nvars: {delay: 0}\ncharacter_delays: {boot: '{delay}'}\n",
        ])
        #expect(failure("t", in: folder) == nil)
        let unknown = try #require(failure("tt", in: folder))
        #expect(unknown.type == .configuration)
        #expect(unknown.advice == "did you mean `t`?")
        #expect(failure("base", in: folder)?.type == .configuration)
        let job = try #require(failure("t", in: folder, context: ["delay": "long"]))
        #expect(job.type == .job)
        #expect(job.place == "job context")
        let board = try #require(failure("t", in: folder, board: ["delay": "long"]))
        #expect(board.type == .configuration)
        #expect(board.place == "board")
        let unknownVariable = try #require(failure("t", in: folder, board: ["dely": 1]))
        #expect(unknownVariable.advice == "did you mean `delay`?")
    }

    @Test func aMissingFolderIsNamed() {
        let catalog = DeviceTypeCatalog(folders: ["/nonexistent/device-types"])
        #expect(catalog.names.isEmpty)
        #expect(catalog.lint().map(\.message) == ["the folder cannot be read"])
    }
}
