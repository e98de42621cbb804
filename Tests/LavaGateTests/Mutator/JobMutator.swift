import JobDSL
import LabModel

/// Makes a job slightly wrong, or differently right. The same seed gives the same jobs.
struct JobMutator {
    private var chance: SeededChance

    init(seed: UInt64) { chance = SeededChance(seed: seed) }

    /// `job` after one to three mutations, and what they were.
    mutating func mutated(_ job: YAMLNode) throws -> (job: YAMLNode, steps: [String]) {
        var job = job
        var steps: [String] = []
        let wanted = 1 + chance.pick([0, 0, 0, 1, 2])
        // A mutation may find nothing to work on; then another is tried.
        for _ in 0..<20 where steps.count < wanted {
            let kind = chance.pick(Mutation.allCases + Mutation.oftener)
            if try apply(kind, to: &job) { steps.append(kind.rawValue) }
        }
        return (job, steps)
    }

    private mutating func apply(_ mutation: Mutation, to job: inout YAMLNode) throws -> Bool {
        switch mutation {
        case .removesKey: changeEntries(of: &job) { $0.remove(at: $1.below($0.count)) }
        case .renamesKey: changeEntries(of: &job) { JobMutator.misspell(&$0[$1.below($0.count)].key, &$1) }
        case .repeatsKey: changeEntries(of: &job) { $0.append($1.pick($0)) }
        case .quotesKey: changeEntries(of: &job) { $0[$1.below($0.count)].keyStyle = .text }
        case .addsUnknownKey: try addUnknownKey(to: &job)
        case .addsLegalKey: try addLegalKey(to: &job)
        case .replacesValue: try replace(in: &job, by: Vocabulary.values) { _, _ in true }
        case .removesValue: try replace(in: &job, by: ["~"]) { _, _ in true }
        case .emptiesCollection: try replace(in: &job, by: ["[]", "{}"]) { $0[path: $1].scalar == nil }
        case .replacesNumber:
            try replace(in: &job, by: Vocabulary.values) { Int($0[path: $1].scalar?.text ?? "") != nil }
        case .replacesTimeout:
            try replace(in: &job, by: Vocabulary.timeouts) { $0[path: $1].entries?.first?.key.hasSuffix("s") == true }
        case .replacesWord:
            try replace(in: &job, by: Vocabulary.words) { ["to", "method", "from", "name"].contains($0.key(at: $1)) }
        case .quotesScalar: changeScalar(of: &job) { $0.style = .text }
        case .unquotesScalar: changeScalar(of: &job) { $0.style = .plain }
        case .repeatsElement: changeElements(of: &job) { $0.insert($1.pick($0), at: $1.below($0.count)) }
        case .removesElement: changeElements(of: &job) { $0.remove(at: $1.below($0.count)) }
        case .swapsElements: changeElements(of: &job) { $0.swapAt($1.below($0.count), $1.below($0.count)) }
        case .movesKey: moveKey(in: &job)
        case .wrapsInList: wrap(in: &job)
        case .mergesBlocks: mergeBlocks(of: &job)
        }
    }

    private mutating func path(in job: YAMLNode, where fits: (YAMLNode, TreePath) -> Bool) -> TreePath? {
        let paths = job.paths.filter { fits(job, $0) }
        return paths.isEmpty ? nil : chance.pick(paths)
    }

    private mutating func changeEntries(
        of job: inout YAMLNode, _ change: (inout [YAMLEntry], inout SeededChance) -> Void
    ) -> Bool {
        guard let path = path(in: job, where: { $0[path: $1].entries?.isEmpty == false }),
            var entries = job[path: path].entries
        else { return false }
        change(&entries, &chance)
        job[path: path].content = .mapping(entries)
        return true
    }

    private mutating func changeElements(
        of job: inout YAMLNode, _ change: (inout [YAMLNode], inout SeededChance) -> Void
    ) -> Bool {
        guard let path = path(in: job, where: { $0[path: $1].elements?.isEmpty == false }),
            var elements = job[path: path].elements
        else { return false }
        change(&elements, &chance)
        job[path: path].content = .sequence(elements)
        return true
    }

    private mutating func changeScalar(of job: inout YAMLNode, _ change: (inout YAMLScalar) -> Void) -> Bool {
        guard let path = path(in: job, where: { $0[path: $1].scalar != nil }), var scalar = job[path: path].scalar
        else { return false }
        let before = scalar
        change(&scalar)
        job[path: path].content = .scalar(scalar)
        return scalar != before
    }

