public import LabModel
import Synchronization

extension DeviceTypeCatalog {
    /// The names that a type and its ancestors declare.
    public struct DeclaredVariables: Hashable, Sendable {
        /// What a board may override.
        public var variables: Set<String>
        /// What it may not.
        public var constants: Set<String>
    }

    /// Names of all types, abstract ones too.
    public var allNames: Set<String> { library.withLock { Set($0.allNames()) } }

    /// What `type`, abstract or not, declares; nil when there is no such type, or its files are wrong.
    public func declaredVariables(of type: DeviceTypeName) -> DeclaredVariables? {
        let findings = Findings()
        guard let chain = library.withLock({ $0.chain(of: type.rawValue, findings) }), !findings.hasErrors else {
            return nil
        }
        var declared = DeclaredVariables(variables: [], constants: [])
        for file in chain {
            declared.variables.formUnion(file.variables.map { MergeKey($0.key).name })
            declared.constants.formUnion(file.constants.map { MergeKey($0.key).name })
        }
        declared.variables.subtract(declared.constants)
        return declared
    }
}
