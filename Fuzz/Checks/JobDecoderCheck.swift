#if DEBUG || FUZZING
    import FoundationEssentials
    @testable import JobDSL
    import LabModel

    /// Any bytes become a plan, or say why not: as a job, as a device type (after a first line `#type`) or as a test
    /// definition (after `#definition`).
    public enum JobDecoderCheck: Check {
        private static let folder =
            #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/device-types"
        private static let catalog = DeviceTypeCatalog(folders: [folder])

        public static func run(_ input: [UInt8]) throws(BrokenInvariant) {
            let text = String(decoding: input.prefix(1 << 16), as: UTF8.self)
            if text.hasPrefix("#type") {
                try readType(text)
            } else if text.hasPrefix("#definition") {
                try readDefinition(text)
            } else {
                try readJob(text)
            }
        }

        private static func readJob(_ text: String) throws(BrokenInvariant) {
            let compiled = JobCompiler().compile(text)
            try hold(compiled.diagnostics, in: text)
            for (one, next) in zip(compiled.diagnostics, compiled.diagnostics.dropFirst()) {
                try require(one != next && one.position <= next.position, "\(one) before \(next)")
            }
            let hasErrors = compiled.diagnostics.contains { $0.severity == .error }
            try require((compiled.plan == nil) == hasErrors, "a plan with errors, or neither: \(compiled.diagnostics)")
            guard let plan = compiled.plan else { return }
            try staysTheSame(plan)
            guard let type = plan.deviceType else { return }
            let profile: DeviceProfile
            do throws(Failure) {
                profile = try catalog.profile(of: type, context: plan.context)
            } catch {
                return try require([.configuration, .job].contains(error.type), "the device type fails with \(error)")
            }
            try staysTheSame(profile)
            try hold(JobCompiler().check(plan, against: profile), in: text)
        }

        private static func readType(_ text: String) throws(BrokenInvariant) {
            guard let root = try? YAMLText.read(text) else { return }
            let findings = Findings()
            if let file = DeviceTypeFile(name: "fuzzed", file: "fuzzed.yaml", root: root, findings: findings) {
                var library = DeviceTypeLibrary(folders: [folder])
                let chain = (file.parent.flatMap { library.chain(of: $0, findings) } ?? []) + [file]
                let resolution = DeviceTypeResolution(chain, lab: [:], board: [:], context: [:], findings: findings)
                let profile = ProfileReader(findings: findings).read(resolution.resolved, type: "fuzzed")
                for key in ["bootloader.prompt", "boot_methods", "timeouts"] {
                    _ = Explainer(chain: chain, resolution: resolution).explain(key)
                }
                if let profile, !findings.hasErrors { try staysTheSame(profile) }
            } else {
                try require(findings.hasErrors, "a device type is refused without an error")
            }
            try hold(findings.diagnostics.filter { $0.position.file == nil }, in: text)
        }

        private static func readDefinition(_ text: String) throws(BrokenInvariant) {
            let definition: TestDefinition
            do throws(Failure) {
                definition = try TestDefinitionFileReader().read(text, file: "fuzzed.yaml")
            } catch {
                return try require(error.type == .job, "a test definition fails with \(error)")
            }
            try staysTheSame(definition)
        }

        private static func hold(_ diagnostics: [Diagnostic], in text: String) throws(BrokenInvariant) {
            let lines = TextLines(text)
            for diagnostic in diagnostics { try lines.hold(diagnostic) }
        }

        /// Plans and profiles are stored as JSON and read again after a restart.
        private static func staysTheSame<Value: Codable & Equatable>(_ value: Value) throws(BrokenInvariant) {
            let again: Value
            do {
                again = try JSONDecoder().decode(Value.self, from: try JSONEncoder().encode(value))
            } catch {
                throw BrokenInvariant("\(Value.self) does not survive JSON: \(error)")
            }
            try require(again == value, "\(Value.self) is another one after JSON: \(value) \(again)")
        }
    }
#endif