    private mutating func replace(
        in job: inout YAMLNode, by values: [String], where fits: (YAMLNode, TreePath) -> Bool
    ) throws -> Bool {
        guard let path = path(in: job, where: { !$1.isEmpty && fits($0, $1) }) else { return false }
        job[path: path] = try YAMLNode(value: chance.pick(values))
        return true
    }

    private mutating func addUnknownKey(to job: inout YAMLNode) throws -> Bool {
        let value = try YAMLNode(value: chance.pick(Vocabulary.values))
        let key = chance.pick(Vocabulary.keys)
        return changeEntries(of: &job) { entries, _ in
            if !entries.contains(where: { $0.key == key }) { entries.append(YAMLEntry(key, value)) }
        }
    }

    private mutating func addLegalKey(to job: inout YAMLNode) throws -> Bool {
        let addition = chance.pick(Vocabulary.additions)
        let value = try YAMLNode(value: chance.pick(addition.values))
        guard
            let path = path(
                in: job,
                where: { job, path in
                    (addition.parent.isEmpty ? path.isEmpty : job.key(at: path) == addition.parent)
                        && job[path: path].entries != nil
                }), var entries = job[path: path].entries
        else { return false }
        entries.removeAll { $0.key == addition.key }
        entries.append(YAMLEntry(addition.key, value))
        job[path: path].content = .mapping(entries)
        return true
    }

    /// Takes a key out of one mapping and puts it into another.
    private mutating func moveKey(in job: inout YAMLNode) -> Bool {
        var moved: YAMLEntry?
        let taken = changeEntries(of: &job) { entries, chance in
            moved = entries.remove(at: chance.below(entries.count))
        }
        guard taken, let moved else { return false }
        return changeEntries(of: &job) { entries, chance in
            entries.removeAll { $0.key == moved.key }
            entries.insert(moved, at: chance.below(entries.count + 1))
        }
    }

    private mutating func wrap(in job: inout YAMLNode) -> Bool {
        guard let path = path(in: job, where: { !$1.isEmpty }) else { return false }
        let node = job[path: path]
        job[path: path] = YAMLNode(.sequence([node]), at: node.position)
        return true
    }

    /// Puts two neighbouring blocks into one entry of `actions`, as a wrong indentation does.
    private mutating func mergeBlocks(of job: inout YAMLNode) -> Bool {
        guard let place = job.entries?.firstIndex(where: { $0.key == "actions" }),
            var blocks = job["actions"]?.elements,
            blocks.count > 1
        else { return false }
        let index = chance.below(blocks.count - 1)
        let next = blocks.remove(at: index + 1)
        guard let first = blocks[index].entries, let second = next.entries,
            Set(first.map(\.key)).isDisjoint(with: second.map(\.key))
        else { return false }
        blocks[index].content = .mapping(first + second)
        job[path: [place]].content = .sequence(blocks)
        return true
    }

    private static func misspell(_ key: inout String, _ chance: inout SeededChance) {
        var letters = Array(key)
        guard let first = letters.first else { return key = "x" }
        switch chance.below(5) {
        case 0: letters.append(first)
        case 1: letters.removeLast()
        case 2: letters = Array(key.uppercased())
        case 3: letters = key.map { $0 == "_" ? "-" : $0 == "-" ? "_" : $0 }
        default: if letters.count > 1 { letters.swapAt(letters.count / 2, letters.count / 2 - 1) }
        }
        key = String(letters)
    }
}

/// What can be done to a job.
enum Mutation: String, CaseIterable {
    case removesKey, renamesKey, repeatsKey, quotesKey, addsUnknownKey, addsLegalKey, replacesValue, removesValue
    case emptiesCollection, replacesNumber, replacesTimeout, replacesWord, quotesScalar, unquotesScalar
    case repeatsElement, removesElement, swapsElements, movesKey, wrapsInList, mergesBlocks

    /// Additions have the most to say: so much is legal, and so much nearly is.
    static let oftener = Array(repeating: Mutation.addsLegalKey, count: 12)
}

extension YAMLNode {
    /// A value from our own tables.
    init(value text: String) throws {
        // Our reader refuses it, so it cannot come from there.
        guard text != "=" else {
            self.init(.scalar(YAMLScalar(text)), at: SourcePosition(line: 1, column: 1))
            return
        }
        let node = try YAMLText.read("v: \(text)")
        self = node["v"] ?? node
    }
}
